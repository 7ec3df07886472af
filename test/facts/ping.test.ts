import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePing } from '../../src/facts/ping.ts'
import { transcript, transcripts } from './data.ts'

const ran = transcripts('ping-ns.txt')
const pasted = transcript('pasted-pings.txt')
  .split(/^root@debian:~# /m)
  .slice(1)

test('every pasted session is read', () => {
  const found = pasted.map(parsePing)
  expect(found.map((each) => [each?.address, each?.sent, each?.received])).toEqual([
    ['::1', 1, 1],
    ['10.0.3.15', 1, 1],
    ['10.1.1.109', 1, 1],
    ['10.0.3.2', 1, 1],
    ['147.83.2.135', 1, 1],
    ['147.83.2.135', 1, 0],
  ])
  expect(found[0]?.replies).toEqual([{ sequence: 1, from: '::1', ttl: 64, rttMs: 0.019 }])
  expect(found[4]?.replies).toEqual([{ sequence: 1, from: '147.83.2.135', ttl: 241, rttMs: 10.8 }])
  expect(found[5]?.errors).toEqual([
    { from: null, text: 'local error: message too long, mtu=1500', mtu: 1500 },
  ])
})

describe('iputils', () => {
  test.for([
    ['ping -c1 -t1 -W1 10.0.9.7', '10.0.3.2', 'Time to live exceeded', null],
    ['ping -c1 -t1 -W1 2001:db8:9::7', '2001:db8:3::2', 'Time exceeded: Hop limit', null],
    ['ping -c1 -W4 10.0.9.55', '10.0.3.2', 'Destination Host Unreachable', null],
    [
      'ping -c1 -W4 2001:db8:9::55',
      '2001:db8:3::2',
      'Destination unreachable: Address unreachable',
      null,
    ],
    ['ping -c1 -W1 10.67.0.1', '10.0.3.2', 'Packet filtered', null],
    [
      'ping -c2 -W1 -i0.2 -s 1400 -M do 2001:db8:9::7',
      '2001:db8:3::2',
      'Packet too big: mtu=1300',
      1300,
    ],
    [
      'ping -c2 -i0.2 -W1 -s 1400 -M do 10.0.9.7',
      '10.0.3.2',
      'Frag needed and DF set (mtu = 1300)',
      1300,
    ],
    [
      'ping -s 3000 -c1 -W1 -M do 2001:db8:3::2',
      null,
      'local error: message too long, mtu: 1500',
      1500,
    ],
    ['ping -c1 -W1 198.51.100.3', null, 'connect: No route to host', null],
    [
      'ping -c1 -W1 nosuch.invalid',
      null,
      'nosuch.invalid: Temporary failure in name resolution',
      null,
    ],
  ] as const)('%s', ([command, from, text, mtu]) => {
    const found = parsePing(ran(command))
    expect(found?.errors[0]).toEqual({ from, text, mtu })
    expect(found).toMatchObject({ received: 0, replies: [] })
  })

  test('silence is no error', () => {
    expect(parsePing(ran('ping -c3 -W1 10.0.3.77'))).toEqual({
      address: '10.0.3.77',
      sent: 3,
      received: 0,
      replies: [],
      errors: [],
    })
    expect(parsePing(ran('ping -O -c2 -i0.2 -W1 10.0.3.78'))).toMatchObject({ sent: 2, errors: [] })
  })

  test('time stamps, a quiet run and a payload without a time are understood', () => {
    const stamped = parsePing(ran('ping -c2 -W1 -i0.2 -D 10.0.3.2'))
    expect(stamped?.replies.map((reply) => [reply.sequence, reply.rttMs])).toEqual([
      [1, 0.034],
      [2, 0.053],
    ])
    expect(parsePing(ran('ping -q -c1 10.0.3.2'))).toMatchObject({
      sent: 1,
      received: 1,
      replies: [],
    })
    expect(parsePing(ran('ping -c1 -s 8 10.0.3.2'))?.replies).toMatchObject([
      { ttl: 64, rttMs: null },
    ])
  })

  test('the reporter may have a name', () => {
    const text =
      'PING a (10.0.9.7) 56(84) bytes of data.\nFrom gw.lan (10.0.3.2) icmp_seq=1 Destination Net Unreachable'
    expect(parsePing(text)).toEqual({
      address: '10.0.9.7',
      sent: 1,
      received: 0,
      replies: [],
      errors: [{ from: '10.0.3.2', text: 'Destination Net Unreachable', mtu: null }],
    })
  })
})

test.for([
  [
    'German',
    `PING 10.0.3.2 (10.0.3.2) 56(84) Bytes Daten.
64 Bytes von 10.0.3.2: icmp_seq=1 ttl=64 Zeit=0,457 ms
Von 10.0.3.9 icmp_seq=2 Zielhost nicht erreichbar

--- 10.0.3.2 Ping-Statistiken ---
2 Pakete übertragen, 1 empfangen, +1 Fehler, 50% Paketverlust, Zeit 1001ms`,
  ],
  [
    'Spanish',
    `PING 10.0.3.2 (10.0.3.2) 56(84) bytes de datos.
64 bytes desde 10.0.3.2: icmp_seq=1 ttl=64 tiempo=0.457 ms
Desde 10.0.3.9 icmp_seq=2 Host de destino inalcanzable

--- 10.0.3.2 estadísticas ping ---
2 paquetes transmitidos, 1 recibidos, +1 errores, 50% paquetes perdidos, tiempo 1001ms`,
  ],
])('in %s the numbers tell', ([, text]) => {
  expect(parsePing(text ?? '')).toMatchObject({
    address: '10.0.3.2',
    sent: 2,
    received: 1,
    replies: [{ sequence: 1, from: '10.0.3.2', ttl: 64, rttMs: 0.457 }],
    errors: [{ from: '10.0.3.9' }],
  })
})

describe('busybox', () => {
  test('counts from 0', () => {
    expect(parsePing(ran('busybox ping -c2 -W1 10.0.3.2'))).toEqual({
      address: '10.0.3.2',
      sent: 2,
      received: 2,
      replies: [
        { sequence: 0, from: '10.0.3.2', ttl: 64, rttMs: 0.055 },
        { sequence: 1, from: '10.0.3.2', ttl: 64, rttMs: 0.09 },
      ],
      errors: [],
    })
  })

  test('says what the kernel refused', () => {
    const found = parsePing(ran('busybox ping -c1 -W1 198.51.100.3'))
    expect(found).toMatchObject({ address: '198.51.100.3', sent: 0 })
    expect(found?.errors).toEqual([{ from: null, text: 'sendto: No route to host', mtu: null }])
  })
})

test('the first of several runs is read', () => {
  const found = parsePing(transcript('pasted-pings.txt'))
  expect(found).toMatchObject({ address: '::1', sent: 1 })
  expect(found?.replies).toHaveLength(1)
})

test('a run cut short counts what it shows', () => {
  const text = ran('ping -c2 -W1 -i0.2 -D 10.0.3.2').split('\n').slice(0, 3).join('\n')
  expect(parsePing(text)).toMatchObject({ sent: 2, received: 2 })
})

test.for(['', 'bash: ping: command not found', '12 apples, 3 pears', 'no answer yet'])(
  '%j is no ping',
  (text) => {
    expect(parsePing(text)).toBeNull()
  },
)

test('no text makes it throw, and a megabyte takes no time', () => {
  const line = fc.constantFrom(
    'PING a (1.1.1.1)',
    '64 bytes from x: icmp_seq=',
    'From a icmp_seq=1 b',
    '1 p, 2 q %',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => void parsePing(lines.join('\n'))),
  )
  const started = performance.now()
  for (const piece of ['(', 'PING ', 'a (', '1 ', '=1', 'mtu ', '=1 ', ' '])
    parsePing(`From a icmp_seq=1 ${piece.repeat(1_000_000 / piece.length)}`)
  expect(performance.now() - started).toBeLessThan(2000)
})
