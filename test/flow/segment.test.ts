import { expect, test } from 'vitest'
import { HANDSHAKE, type Played, play } from './played.ts'

test('the schedule of an answer that is never acknowledged begins with its first time', () => {
  const answer = (atMs: number): Played => ({
    way: '<',
    atMs,
    flags: 'P.',
    seq: 5001,
    ack: 1001,
    text: 'hello',
  })
  const { given } = play([...HANDSHAKE, ...[100, 320, 760, 1640].map(answer)], ({ server }) => ({
    times: server.repeatTimesNs,
    frames: server.repeatFrames,
    bytes: server.repeatBytes,
    retransmissions: server.retransmissions,
    again: server.retransmittedBytes,
  }))
  expect(given).toEqual([
    {
      times: [100e6, 320e6, 760e6, 1640e6],
      frames: [4, 5, 6, 7],
      bytes: 5,
      retransmissions: 3,
      again: 15,
    },
  ])
})

test('a window scale holds only where both ends ask for it', () => {
  const { given } = play(
    [
      { way: '>', atMs: 0, flags: 'S', seq: 1000, options: [1, 3, 3, 7] },
      { way: '<', atMs: 1, flags: 'S.', seq: 5000, ack: 1001 },
    ],
    ({ client, server }) => [client.windowShift, client.windowScaling, server.windowScaling],
  )
  expect(given).toEqual([[7, -2, -2]])
})

test('a run of zero windows is dated from its first, and ends with the first that is none', () => {
  const closed = (atMs: number, window: number): Played => ({
    way: '<',
    atMs,
    flags: '.',
    seq: 5001,
    ack: 1001,
    window,
  })
  const last = (packets: Played[]): [number, number][] =>
    play([...HANDSHAKE, ...packets], ({ server }): [number, number] => [
      server.windowZeroNs,
      server.windowZeroFrame,
    ]).given
  expect(last([closed(20, 0), closed(40, 0)])).toEqual([[20e6, 4]])
  expect(last([closed(20, 0), closed(40, 1)])[0]?.[1]).toBe(-1)
})

test('options cut off in the middle of one are read up to there', () => {
  const { given } = play(
    [{ way: '>', atMs: 0, flags: 'S', options: [2, 4, 5, 180, 3, 9, 1, 1] }],
    ({ client }) => [client.maximumSegmentBytes, client.windowShift],
  )
  expect(given).toEqual([[1460, -1]])
})
