import { expect, test } from 'vitest'
import { connectionSchema } from '../../../src/report/read/connection-schema.ts'
import { validate } from '../../report/validate.ts'
import { capture, HTTP, REFUSED } from './made-capture.ts'
import { linesOf } from './reading.ts'

test('each connection is one object on a line, in the order in which they began', async () => {
  const lines = await linesOf(capture('json.pcap', [...HTTP, ...REFUSED]), '--json')
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(validate(connectionSchema(), records)).toEqual([[], []])
  expect(records).toMatchObject([
    {
      id: 1,
      proto: 'tcp',
      client: { ip: '192.0.2.1', port: 40_000, packets: 5, bytes: 30 },
      server: { ip: '198.51.100.2', port: 80, packets: 3, bytes: 40 },
      startedAt: '2007-05-31T21:06:32.000000Z',
      durationMs: 16,
      story: 'closed',
      closedBy: 'client',
      service: 'http',
      frames: [1, 8],
      handshake: { serverRttMs: 1, clientRttMs: 1, synAttempts: 1 },
    },
    { id: 2, story: 'refused', fault: true, frames: [9, 10] },
  ])
})

test('one connection may be asked for by its number', async () => {
  const path = capture('one.pcap', [...HTTP, ...REFUSED])
  const lines = await linesOf(path, '--flow', '2', '--json')
  expect(lines.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([2])
})
