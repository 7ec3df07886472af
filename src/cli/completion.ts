/** `rungs completion`: completions made from the table of flags. */
import { type Command, EXIT, UsageError } from './command.ts'
import { type Branch, commandTree } from './command-tree.ts'
import { bashCompletion } from './completion/bash.ts'
import { fishCompletion } from './completion/fish.ts'
import { zshCompletion } from './completion/zsh.ts'
import type { Group } from './group.ts'

type Completion = (tree: readonly Branch[]) => string

const SHELLS: ReadonlyMap<string, Completion> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
])

/** The command, for the program that `root` is the overview of. */
export const completionOf = (root: Group): Command => ({
  name: 'completion',
  operands: 'SHELL',
  mostOperands: 1,
  operandChoices: () => [...SHELLS.keys()],
  help: 'Print the completions of rungs for a shell: bash, zsh or fish.',
  examples: [
    'source <(rungs completion bash)',
    'rungs completion bash > ~/.local/share/bash-completion/completions/rungs',
    'rungs completion zsh > ~/.zfunc/_rungs          # a directory of $fpath',
    'rungs completion fish > ~/.config/fish/completions/rungs.fish',
  ],
  flags: [],
  notes: ['They are made from the flags of this version; make them anew after an update.'],
  run: async ({ operands: [shell] }, around) => {
    const completion = SHELLS.get(shell ?? '')
    if (!completion)
      throw new UsageError(
        `${shell ? `there are no completions for ${shell};` : 'for which shell?'} rungs completion takes ${[...SHELLS.keys()].join(', ')}`,
      )
    around.out.write(completion(await commandTree(root, '')))
    return EXIT.held
  },
})
