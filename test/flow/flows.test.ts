import { describe, expect, test } from 'vitest'
import { Flows } from '../../src/flow/flows.ts'
import { MARK } from '../../src/flow/mark.ts'
import { Headers } from '../../src/wire/headers.ts'
import { HANDSHAKE, headersOf, type Played, play } from './played.ts'

/** “Host administratively prohibited” by a router, with the IP header and eight bytes of the packet. */
function unreachable(quoted: Headers): Headers {
  const bytes = new Uint8Array(56)
  bytes.set(new Uint8Array(quoted.view.buffer, 0, 20), 28)
  bytes.set([0x45, 0, 0, 60], 28)
  bytes[37] = 6
  const view = new DataView(bytes.buffer)
  view.setUint8(20, 3)
  view.setUint8(21, 10)
  view.setUint16(48, quoted.sourcePort)
  view.setUint16(50, quoted.destinationPort)
  view.setInt32(52, quoted.sequence)
  return Object.assign(new Headers(), {
    view,
    ipVersion: 4,
    sourceAddressAt: 12,
    destinationAddressAt: 16,
    protocol: 1,
    transportAt: 20,
    payloadAt: 28,
    payloadEnd: 56,
    payloadBytes: 28,
  })
}

const CLOSE: readonly Played[] = [
  { way: '<', atMs: 30, flags: 'F.', seq: 5001, ack: 1001 },
  { way: '>', atMs: 31, flags: 'F.', seq: 1001, ack: 5002 },
  { way: '<', atMs: 32, flags: '.', seq: 5002, ack: 1002 },
]

describe('connections', () => {
  test('a handshake and a close are one connection, with the times of each step', () => {
    const { given } = play([...HANDSHAKE, ...CLOSE], (connection) => ({
      ended: connection.ended,
      client: connection.client.port,
      syn: connection.client.synNs,
      synAck: connection.server.synNs,
      established: [connection.establishedFrame, connection.establishedNs],
      fins: [connection.client.finFrame, connection.server.finFrame],
      packets: [connection.client.packets, connection.server.packets],
      frames: [connection.firstFrame, connection.lastFrame],
      mss: [connection.client.maximumSegmentBytes, connection.server.maximumSegmentBytes],
      shift: [connection.client.windowShift, connection.server.windowShift],
      options: connection.client.synOptions,
    }))
    expect(given).toEqual([
      {
        ended: 'closed',
        client: 40000,
        syn: 0,
        synAck: 10e6,
        established: [3, 12e6],
        fins: [5, 4],
        packets: [3, 3],
        frames: [1, 6],
        mss: [1460, 1460],
        shift: [7, 8],
        options: [2, 1, 3],
      },
    ])
  })

  test('another SYN with another number on the same ports is another connection, and says so', () => {
    const again: Played = { way: '>', atMs: 50, flags: 'S', seq: 9000 }
    const { given, marks } = play(
      [...HANDSHAKE, ...CLOSE, again],
      ({ id, ended }) => `${id} ${ended}`,
    )
    expect(given).toEqual(['1 closed', '2 capture-end'])
    expect(marks.at(-1)).toBe(MARK.portReused)
  })

  test('ports are known to be used again long after their connection was given away', () => {
    const later: Played = { way: '>', atMs: 3_600_000, flags: 'S', seq: 9000 }
    const { marks } = play([...HANDSHAKE, ...CLOSE, later], () => null)
    expect(marks.at(-1)).toBe(MARK.portReused)
  })

  test('repeated SYNs are one connection, and each attempt keeps its time', () => {
    const { given } = play(
      [0, 1000, 3000].map((atMs): Played => ({ way: '>', atMs, flags: 'S', seq: 7 })),
      ({ client }) => [client.synCount, client.synTimesNs, client.synFrames],
    )
    expect(given).toEqual([[3, [0, 1e9, 3e9], [1, 2, 3]]])
  })

  test('one that has ended is given away once it has lingered, though nothing more is captured', () => {
    const given: string[] = []
    const flows = new Flows({ onEnd: ({ ended }) => given.push(ended), lingerNs: 1e9 })
    for (const [index, played] of [...HANDSHAKE, ...CLOSE].entries())
      flows.packet(headersOf(played), index + 1, played.atMs * 1e6, 100)
    flows.passed(0.9e9)
    expect(given).toEqual([])
    flows.passed(2.1e9)
    expect(given).toEqual(['closed'])
    expect(flows.open).toBe(0)
  })

  test('without a SYN the lower port is the server', () => {
    const { given } = play(
      [{ way: '<', atMs: 0, flags: '.', seq: 5, ack: 6 }],
      ({ client, server, turned }) => [client.port, server.port, turned],
    )
    expect(given).toEqual([[40000, 80, true]])
  })

  test('datagrams that rest for more than a minute are another connection', () => {
    const ask: Played = { way: '>', atMs: 0, text: 'ask', serverPort: 53 }
    const { given } = play(
      [ask, { ...ask, way: '<', atMs: 5 }, { ...ask, atMs: 70_000 }],
      ({ client, server, ended }) => [client.packets, server.packets, ended],
    )
    expect(given).toEqual([
      [1, 1, 'idle'],
      [1, 0, 'capture-end'],
    ])
  })

  test('what follows a reset belongs to its connection', () => {
    const { given } = play(
      [
        ...HANDSHAKE,
        { way: '<', atMs: 20, flags: 'R.', seq: 5001, ack: 1001 },
        { way: '<', atMs: 21, flags: '.', seq: 5001, ack: 1001 },
      ],
      ({ ended, server }) => [ended, server.resetFrame, server.afterResetFrame],
    )
    expect(given).toEqual([['reset', 4, 5]])
  })

  test('a SYN flood is bounded: the oldest half-open connections make room, the established one stays', () => {
    const flood = Array.from(
      { length: 1000 },
      (_, n): Played => ({
        way: '>',
        atMs: 20 + n,
        flags: 'S',
        seq: n,
        clientPort: n + 1,
      }),
    )
    const { given, flows } = play([...HANDSHAKE, ...flood], ({ id, ended }) => ({ id, ended }), {
      mostConnections: 10,
    })
    expect(flows.totals).toMatchObject({ connections: 1001, evicted: 991 })
    expect(given[0]).toEqual({ id: 2, ended: 'evicted' })
    expect(given.find(({ id }) => id === 1)).toEqual({ id: 1, ended: 'capture-end' })
  })
})

describe('the answers of a server', () => {
  test('each is measured from the last payload of the request', () => {
    const { given } = play(
      [
        ...HANDSHAKE,
        { way: '>', atMs: 20, flags: 'P.', seq: 1001, ack: 5001, text: 'ask' },
        { way: '>', atMs: 25, flags: 'P.', seq: 1004, ack: 5001, text: 'ing' },
        { way: '<', atMs: 65, flags: 'P.', seq: 5001, ack: 1007, text: 'answer' },
        { way: '<', atMs: 90, flags: 'P.', seq: 5007, ack: 1007, text: 'more' },
      ],
      ({ responses, responseSumNs, slowestResponseFrame }) => [
        responses,
        responseSumNs,
        slowestResponseFrame,
      ],
    )
    expect(given).toEqual([[1, 40e6, 6]])
  })
})

describe('packets that belong to no connection', () => {
  test('are counted by what they are', () => {
    const { flows } = play([], () => null)
    const odd = headersOf({ way: '>', atMs: 0 })
    flows.packet(Object.assign(odd, { ipVersion: 0 }), 1, 0, 60)
    flows.packet(Object.assign(odd, { ipVersion: 4, protocol: 47 }), 2, 0, 60)
    flows.packet(Object.assign(odd, { notes: 2 }), 3, 0, 60)
    expect(flows.totals).toMatchObject({
      packets: 3,
      bytes: 180,
      notIp: 1,
      otherIp: 1,
      fragments: 1,
    })
  })
})

describe('ICMP errors', () => {
  test('are noted beside the connection that they quote, and are no packet of it', () => {
    const { flows, given } = play([], (connection) => [
      connection.icmpError,
      connection.icmpFrame,
      connection.client.packets,
      connection.server.packets,
    ])
    const syn = headersOf({ way: '>', atMs: 0, flags: 'S', seq: 1000 })
    flows.packet(syn, 1, 0, 60)
    expect(flows.packet(unreachable(syn), 2, 5e6, 90)?.client.port).toBe(40000)
    expect(flows.fromClient).toBe(false)
    expect(flows.totals).toMatchObject({ connections: 1, icmpErrors: 1 })
    flows.finish()
    expect(given).toEqual([[0x030a, 2, 1, 0]])
  })
})
