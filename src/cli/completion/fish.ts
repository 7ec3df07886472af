/** Completions for fish(1): a line a flag and a command, from the table of flags. */
import type { Branch } from '../command-tree.ts'
import { valueWords } from './words.ts'

/** In single quotes only the quote and the backslash are special. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`

function lines({ words, flags, next }: Branch): string[] {
  const here = `complete -c rungs -n ${quoted(words === '' ? '__rungs_at' : `__rungs_at ${words}`)}`
  return [
    ...next.map(
      ([word, summary]) => `${here} -a ${quoted(word)}${summary ? ` -d ${quoted(summary)}` : ''}`,
    ),
    ...flags.map((flag) => {
      const short = flag.short ? ` -s ${flag.short}` : ''
      const values = valueWords(flag)
      const offered = values.length > 0 ? ` -a ${quoted(values.join(' '))}` : ''
      const value = flag.value ? ` -x${offered}` : ''
      return `${here} -l ${flag.name}${short}${value} -d ${quoted(flag.help)}`
    }),
  ]
}

/** The script that `rungs completion fish` prints. */
export const fishCompletion = (tree: readonly Branch[]): string => `# fish completion for rungs
function __rungs_at --description 'Whether the words so far call this command'
    set -l command
    for word in (commandline -opc)[2..]
        switch (string join -- ' ' $command $word)
            case ${tree
              .filter(({ words }) => words !== '')
              .map(({ words }) => quoted(words))
              .join(' ')}
                set -a command $word
        end
    end
    test "$command" = "$argv"
end

complete -c rungs -f
${tree.flatMap(lines).join('\n')}
`
