/** Filters by chance: words of the language in any order, expressions that are damaged, and programs that are. */
import { compile } from '../../src/filter/compile.ts'
import { FilterError } from '../../src/filter/filter-error.ts'
import type { Instruction, Program } from '../../src/filter/instruction.ts'
import { KEYWORDS } from '../../src/filter/keyword.ts'
import { namesOf } from '../../src/filter/names.ts'
import { predicateOf } from '../../src/filter/predicate.ts'
import { run } from '../../src/filter/run.ts'
import { explainInvalid } from '../../src/filter/valid.ts'
import { SAMPLES } from '../filter/sample-expressions.ts'
import type { Corpus, Frame } from './corpus.ts'
import { type Chance, mutate } from './mutate.ts'
import type { Attempt } from './target.ts'

const LINK_TYPES = [0, 1, 9, 50, 101, 105, 108, 113, 119, 127, 163, 276, 147, 9999]

const names = namesOf({ services: 'http 80/tcp www\ndomain 53/udp\n', protocols: 'tcp 6 TCP\n' })

const WORDS: readonly string[] = [
  ...KEYWORDS.keys(),
  ...['10.0.0.1', '10.0.0.0/8', '::1', 'fe80::/10', '0', '1', '80', '0x800', '65536', '4294967296'],
  ...['00:11:22:33:44:55', 'http', '80-90', 'tcp[', 'ip[', ':2', ']', '(', ')', '&', '|', '+', '-'],
  ...['*', '/', '%', '<<', '>>', '=', '!=', '<', '>=', '!', '&&', '||', '\\tcp', '"', '\u0000'],
]

const utf8 = new TextDecoder()
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const wordsByChance = (chance: Chance): string =>
  Array.from({ length: 1 + chance.below(chance.pick([3, 12, 60])) }, () => chance.pick(WORDS)).join(
    ' ',
  )

function textByChance(chance: Chance): string {
  if (chance.below(2) === 0) return wordsByChance(chance)
  const joint = chance.pick([' and ', ' or ', ' and not '])
  const text = Array.from({ length: 1 + chance.below(4) }, () => chance.pick(SAMPLES)).join(joint)
  return chance.below(4) === 0 ? text : utf8.decode(mutate(bytesOf(text), chance, 4096))
}

/** The program of a text, or what is said of it; what is said stands within the text. */
function compiled(text: string, linkType: number, chance: Chance): Program | string {
  const source = chance.pick(['file', 'live', 'none'] as const)
  const circumstances = {
    linkType,
    source,
    bigEndian: chance.below(2) === 0,
    snapLength: 262_144,
    netmask: 0,
    names,
  }
  try {
    return compile(text, circumstances)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const { at, end, message } = error
    if (at < 0 || end < at || at > text.length || end > text.length)
      throw new Error(`${message}: ${at} to ${end} of ${text.length}`)
    return message
  }
}

/** What the machine and the function give, which must be the same. */
function answers(program: Program, { bytes, originalBytes }: Frame): Attempt {
  const predicate = predicateOf(program)
  return (lay) => {
    const { view, at, end } = lay(bytes)
    const all = new Uint8Array(view.buffer)
    const given = predicate(all, view.byteOffset + at, end - at, originalBytes)
    const packet = all.subarray(view.byteOffset + at, view.byteOffset + end)
    const ran = run(program, packet, originalBytes)
    if (given !== ran) throw new Error(`the function gives ${given}, the machine ${ran}`)
    return String(given)
  }
}

/** Any text is a program or is refused; a program gives the same in the machine and as a function. */
export function filterAttempt(corpus: Corpus, chance: Chance): Attempt {
  const frame = chance.pick(corpus.frames)
  const linkType = chance.below(2) === 0 ? frame.linkType : chance.pick(LINK_TYPES)
  const program = compiled(textByChance(chance), linkType, chance)
  return typeof program === 'string' ? () => program : answers(program, frame)
}

const CHANGES = [0, 1, 2, 6, 12, 14, 20, 255, 0x800, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff]

function changed(instruction: Instruction, chance: Chance): Instruction {
  switch (chance.below(4)) {
    case 0:
      return { ...instruction, code: chance.below(0xb2) }
    case 1:
      return { ...instruction, k: chance.pick(CHANGES) }
    case 2:
      return { ...instruction, jt: chance.below(8) }
    default:
      return { ...instruction, jf: chance.below(8) }
  }
}

/** Programs that are damaged: those that are still valid give the same in the machine and as a function. */
export function programAttempt(corpus: Corpus, chance: Chance): Attempt {
  const frame = chance.pick(corpus.frames)
  const program = compiled(chance.pick(SAMPLES), 1, chance)
  if (typeof program === 'string') return () => program
  const damaged = program.map((one) => (chance.below(8) === 0 ? changed(one, chance) : one))
  const reason = explainInvalid(damaged)
  return reason === null ? answers(damaged, frame) : () => reason
}
