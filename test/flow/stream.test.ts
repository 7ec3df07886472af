import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OnPayload } from '../../src/flow/stream.ts'
import { HANDSHAKE, type Played, play } from './played.ts'

type Heard = { heard: string[]; missed: number }

/** What the client's stream is when these packets follow a handshake, and how much of it is missed. */
function listen(packets: readonly Played[], pieces = 1000): Heard {
  const heard: string[] = []
  const onPayload: OnPayload = (_connection, fromClient, view, at, end, offset, missing) => {
    if (!fromClient) return true
    const text = new TextDecoder().decode(
      new Uint8Array(view.buffer, view.byteOffset + at, end - at),
    )
    heard.push(missing > 0 ? `${offset}:(${missing})${text}` : `${offset}:${text}`)
    return heard.length < pieces
  }
  const { given } = play([...HANDSHAKE, ...packets], ({ client }) => client.missedBytes, {
    onPayload,
  })
  return { heard, missed: given.reduce((sum, bytes) => sum + bytes, 0) }
}

const data = (seq: number, text: string): Played => ({
  way: '>',
  atMs: 20,
  flags: 'P.',
  seq,
  ack: 5001,
  text,
})
const acknowledge = (ack: number): Played => ({ way: '<', atMs: 30, flags: '.', seq: 5001, ack })

test('payload comes in its order, whatever the order of its segments', () => {
  const { heard, missed } = listen([data(1004, 'def'), data(1007, 'ghi'), data(1001, 'abc')])
  expect(heard).toEqual(['0:abc', '3:def', '6:ghi'])
  expect(missed).toBe(0)
})

test('what comes again is left out, also where it goes on', () => {
  expect(listen([data(1001, 'abc'), data(1001, 'abc'), data(1002, 'bcde')]).heard).toEqual([
    '0:abc',
    '3:de',
  ])
})

test('bytes that are acknowledged and were never seen are a gap, told before what follows', () => {
  const { heard, missed } = listen([data(1001, 'abc'), data(1006, 'fg'), acknowledge(1008)])
  expect(heard).toEqual(['0:abc', '5:(2)fg'])
  expect(missed).toBe(2)
})

test('bytes that the capture cut off are told before what follows them', () => {
  const cut: Played = { ...data(1001, 'abc'), bytes: 10 }
  const empty: Played = { ...data(1011, ''), bytes: 4 }
  expect(listen([cut, empty, data(1015, 'x')]).heard).toEqual(['0:abc', '14:(11)x'])
})

test('a FIN takes a number and is no gap', () => {
  const fin: Played = { way: '>', atMs: 40, flags: 'F.', seq: 1004, ack: 5001 }
  expect(listen([data(1001, 'abc'), fin, acknowledge(1005)]).missed).toBe(0)
})

test('nothing more is given once nothing more is asked for', () => {
  expect(listen([data(1001, 'a'), data(1002, 'b'), data(1003, 'c')], 2).heard).toEqual([
    '0:a',
    '1:b',
  ])
})

test('any order of the pieces of a text gives the text', () => {
  const text = 'In the beginning there was a handshake.'
  const piece = fc.record({ from: fc.nat(text.length - 1), bytes: fc.integer({ min: 1, max: 9 }) })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer(), (pieces, start) => {
      let heard = ''
      const first = (start + 1) | 0
      const packets: Played[] = [
        { way: '>', atMs: 0, flags: 'S', seq: start },
        ...pieces.map(({ from, bytes }) => ({
          ...data((first + from) | 0, text.slice(from, from + bytes)),
        })),
      ]
      play(packets, () => null, {
        onPayload: (_connection, _fromClient, view, at, end) => {
          heard += new TextDecoder().decode(
            new Uint8Array(view.buffer, view.byteOffset + at, end - at),
          )
          return true
        },
      })
      const there = new Set(
        pieces.flatMap(({ from, bytes }) => Array.from({ length: bytes }, (_, n) => from + n)),
      )
      let reach = 0
      while (there.has(reach) && reach < text.length) reach++
      expect(heard).toBe(text.slice(0, reach))
    }),
  )
})
