import { expect, test } from 'vitest'
import { runTrace, type TraceOptions } from '../../../src/host/trace/run-trace.ts'

const options = (more: Partial<TraceOptions> = {}): TraceOptions => ({
  input: 'localhost',
  address: '127.0.0.1',
  protocol: 'udp',
  port: 33_434,
  flow: 31,
  device: null,
  source: null,
  rounds: 2,
  intervalMs: 0,
  mostHops: 5,
  mostWaitMs: 500,
  packetBytes: 60,
  mtu: false,
  lookups: { names: false, asn: false, table: null },
  signal: new AbortController().signal,
  onTrace: null,
  ...more,
})

test('this host is one hop away', async () => {
  const trace = await runTrace(options())
  if ('reason' in trace) throw new Error(trace.text)
  expect(trace).toMatchObject({
    target: { input: 'localhost', address: '127.0.0.1', family: 4, protocol: 'udp', port: 33_434 },
    source: { address: '127.0.0.1', port: 61_031, flow: 31 },
    rounds: 2,
    verdict: { state: 'reached', atFault: false, hop: 1 },
  })
  expect(trace.hops).toMatchObject([
    { sent: 2, received: 2, addresses: [{ address: '127.0.0.1' }] },
  ])
  expect(trace.unknowns.length > 0).toBe(trace.source.socket !== 'raw')
})

test('IPv6 is traced the same way, and pictures are told meanwhile', async () => {
  let told = 0
  const trace = await runTrace(options({ address: '::1', packetBytes: 80, onTrace: () => told++ }))
  if ('reason' in trace) throw new Error(trace.text)
  expect(trace.target.family).toBe(6)
  expect(told).toBeGreaterThan(0)
})

test.each([
  [{ device: 'nosuchdevice' }, 'no-device', /nosuchdevice cannot be used: .*ip link/],
  [{ source: '192.0.2.1' }, 'no-source', /192\.0\.2\.1 cannot be used: .*ip address/],
  [{ address: '255.255.255.255' }, 'no-route', /no packet can leave for 255\.255\.255\.255/],
  [{ address: 'nonsense' }, 'no-route', /nonsense/],
] as const)('where none can be made, it is said why: %j', async (more, reason, text) => {
  const trace = await runTrace(options(more))
  expect(trace).toMatchObject({ reason, text: expect.stringMatching(text) })
})
