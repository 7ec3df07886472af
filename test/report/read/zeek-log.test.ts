import { expect, test } from 'vitest'
import type { ZeekConnection } from '../../../src/flow/zeek-connection.ts'
import { zeekFoot, zeekHead, zeekLine } from '../../../src/report/read/zeek-log.ts'

const EPOCH = 1_180_645_592

const CONNECTION: ZeekConnection = {
  uid: 'CHhAvVGS1DHFjwGM9',
  startNs: 845_356_000,
  durationNs: 60_083_765_000,
  client: {
    address: '192.168.2.10',
    port: 1249,
    isLocal: true,
    payloadBytes: 55,
    packets: 4,
    networkBytes: 168,
  },
  server: {
    address: '198.51.100.7',
    port: 443,
    isLocal: false,
    payloadBytes: 146,
    packets: 3,
    networkBytes: 128,
  },
  protocol: 6,
  service: 'tls',
  state: 'SF',
  history: 'ShADadFf',
  missedBytes: 201,
}

const cells = (line: string): string[] => line.trimEnd().split('\t')

test('the names of the fields are as many as the values of a line', () => {
  const head = zeekHead(EPOCH).split('\n')
  const names = cells(head.find((line) => line.startsWith('#fields')) ?? '').slice(1)
  const types = cells(head.find((line) => line.startsWith('#types')) ?? '').slice(1)
  expect(types).toHaveLength(names.length)
  const line = cells(zeekLine(CONNECTION, EPOCH))
  expect(Object.fromEntries(names.map((name, index) => [name, line[index]]))).toEqual({
    ts: '1180645592.845356',
    uid: 'CHhAvVGS1DHFjwGM9',
    'id.orig_h': '192.168.2.10',
    'id.orig_p': '1249',
    'id.resp_h': '198.51.100.7',
    'id.resp_p': '443',
    proto: 'tcp',
    service: 'ssl',
    duration: '60.083765',
    orig_bytes: '55',
    resp_bytes: '146',
    conn_state: 'SF',
    local_orig: 'T',
    local_resp: 'F',
    missed_bytes: '201',
    history: 'ShADadFf',
    orig_pkts: '4',
    orig_ip_bytes: '168',
    resp_pkts: '3',
    resp_ip_bytes: '128',
    tunnel_parents: '-',
  })
})

test('a connection that took no time tells neither duration nor bytes', () => {
  const line = cells(zeekLine({ ...CONNECTION, durationNs: 0, service: '', history: '' }, EPOCH))
  expect(line.slice(7, 11)).toEqual(['-', '-', '-', '-'])
  expect(line[15]).toBe('-')
})

test('a service cannot break out of its column', () => {
  expect(cells(zeekLine({ ...CONNECTION, service: 'a\tb\n\\é' }, EPOCH))[7]).toBe(
    'a\\x09b\\x0a\\x5c\\xc3\\xa9',
  )
})

test('the log says when it was opened and closed', () => {
  expect(zeekHead(EPOCH)).toContain('#open\t2007-05-31-21-06-32\n')
  expect(zeekFoot(EPOCH)).toBe('#close\t2007-05-31-21-06-32\n')
})
