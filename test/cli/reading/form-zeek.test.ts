import { expect, test } from 'vitest'
import { capture, HTTP, REFUSED } from './made-capture.ts'
import { linesOf } from './reading.ts'

test('the connections are those of a conn.log', async () => {
  const lines = await linesOf(capture('zeek.pcap', [...HTTP, ...REFUSED]), '--zeek')
  const names =
    lines
      .find((line) => line.startsWith('#fields'))
      ?.split('\t')
      .slice(1) ?? []
  const rows = lines
    .filter((line) => !line.startsWith('#'))
    .map((line) =>
      Object.fromEntries(line.split('\t').map((value, index) => [names[index], value])),
    )
  expect(rows).toMatchObject([
    {
      ts: '1180645592.000000',
      'id.orig_h': '192.0.2.1',
      'id.orig_p': '40000',
      'id.resp_p': '80',
      proto: 'tcp',
      service: 'http',
      conn_state: 'SF',
      orig_bytes: '30',
      resp_bytes: '40',
      history: 'ShADdFf',
      orig_pkts: '5',
      resp_ip_bytes: '160',
    },
    { conn_state: 'REJ', history: 'Sr', service: '-' },
  ])
})
