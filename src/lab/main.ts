/** `rungs lab WORDS`, from words to the subcommand. */
import { parseArgs } from 'node:util'
import { INNER, innerMain } from './inner.ts'
import { labBreak, labCheck, labDown, labList, labScore, labUp } from './lab.ts'
import { LabError, type LabSurroundings } from './surroundings.ts'

const flag = { type: 'boolean' } as const
const text = { type: 'string' } as const

const OPTIONS = {
  json: flag,
  fresh: flag,
  'client-only': flag,
  oracle: flag,
  markdown: text,
  parallel: text,
} as const

const SUBCOMMANDS = ['list', 'up', 'break', 'check', 'score', 'down'] as const

/** The words before `--`, and those after it. */
function split(args: readonly string[]): [string[], string[]] {
  const at = args.indexOf('--')
  return at < 0 ? [[...args], []] : [args.slice(0, at), args.slice(at + 1)]
}

/** Runs a subcommand of the lab: its exit code; null where the process must stay (a service). */
export async function labMain(
  args: readonly string[],
  around: LabSurroundings,
): Promise<number | null> {
  const [word = 'list', ...rest] = args
  if (INNER.includes(word)) return innerMain(args, around)
  const [own, handed] = split(rest)
  const { values, positionals } = parseArgs({ args: own, options: OPTIONS, allowPositionals: true })
  const [first] = positionals
  if (word === 'list') return labList(around, { json: values.json ?? false })
  if (word === 'up') return labUp(around, { fresh: values.fresh ?? false })
  if (word === 'down') return labDown(around)
  if (word === 'check') {
    const clientOnly = values['client-only'] ?? false
    return labCheck(around, { target: first ?? null, clientOnly, flags: handed })
  }
  if (word === 'score')
    return labScore(around, {
      names: positionals,
      parallel: values.parallel === undefined ? null : Number(values.parallel),
      oracle: values.oracle ?? false,
      json: values.json ?? false,
      markdown: values.markdown ?? null,
    })
  if (word === 'break' && first !== undefined) return labBreak(around, first)
  if (word === 'break') throw new LabError('which fault? `rungs lab list` shows them')
  throw new LabError(`rungs lab has no ${word}: it has ${SUBCOMMANDS.join(', ')}`)
}
