import { describe, expect, test } from 'vitest'
import { MARK } from '../../../src/flow/mark.ts'
import {
  flagNames,
  type SequencePacket,
  type SequenceStep,
  sequenceSteps,
} from '../../../src/report/read/sequence-step.ts'
import { ENDS, HANDSHAKE, packet, TELNET } from './sequence-packets.ts'

const told = (packets: readonly SequencePacket[], all = false): SequenceStep[] => [
  ...sequenceSteps(packets, ENDS, all),
]

const labels = (packets: readonly SequencePacket[]): string[] =>
  told(packets).map((step) => (step.kind === 'packet' ? step.label : step.says))

const notes = (packets: readonly SequencePacket[]): string[] =>
  told(packets).flatMap((step) => (step.kind === 'packet' ? step.notes : []))

describe('the handshake', () => {
  test('is told by A and B, and what comes after it by relative numbers', () => {
    expect(labels(TELNET)).toEqual([
      'SYN  seq A',
      'SYN, ACK  seq B, ack A+1',
      'ACK  seq A+1, ack B+1',
      '60.1 s of silence',
      'FIN, ACK  seq 147, ack 56',
      'ACK  seq 56, ack 148',
      'FIN, ACK  seq 56, ack 148',
      'ACK  seq 148, ack 57',
    ])
  })

  test('is explained: active open, passive open, full duplex', () => {
    expect(notes(HANDSHAKE)).toEqual([
      'active open: the client asks for a connection; its numbers begin at A = 3263977215',
      'passive open: the server was listening; its numbers begin at B = 48495364, and it expects A+1 next',
      'the handshake is done: both ends know both numbers, and either may send (full duplex)',
    ])
  })
})

describe('the end', () => {
  test('tells who closed first, who as well, and when it was done', () => {
    expect(notes(TELNET.slice(3))).toEqual([
      'the server closes first: it has nothing more to send',
      'the client closes its direction as well',
      'closed in both directions',
    ])
  })

  test('a reset in answer to a SYN is a refusal', () => {
    const [syn] = HANDSHAKE
    const reset = packet({ frame: 2, seconds: 0.0002, fromClient: false, flags: 0x14, sequence: 0 })
    expect(notes([syn, reset]).at(-1)).toBe('refused: no connection on this port')
  })

  test('a reset later ends both directions', () => {
    const reset = packet({ frame: 4, seconds: 1, fromClient: true, flags: 0x04, sequence: 1 })
    expect(notes([...HANDSHAKE, reset]).at(-1)).toBe(
      "the client's side ends the connection at once, in both directions",
    )
  })
})

test('data is told by its bytes and the numbers from and up to which they go', () => {
  const data = packet({
    frame: 4,
    seconds: 0.1,
    fromClient: true,
    flags: 0x18,
    sequence: HANDSHAKE[2].sequence,
    acknowledgment: HANDSHAKE[2].acknowledgment,
    payloadBytes: 1460,
  })
  expect(labels([...HANDSHAKE, data]).at(-1)).toBe('PSH, ACK  1,460 bytes, 1:1461, ack 1')
})

test('marks are told under their packet', () => {
  const [syn] = HANDSHAKE
  const again = { ...syn, frame: 2, timeNs: 3e9, marks: MARK.retransmission }
  const steps = told([syn, again])
  expect(steps.map(({ kind }) => kind)).toEqual(['packet', 'silence', 'packet'])
  expect(steps.at(-1)).toMatchObject({ notes: ['sent again'], marked: true })
})

test('numbers wrap as those of TCP do', () => {
  const syn = packet({ frame: 1, seconds: 0, fromClient: true, flags: 2, sequence: -1 })
  const answer = packet({
    frame: 2,
    seconds: 0,
    fromClient: false,
    flags: 0x12,
    sequence: 0x7fffffff,
    acknowledgment: 0,
  })
  expect(labels([syn, answer]).at(-1)).toBe('SYN, ACK  seq B, ack A+1')
})

describe('a long connection', () => {
  const many = Array.from({ length: 100 }, (_, index) =>
    packet({
      frame: 4 + index,
      seconds: 1 + index / 1000,
      fromClient: index % 2 === 0,
      flags: 0x10,
      sequence: 0,
      payloadBytes: 10,
    }),
  )

  test('is shortened in the middle, and what is left out is summed up', () => {
    const steps = told([...HANDSHAKE, ...many])
    expect(steps.filter(({ kind }) => kind === 'packet')).toHaveLength(40)
    expect(steps.filter(({ kind }) => kind === 'skipped')).toEqual([
      {
        kind: 'skipped',
        says: '63 packets not shown (--all shows them), 310 bytes from the client, 320 bytes from the server',
      },
    ])
  })

  test('is whole where all is asked for', () => {
    expect(
      told([...HANDSHAKE, ...many], true).filter(({ kind }) => kind === 'packet'),
    ).toHaveLength(103)
  })
})

test('what is not TCP is told as it calls itself', () => {
  const ping = {
    ...packet({ frame: 1, seconds: 0, fromClient: true }),
    says: 'echo request, 56 bytes',
  }
  expect(sequenceSteps([ping], { ...ENDS, protocol: 1 }, false)).toMatchObject([
    { label: 'echo request, 56 bytes', notes: [] },
  ])
})

test('all nine flags have names', () => {
  expect(flagNames(0x1ff)).toEqual(['SYN', 'FIN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE'])
  expect(flagNames(0)).toEqual([])
})
