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
