/** The proof that a filter selects what tcpdump selects: every expression of the list, and others by seed, on a capture of each link type. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../../src/filter/compile.ts'
import { FilterError } from '../../src/filter/filter-error.ts'
import type { Program } from '../../src/filter/instruction.ts'
import { formatNumbers } from '../../src/filter/listing.ts'
import { run } from '../../src/filter/run.ts'
import { explainInvalid } from '../../src/filter/valid.ts'
import { type Capture, captureVariety, writeCapture } from './capture-variety.ts'
import { ExpressionMaker } from './expression-maker.ts'
import { circumstancesOf } from './front.ts'
import { libpcapCompileForFile, libpcapRun } from './libpcap.ts'

const LIST = readFileSync(join(import.meta.dirname, 'data', 'expressions.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('# '))

/** Combinations of what is in the list. */
function made(seed: number, count: number): string[] {
  const maker = new ExpressionMaker(seed, LIST)
  return Array.from({ length: count }, (_, index) => maker.expression(1 + (index % 3)))
}

const CAPTURES = captureVariety()
const folder = mkdtempSync(join(tmpdir(), 'filter-'))
const pathOf = ({ name }: Capture): string => join(folder, `${name}.pcap`)

beforeAll(() => {
  for (const capture of CAPTURES) writeFileSync(pathOf(capture), writeCapture(capture))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Our program; null where it is refused. */
function programFor({ linkType, bigEndian }: Capture, expression: string): Program | null {
  try {
    return compile(expression, circumstancesOf(linkType, { source: 'file', bigEndian, netmask: 0 }))
  } catch (error) {
    if (error instanceof FilterError) return null
    throw error
  }
}

type Machine = (program: Program, bytes: Uint8Array, wireLength: number) => number

/** Which packets a program wants, by their number. */
const selected = ({ packets }: Capture, program: Program, machine: Machine): number[] =>
  packets.flatMap(({ bytes, wireBytes }, index) =>
    machine(program, bytes, wireBytes) > 0 ? [index] : [],
  )

describe.each(CAPTURES)('$name', (capture) => {
  test('each expression is refused as libpcap refuses it, or selects the packets that libpcap selects', () => {
    const expressions = [...LIST, ...made(capture.linkType, 150)]
    const expected = libpcapCompileForFile(pathOf(capture), expressions)
    let discriminating = 0
    for (const [index, expression] of expressions.entries()) {
      const theirs = expected[index]
      const ours = programFor(capture, expression)
      expect(ours === null, `${expression}: ${theirs}`).toBe(typeof theirs === 'string')
      if (ours === null || theirs === undefined || typeof theirs === 'string') continue
      const wanted = selected(capture, ours, run)
      if (wanted.length > 0 && wanted.length < capture.packets.length) discriminating++
      if (formatNumbers(ours) === formatNumbers(theirs) || isUndefined(theirs)) continue
      expect(wanted, expression).toEqual(selected(capture, theirs, libpcapRun))
    }
    expect(discriminating).toBeGreaterThan(100)
  })
})

/** Words of memory that nothing was stored in hold for libpcap what happened to lie there: `geneve or …` asks for them. */
const isUndefined = (program: Program | null): boolean =>
  program !== null && explainInvalid(program)?.includes('not written') === true

/** Which packets tcpdump itself writes, by the seconds that are their number; null where it refuses. */
function tcpdumpSelects(capture: Capture, expression: string): number[] | null {
  const { status, stdout } = spawnSync(
    'tcpdump',
    ['-r', pathOf(capture), '-w', '-', '--', expression],
    {
      maxBuffer: 2 ** 24,
    },
  )
  if (status !== 0) return null
  // What is written has the byte order of this machine.
  const numbers: number[] = []
  for (let at = 24; at < stdout.length; at += 16 + stdout.readUInt32LE(at + 8))
    numbers.push(stdout.readUInt32LE(at))
  return numbers
}

test('tcpdump itself selects the same, each expression on one of the captures in turn', () => {
  const [first] = CAPTURES
  for (const [index, expression] of [...LIST, ...made(7, 140)].entries()) {
    const capture = index % 2 === 0 ? first : CAPTURES[index % CAPTURES.length]
    if (capture === undefined) continue
    const program = programFor(capture, expression)
    if (isUndefined(program)) continue
    const wanted = program === null ? null : selected(capture, program, run)
    expect(wanted, `${capture.name}: ${expression}`).toEqual(tcpdumpSelects(capture, expression))
  }
}, 60_000)
