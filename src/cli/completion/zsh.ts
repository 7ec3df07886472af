/** Completions for zsh(1): a function a command, for _arguments (zshcompsys(1)), from the table of flags. */
import type { Flag } from '../command.ts'
import type { Branch } from '../command-tree.ts'
import { flagWords, valueWords } from './words.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** In a specification, brackets and colons end a part. */
const plain = (text: string): string => text.replace(/[\\[\]:]/g, '\\$&')

/** `_rungs_lab_up`. */
const functionName = (words: string): string =>
  ['_rungs', ...words.split(' ')]
    .filter((word) => word !== '')
    .join('_')
    .replaceAll('-', '_')

/** What may follow: words to choose from, or anything. */
const action = (words: readonly string[]): string =>
  words.length > 0 ? `(${words.map(plain).join(' ')})` : ' '

function option(flag: Flag): string {
  const { value, help, repeated = false } = flag
  const names = flagWords(flag)
  const ends = value ? `:${plain(value)}:${action(valueWords(flag))}` : ''
  const told = `[${plain(help)}]${ends}`
  const long = (name: string): string => (value && name.startsWith('--') ? `${name}=` : name)
  const others = repeated ? '*' : names.length > 1 ? `(${names.join(' ')})` : ''
  return names.map((name) => `    ${quoted(`${others}${long(name)}${told}`)}`).join(' \\\n')
}

function command({ words, flags, next }: Branch): string {
  const operands =
    next.length > 0 ? `'*:operand:${action(next.map(([word]) => word))}'` : "'*:operand: '"
  return `${functionName(words)}() {
  _arguments -s \\
${flags.map(option).join(' \\\n')} \\
    ${operands}
}`
}

function group({ words, flags, next }: Branch): string {
  const commands = next.map(([word, summary]) => `    ${quoted(`${plain(word)}:${summary ?? ''}`)}`)
  const cases = next.map(([word]) => `    ${word}) ${functionName(`${words} ${word}`.trim())} ;;`)
  return `${functionName(words)}() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
${commands.join('\n')}
  )
  _arguments -C \\
${flags.map(option).join(' \\\n')} \\
    '1: :->command' '*:: :->rest'
  case $state in
  command) _describe command commands ;;
  rest)
    case $words[1] in
${cases.join('\n')}
    esac ;;
  esac
}`
}

/** The script that `rungs completion zsh` prints; it works from a directory of fpath and when it is sourced. */
export const zshCompletion = (tree: readonly Branch[]): string => `#compdef rungs
# zsh completion for rungs
${tree.map((branch) => ('commands' in branch.of ? group(branch) : command(branch))).join('\n\n')}

if [ "$funcstack[1]" = _rungs ]; then
  _rungs "$@"
else
  compdef _rungs rungs
fi
`
