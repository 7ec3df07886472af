import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { connections, listeners, parseSs, type Socket } from '../../src/facts/ss.ts'
import { transcript } from './data.ts'

const bound = (sockets: readonly Socket[] | null | undefined) =>
  (sockets ?? []).map(
    ({ protocol, local }) =>
      `${protocol} ${local.address}${local.device ? `%${local.device}` : ''} ${local.port}`,
  )

/** What was bound in the namespace, by the program that made the transcripts. */
const BOUND = [
  'udp 0.0.0.0 53',
  'udp * 123',
  'udp fe80::943d:2ff:fe96:cf2a%veth1 546',
  'tcp 0.0.0.0 80',
  'tcp 0.0.0.0%veth1 7777',
  'tcp 127.0.0.1 631',
  'tcp 10.0.9.7 25',
  'tcp * 443',
  'tcp :: 8444',
  'tcp * 8443',
  'tcp ::1 631',
]

describe('what listens', () => {
  test.for(['ss-tulnp-H-ns.txt', 'ss-tulnp-ns.txt', 'ss-tulp-names-ns.txt'])('%s', (name) => {
    expect(bound(parseSs(transcript(name)))).toEqual(BOUND)
  })

  test('without a column for the protocol', () => {
    expect(bound(parseSs(transcript('ss-tlnp-ns.txt')))).toEqual(BOUND.slice(3))
  })

  test('queues and owners are told', () => {
    const found = parseSs(transcript('ss-tulnp-ns.txt')) ?? []
    expect(found.find(({ local }) => local.port === 8443)).toEqual({
      protocol: 'tcp',
      state: 'LISTEN',
      receiveQueue: 1,
      sendQueue: 2,
      local: { address: '*', port: 8443, device: null },
      remote: { address: '*', port: null, device: null },
      processes: [{ name: 'python3', pid: 5986, fd: 4 }],
    })
  })

  test('a pasted session with names of services', () => {
    const found = parseSs(transcript('pasted-ss-listeners.txt')) ?? []
    expect(bound(found)).toEqual([
      'tcp 0.0.0.0 443',
      'tcp 0.0.0.0 80',
      'tcp 0.0.0.0 22',
      'tcp :: 443',
      'tcp :: 80',
      'tcp :: 22',
    ])
    expect(found[3]?.processes).toEqual([{ name: 'docker-proxy', pid: 2600, fd: 4 }])
  })

  test('several owners, and names with spaces', () => {
    const line =
      'LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx: worker",pid=12,fd=6),("nginx",pid=11,fd=6))'
    expect(parseSs(line)?.[0]?.processes.map((each) => [each.name, each.pid])).toEqual([
      ['nginx: worker', 12],
      ['nginx', 11],
    ])
  })

  test('in old versions an asterisk was any IPv4 address only', () => {
    const text = `Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port
tcp   LISTEN 0      128    *:22     *:*
tcp   LISTEN 0      128    :::22    :::*`
    expect(bound(parseSs(text))).toEqual(['tcp 0.0.0.0 22', 'tcp :: 22'])
  })
})

test('a pasted watch of one download gives every state in its order', () => {
  const found = parseSs(transcript('pasted-ss-connections.txt')) ?? []
  expect(found.map((each) => `${each.state} ${each.remote.port}`)).toEqual([
    'SYN-SENT 80',
    'ESTAB 80',
    'CLOSE-WAIT 80',
    'SYN-SENT 443',
    'CLOSE-WAIT 80',
    'ESTAB 443',
    'CLOSE-WAIT 80',
    'ESTAB 443',
    'FIN-WAIT-2 443',
    'TIME-WAIT 443',
  ])
  expect(found[5]).toMatchObject({ sendQueue: 517, local: { address: '10.0.3.15', port: 35714 } })
  expect(found[9]?.processes).toEqual([])
})

test('ss -apt and ss -tan tell the same connections', () => {
  const withoutOwners = (name: string) =>
    parseSs(transcript(name))?.map((each) => ({ ...each, processes: [] }))
  expect(withoutOwners('ss-apt-ns.txt')).toEqual(withoutOwners('ss-tan-H-ns.txt'))
  expect(withoutOwners('ss-tan-H-ns.txt')).toHaveLength(15)
})

describe('the questions', () => {
  test('have the same answer from ss, netstat and /proc, as far as each can tell', () => {
    const port = ({ protocol, local }: Socket) => `${protocol} ${local.port}`
    const [ss, , netstat, proc] = listeners.sources
    const wanted = BOUND.map((each) => each.replace(/ \S+ /, ' ')).sort()
    const answers = [
      ss?.parse(printed(transcript('ss-tulnp-H-ns.txt'))),
      netstat?.parse(printed(transcript('netstat-tulnp-ns.txt'))),
      // `cat` without /proc/net/tcp6 ends with 1.
      proc?.parse(printed(transcript('proc-net-sockets-ns.txt'), 1)),
    ]
    for (const answer of answers) expect(answer?.map(port).sort()).toEqual(wanted)
  })

  test('connections agree by state and ports', () => {
    const short = (each: Socket) =>
      `${each.state} ${each.local.port} ${each.remote.port} ${each.receiveQueue}`
    const [ss, netstat, proc] = connections.sources
    const wanted = ss
      ?.parse(printed(transcript('ss-tan-H-ns.txt')))
      ?.map(short)
      .sort()
    expect(wanted).toHaveLength(15)
    expect(
      netstat
        ?.parse(printed(transcript('netstat-tan-ns.txt')))
        ?.map(short)
        .sort(),
    ).toEqual(wanted)
    expect(
      netstat
        ?.parse(printed(transcript('netstat-tan-ns-busybox.txt')))
        ?.map(short)
        .sort(),
    ).toEqual(wanted)
    expect(
      proc
        ?.parse(printed(transcript('proc-net-sockets-ns.txt')))
        ?.map(short)
        .sort(),
    ).toEqual(wanted)
  })

  test('nothing that listens is an answer, a failure is none', () => {
    expect(listeners.sources[0]?.parse(printed(''))).toEqual([])
    expect(listeners.sources[0]?.parse(printed('', 255, "ss: invalid option -- 'H'"))).toBeNull()
    expect(listeners.sources[0]?.parse(printed('Usage: ss [ OPTIONS ]'))).toBeNull()
    expect(listeners.sources[3]?.parse(printed('', 1))).toBeNull()
  })
})

test('no text makes it throw, and a megabyte takes no time', () => {
  const line = fc.constantFrom(
    'tcp LISTEN 0 0',
    'ESTAB 0 0 *:* [::]:x',
    'UNCONN 1 1 a:1 b:2 users:((""',
    ' :::*',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => void parseSs(lines.join('\n'))),
  )
  const started = performance.now()
  for (const piece of ['(', '("', ' ', ':', 'LISTEN 0 0 a:1 b:2 ("x",pid=1,fd=', 'LISTEN '])
    parseSs(piece.repeat(1_000_000 / piece.length))
  expect(performance.now() - started).toBeLessThan(2000)
})
