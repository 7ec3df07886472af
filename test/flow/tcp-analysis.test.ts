import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { MARK } from '../../src/flow/mark.ts'
import { compareMarks, marksByFlows, marksByTshark } from './mark-oracle.ts'
import { HANDSHAKE, type Played, play } from './played.ts'
import { captureOf, randomTalk } from './random-segments.ts'

/** The names of the marks that each packet after a handshake is given. */
const marksOf = (packets: readonly Played[]): string[] =>
  play([...HANDSHAKE, ...packets], () => null)
    .marks.slice(HANDSHAKE.length)
    .map((marks) =>
      Object.entries(MARK)
        .filter(([, bit]) => (marks & bit) !== 0)
        .map(([name]) => name)
        .join(' '),
    )

const data = (atMs: number, seq: number, text: string): Played => ({
  way: '>',
  atMs,
  flags: 'P.',
  seq,
  ack: 5001,
  text,
})
const ack = (atMs: number, number: number, window = 1000): Played => ({
  way: '<',
  atMs,
  flags: '.',
  seq: 5001,
  ack: number,
  window,
})

test('data in order and its acknowledgments have no marks', () => {
  expect(marksOf([data(20, 1001, 'abc'), ack(30, 1004), data(40, 1004, 'def')])).toEqual([
    '',
    '',
    '',
  ])
})

test('data that comes again after a round trip is a retransmission, spurious where it was acknowledged', () => {
  expect(marksOf([data(20, 1001, 'abc'), data(240, 1001, 'abc')])[1]).toBe('retransmission')
  expect(marksOf([data(20, 1001, 'abc'), ack(30, 1004), data(240, 1001, 'abc')])[2]).toBe(
    'retransmission spuriousRetransmission',
  )
})

test('the segment that two duplicate ACKs ask for is a fast retransmission', () => {
  const marks = marksOf([
    data(20, 1004, 'def'),
    ack(30, 1001),
    ack(31, 1001),
    ack(32, 1001),
    data(40, 1001, 'abc'),
  ])
  expect(marks).toEqual([
    'lostSegment',
    'duplicateAck',
    'duplicateAck',
    'duplicateAck',
    'retransmission fastRetransmission',
  ])
})

describe('random conversations', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rungs-marks-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  /** What chance does not bring about: a closed window that is probed, and stays closed. */
  const closed = { fromClient: false, flags: 16, sequence: 1, acknowledgment: 1, bytes: 0 } as const
  const probe = { fromClient: true, flags: 16, sequence: 1, acknowledgment: 1, bytes: 1 } as const
  const segments = [
    { ...closed, window: 0, laterUs: 100 },
    { ...probe, window: 100, laterUs: 200_000 },
    { ...closed, window: 0, laterUs: 100 },
  ]
  const probed = { start: 9, answer: 7, handshake: true, scaled: true, spread: 13, segments }
  const talks = [probed, ...fc.sample(randomTalk, { numRuns: 5000, seed: 12 })]
  const path = join(folder, 'talks.pcap')
  writeFileSync(path, captureOf(talks))

  test('are marked as tshark marks them', { timeout: 60_000 }, async () => {
    const ours = await marksByFlows(path)
    for (const [kind, agreement] of compareMarks(ours, marksByTshark(path))) {
      const union = agreement.both + agreement.ours.length + agreement.theirs.length
      const told = `${kind}: ours alone ${agreement.ours.slice(0, 9)}; tshark's ${agreement.theirs.slice(0, 9)}`
      expect(union, `${kind} did not occur`).toBeGreaterThan(0)
      expect(agreement.both / union, told).toBe(1)
    }
  })

  test('are marked alike where both ends have each other’s addresses', async () => {
    const mirrored = join(folder, 'mirrored.pcap')
    writeFileSync(mirrored, captureOf(talks, true))
    expect(await marksByFlows(mirrored)).toEqual(await marksByFlows(path))
  })
})
