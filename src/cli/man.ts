/** Manual pages in mdoc(7), one a command and one a group, from the same table as the help. */
import { TOOL } from '../base/version.ts'
import { wrap } from '../report/width.ts'
import type { Command, Flag } from './command.ts'
import type { Branch } from './command-tree.ts'

/** When the words of the pages were last looked over: a page says how old it is. */
const DATE = 'November 28, 2026'

/** What the program is, in one line. */
export const PROGRAM_SUMMARY = 'say why this client cannot talk to that server'

/** In text: the backslash begins an escape; at the start of a line, so do the dot and the quote. */
const text = (line: string): string => line.replaceAll('\\', '\\e').replace(/^[.']/, '\\&$&')

/** In an argument of a macro, quoted: no word of it is taken for a macro. */
const argument = (words: string): string =>
  `"${words.replaceAll('\\', '\\e').replaceAll('"', '""')}"`

/** `rungs-lab-up`: what man(1) is asked for. */
export const pageName = ({ words }: Branch): string =>
  ['rungs', ...words.split(' ').filter((word) => word !== '')].join('-')

const option = ({ name, short, value, help }: Flag): string[] => [
  `.It ${short ? `Fl ${short} , ` : ''}Fl \\-${name}${value ? ` Ar ${value}` : ''}`,
  text(help),
]

/** As mdoc(7) asks for it: a new sentence on a new line, and no line longer than 80 bytes. */
const paragraph = (lines: readonly string[]): string[] =>
  lines
    .join(' ')
    .split(/(?<=[.?]) (?=[A-Z])/)
    .flatMap((sentence) => wrap(sentence, 78))
    .map(text)

const examples = (all: readonly string[]): string[] =>
  all.length === 0 ? [] : ['.Sh EXAMPLES', '.Bd -literal -offset indent', ...all.map(text), '.Ed']

function synopsis({ words, of }: Branch): string[] {
  const name = `.Nm ${`rungs ${words}`.trim()}`
  if ('commands' in of) return [name, '.Ar COMMAND', '.Op Ar flags']
  const operands = operandsOf(of)
  return [name, '.Op Ar flags', ...operands]
}

/** `[TARGET]` is optional and `HOST` is not. */
const operandsOf = ({ operands }: Command): string[] =>
  operands
    .split(' ')
    .filter((word) => word !== '')
    .map((word) =>
      word.startsWith('[')
        ? `.Op Ar ${word.slice(1, -1).replace('…', ' ...')}`
        : `.Ar ${word.replace('…', ' ...')}`,
    )

function commands({ words, next }: Branch): string[] {
  return [
    '.Sh COMMANDS',
    '.Bl -tag -width Ds',
    ...next.flatMap(([word, summary]) => [
      `.It Xr ${['rungs', ...words.split(' '), word].filter((part) => part !== '').join('-')} 1`,
      text(summary ?? ''),
    ]),
    '.El',
  ]
}

/** The page as mdoc; `tree` is where the pages beside it are found. */
export function formatManPage(branch: Branch, tree: readonly Branch[]): string {
  const { words, summary, of, flags } = branch
  const isGroup = 'commands' in of
  const parents = tree.filter(
    (other) => other !== branch && 'commands' in other.of && `${words} `.startsWith(other.words),
  )
  const name = pageName(branch)
  return [
    `.Dd ${DATE}`,
    `.Dt ${name.toUpperCase()} 1`,
    `.Os ${argument(TOOL)}`,
    '.Sh NAME',
    `.Nm ${name}`,
    `.Nd ${text(summary)}`,
    '.Sh SYNOPSIS',
    ...synopsis(branch),
    '.Sh DESCRIPTION',
    ...paragraph([of.help.replaceAll('\n', ' ')]),
    ...(isGroup ? commands(branch) : []),
    '.Sh OPTIONS',
    '.Bl -tag -width Ds',
    ...flags.flatMap(option),
    '.El',
    ...(of.notes.length > 0 ? ['.Sh NOTES', ...paragraph(of.notes)] : []),
    ...examples(of.examples),
    ...(parents.length > 0
      ? [
          '.Sh SEE ALSO',
          ...parents.map(
            (other, index) => `.Xr ${pageName(other)} 1${index < parents.length - 1 ? ' ,' : ''}`,
          ),
        ]
      : []),
    '',
  ].join('\n')
}
