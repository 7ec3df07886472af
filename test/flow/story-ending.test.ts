import { expect, test } from 'vitest'
import { silenceNs } from '../../src/flow/story-ending.ts'
import { OPEN, played, told } from './telling.ts'

const END = '9000 > F. 1 ack 9\n9020 < F. 9 ack 2'

test('a first word that takes seconds is told without being a fault', () => {
  const { fault, suspects, summary } = told(
    `${OPEN}\n8000 < P. 1 ack 1 len 8\n8001 > . 1 ack 9\n${END}`,
  )
  expect([fault, suspects[0]?.cause]).toEqual([false, 'service.slow-greeting'])
  expect(summary).toMatch(/the server's first word took 8\.0 s$/)
})

test('silence counts where the server has to speak first, and not where it has not been asked', () => {
  const waited = (port: number): number =>
    played(
      `0 > S 0 port ${port}\n1 < S. 0 ack 1 port ${port}\n2 > . 1 ack 1 port ${port}\n5002 > F. 1 ack 1 port ${port}`,
      silenceNs,
    )
  expect([waited(22), waited(80)]).toEqual([5e9, 0])
})

test('a client that resets because nothing came is no client that just leaves', () => {
  const { name, fault, suspects } = told(
    `${OPEN}\n30 > P. 1 ack 1 len 5\n50 < . 1 ack 6\n4050 > R. 6 ack 1`,
  )
  expect([name, fault, suspects[0]?.cause]).toEqual(['reset', true, 'tcp.frozen'])
})

test('loss that mattered is told with the segments that it cost', () => {
  const lost = Array.from({ length: 4 }, (_, n) => {
    const [at, seq] = [100 * (n + 1), 1 + 10 * n]
    return `${at} > P. ${seq} ack 1 len 10\n${at + 50} > P. ${seq} ack 1 len 10\n${at + 60} < . 1 ack ${seq + 10}`
  }).join('\n')
  const { fault, suspects, summary } = told(
    `${OPEN}\n${lost}\n800 < P. 1 ack 41 len 5\n900 > F. 41 ack 6\n920 < F. 6 ack 42`,
  )
  expect([fault, suspects[0]?.cause]).toEqual([false, 'path.loss'])
  expect(summary).toMatch(/4 segments of \d+ had to be sent again$/)
})

test('packets that were captured twice are not told as sent again, those with an identification of their own are', () => {
  const twice = (id: (packet: number) => number): string =>
    [1, 101, 201, 301]
      .map(
        (seq, index) =>
          `${20 + index} > P. ${seq} ack 1 len 100 id ${id(2 * index)}\n${20 + index} > P. ${seq} ack 1 len 100 id ${id(2 * index + 1)}`,
      )
      .join('\n')
  const rest = '\n60 < P. 1 ack 401 len 9\n70 > F. 401 ack 10 id 90\n80 < F. 10 ack 402'
  const copied = told(`${OPEN}\n${twice((packet) => 40 + (packet >> 1))}${rest}`)
  expect(copied.suspects).toEqual([])
  expect(copied.remarks.join()).toContain('in the capture twice')
  const again = told(`${OPEN}\n${twice((packet) => 40 + packet)}${rest}`)
  expect(again.suspects[0]?.cause).toBe('path.loss')
  expect(again.remarks.join()).toContain('sent 4 segments again')
})
