/** Completions for bash(1): one function, a case a command, from the table of flags. */
import { shellWord } from '../../base/shell-word.ts'
import type { Branch } from '../command-tree.ts'
import { flagWords, valueWords } from './words.ts'

const words = (all: readonly string[]): string => shellWord(all.join(' '))

function branch({ words: name, flags, next }: Branch): string {
  const valued = flags.filter(({ value }) => value !== undefined)
  const cases = valued.map(
    (flag) => `        ${flagWords(flag).join('|')}) values=${words(valueWords(flag))} takes=1 ;;`,
  )
  return [
    `    ${shellWord(name)})`,
    `      flags=${words(flags.flatMap(flagWords))}`,
    `      next=${words(next.map(([word]) => word))}`,
    ...(cases.length > 0 ? ['      case $previous in', ...cases, '      esac'] : []),
    '      ;;',
  ].join('\n')
}

/** The script that `rungs completion bash` prints. */
export const bashCompletion = (tree: readonly Branch[]): string => `# bash completion for rungs
_rungs() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command= flags= next= values= takes= index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${command:+$command }\${COMP_WORDS[index]}" in
    ${tree
      .filter(({ words: name }) => name !== '')
      .map(({ words: name }) => shellWord(name))
      .join('|')})
      command="\${command:+$command }\${COMP_WORDS[index]}" ;;
    esac
  done
  # bash splits --flag=value at the sign.
  [[ $previous == = ]] && previous=\${COMP_WORDS[COMP_CWORD - 2]}
  [[ $current == = ]] && previous=\${COMP_WORDS[COMP_CWORD - 1]} current=
  case $command in
${tree.map(branch).join('\n')}
  esac
  if [[ -n $takes ]]; then
    next=$values
  elif [[ $current == -* ]]; then
    next=$flags
  fi
  COMPREPLY=($(compgen -W "$next" -- "$current"))
  [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *:// ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _rungs rungs
`
