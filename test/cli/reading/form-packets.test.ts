import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { packetSchema } from '../../../src/report/read/packet-record.ts'
import { validate } from '../../report/validate.ts'
import { capture, HTTP, REFUSED } from './made-capture.ts'
import { linesOf } from './reading.ts'

const tcpdump = (path: string, ...words: string[]): string[] =>
  execFileSync('tcpdump', ['-nr', path, ...words], {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  })
    .trimEnd()
    .split('\n')

test('packets are lines as tcpdump prints them', async () => {
  const path = capture('lines.pcap', [...HTTP, ...REFUSED])
  expect(await linesOf(path, '-p')).toEqual(tcpdump(path))
  expect(await linesOf(path, '-p', '-c', '3')).toEqual(tcpdump(path, '-c', '3'))
})

test('those of one connection or story are lines as well', async () => {
  const path = capture('of-one.pcap', [...HTTP, ...REFUSED])
  expect(await linesOf(path, '-p', '--flow', '1')).toEqual(tcpdump(path, 'port', '80'))
  expect(await linesOf(path, '-p', '--story', 'refused')).toEqual(tcpdump(path, 'port', '25'))
})

test('packets are objects with their connection and their marks', async () => {
  const again = { ...REFUSED[0], atMs: 50 } as (typeof REFUSED)[0]
  const lines = await linesOf(capture('marked.pcap', [again, ...REFUSED]), '-pj')
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(validate(packetSchema(), records)).toEqual([[], [], []])
  expect(records).toMatchObject([
    { number: 1, marks: [], connection: 1, fromClient: true },
    { number: 2, marks: ['retransmission'] },
    {
      number: 3,
      time: '2007-05-31T21:06:32.101000Z',
      source: { ip: '198.51.100.2', port: 25 },
      fromClient: false,
      tcp: { flags: ['RST', 'ACK'], acknowledgment: 8, relativeAcknowledgment: 1 },
    },
  ])
})
