import { expect, test } from 'vitest'
import { sourcePortOf } from '../../../src/diagnose/trace/probe.ts'
import { type Egress, openEgress } from '../../../src/host/kernel/egress.ts'
import type { NoTraceSocket, TraceRequest } from '../../../src/host/kernel/trace-socket.ts'
import { type Address, formatAddress, parseAddress } from '../../../src/wire/address.ts'

const at = (text: string): Address => {
  const address = parseAddress(text)
  if (!address) throw new Error(text)
  return address
}

const request = (more: Partial<TraceRequest> = {}): TraceRequest => ({
  target: at('127.0.0.1'),
  protocol: 'udp',
  port: 33_434,
  flowNumber: 17,
  device: null,
  source: null,
  ...more,
})

function ask<T>(wanted: TraceRequest, look: (egress: Egress) => T): T | NoTraceSocket['reason'] {
  const egress = openEgress(wanted)
  if ('reason' in egress) return egress.reason
  try {
    return look(egress)
  } finally {
    egress.close()
  }
}

test('the address by which packets leave, and the port of the flow, are those of this host', () => {
  ask(request(), ({ flow }) => {
    expect(formatAddress(flow.source)).toBe('127.0.0.1')
    expect(flow).toMatchObject({ sourcePort: sourcePortOf(17, 0), destinationPort: 33_434 })
    expect(flow.mark >>> 16).toBeGreaterThan(0)
  })
  ask(request({ target: at('::1') }), ({ flow }) => expect(formatAddress(flow.source)).toBe('::1'))
})

test('a port that is taken is passed over for the next of the flow', () => {
  ask(request(), () =>
    ask(request(), ({ flow }) => expect(flow.sourcePort).toBe(sourcePortOf(17, 1))),
  )
})

test('a packet larger than the device takes tells what it takes', () => {
  // The loopback takes more than any datagram may have.
  ask(request(), ({ firstMtu }) => {
    const mtu = firstMtu()
    if (mtu !== null) expect(mtu).toBeLessThan(65_000)
  })
})

test.each([
  ['no-device', { device: 'nosuchdevice' }],
  ['no-source', { source: at('192.0.2.1') }],
  ['no-route', { target: at('255.255.255.255') }],
] as const)('where there is none, the reason is %s', (reason, more) => {
  expect(ask(request(more), () => 'open')).toBe(reason)
})
