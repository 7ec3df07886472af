/** `rungs explain`: what a cause of the catalogue is, how it is proved, and how it is mended. */

import { nearest } from '../base/nearest.ts'
import { TOOL } from '../base/version.ts'
import { CAUSE_CODES, type CauseCode, isCauseCode } from '../diagnose/cause.ts'
import { formatArticles, formatCauseList } from '../report/article.ts'
import { formatCauseRecords } from '../report/catalogue.ts'
import { type Command, EXIT, JSON_FLAG, NO_COLOUR_FLAG, UsageError } from './command.ts'
import { pageFor } from './terminal.ts'

/** `stopped` of `service.stopped`: what people remember. */
const lastPart = (code: CauseCode): string => code.slice(code.indexOf('.') + 1)

/** The causes that a word means: the code itself, or all that begin with it. */
export function causesNamed(word: string): readonly CauseCode[] {
  if (isCauseCode(word)) return [word]
  const found = word === '' ? [] : CAUSE_CODES.filter((code) => code.startsWith(word))
  if (found.length > 0) return found
  const meant = CAUSE_CODES.find((code) => lastPart(code) === word) ?? nearest(word, CAUSE_CODES)
  throw new UsageError(
    meant
      ? `${word} is no cause; did you mean: rungs explain ${meant}?`
      : `${word} is no cause; rungs explain lists them`,
  )
}

export const explain: Command = {
  name: 'explain',
  operands: '[CODE]',
  mostOperands: 1,
  operandChoices: () => CAUSE_CODES,
  help: [
    'Say what a cause is, how it is proved, what looks like it and how it is mended. The beginning of',
    'a code lists all that begin so; without CODE, all causes are listed, rung by rung.',
  ].join('\n'),
  examples: [
    'rungs explain tcp.no-listener',
    'rungs explain firewall',
    'rungs explain --all --json',
  ],
  flags: [
    { name: 'all', short: 'a', help: 'tell everything of every cause that is meant' },
    JSON_FLAG,
    NO_COLOUR_FLAG,
  ],
  notes: [],
  run: async ({ flags, operands }, around) => {
    const [word] = operands
    const codes = word === undefined ? CAUSE_CODES : causesNamed(word)
    const page = pageFor(around, { noColour: flags['no-color'] === true, verbose: true })
    if (flags.json) around.out.write(formatCauseRecords(codes, TOOL))
    else if (flags.all || codes.length === 1) around.out.write(formatArticles(codes, page))
    else around.out.write(formatCauseList(codes, page))
    return EXIT.held
  },
}
