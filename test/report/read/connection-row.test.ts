import { expect, test } from 'vitest'
import { Connection } from '../../../src/flow/connection.ts'
import type { Story } from '../../../src/flow/story-word.ts'
import { ZEEK_STATE } from '../../../src/flow/zeek-state.ts'
import { connectionRow, serviceOf, storyStatus } from '../../../src/report/read/connection-row.ts'

const STORY: Story = {
  name: 'refused',
  fault: true,
  suspects: [],
  proven: false,
  summary: 'the SYN was answered by an RST',
  closing: { by: 'server', how: 'reset' },
  proof: [1, 2],
  remarks: [],
}

const WORDING = {
  epochSeconds: 1_180_645_592,
  zoneSeconds: 0,
  nameOf: (address: string) => (address === '192.0.2.7' ? 'www' : undefined),
  numeric: false,
}

function connection(): Connection {
  const one = new Connection()
  one.id = 3
  one.protocol = 6
  one.client.address = Uint8Array.of(192, 0, 2, 1)
  one.client.port = 40_000
  one.client.zeekState = one.server.zeekState = ZEEK_STATE.established
  one.client.historyNext = 1001
  one.server.address = Uint8Array.of(192, 0, 2, 7)
  one.server.port = 443
  one.server.historyNext = 461
  one.firstNs = 845_356_000
  one.lastNs = 845_391_000
  return one
}

test('a row has what the connection tells, in few letters', () => {
  expect(connectionRow(connection(), STORY, WORDING)).toEqual({
    number: '3',
    start: '21:06:32.845',
    client: '192.0.2.1:40000',
    server: 'www:443',
    service: 'https',
    story: 'refused',
    duration: '35.0 µs',
    bytes: '1.5 kB',
    sentence: 'the SYN was answered by an RST',
    status: 'fail',
  })
})

test('the service is what the content showed, else what the port usually is', () => {
  const one = connection()
  expect([serviceOf(one, false), serviceOf(one, true)]).toEqual(['https', ''])
  one.service = 'ssh'
  expect(serviceOf(one, true)).toBe('ssh')
  one.service = ''
  one.protocol = 58
  expect(serviceOf(one, false)).toBe('icmpv6')
})

test('a fault looks like one, whatever its story', () => {
  expect(storyStatus({ name: 'closed', fault: false })).toBe('pass')
  expect(storyStatus({ name: 'closed', fault: true })).toBe('fail')
  expect(storyStatus({ name: 'unanswered', fault: false })).toBe('warn')
  expect(storyStatus({ name: 'midstream', fault: false })).toBe('unknown')
})
