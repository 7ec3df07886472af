import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  counters,
  grown,
  parseNstat,
  parseProcNetCounters,
} from '../../src/facts/proc-net-counters.ts'
import { printed } from '../../src/facts/source.ts'
import { transcript } from './data.ts'

const proc = parseProcNetCounters(transcript('proc-net-counters-ns.txt')) ?? new Map()
const nstat = parseNstat(transcript('nstat-ns.txt')) ?? new Map()

test.for([
  'IpInAddrErrors',
  'TcpOutRsts',
  'TcpExtListenOverflows',
  'TcpExtIPReversePathFilter',
  'IpExtInNoRoutes',
  'Ip6OutNoRoutes',
  'Icmp6InDestUnreachs',
  'MPTcpExtMPCapableSYNRX',
])('%s has the name that nstat gives it', (name) => {
  expect(proc.has(name)).toBe(true)
  expect(nstat.has(name)).toBe(true)
})

test('nstat, asked a moment later, tells the same values', () => {
  expect(nstat.size).toBeGreaterThan(400)
  const different = [...nstat].filter(([name, value]) => proc.get(name) !== value)
  expect(different).toEqual([])
})

describe('the question', () => {
  const [files, tool] = counters.sources
  test('is answered without IPv6 too, where cat ends with 1', () => {
    const text = 'Ip: Forwarding InAddrErrors\nIp: 1 7\nTcpExt: ListenOverflows\nTcpExt: 3\n'
    const found = files?.parse(printed(text, 1, 'cat: /proc/net/snmp6: No such file or directory'))
    expect([...(found ?? [])]).toEqual([
      ['IpForwarding', 1],
      ['IpInAddrErrors', 7],
      ['TcpExtListenOverflows', 3],
    ])
  })

  test('stays open for anything else', () => {
    expect(files?.parse(printed('', 1))).toBeNull()
    expect(tool?.parse(printed('#kernel\n'))).toBeNull()
    expect(tool?.parse(printed(transcript('nstat-ns.txt'), 1))).toBeNull()
  })

  test('leaves no history behind', () => {
    expect(tool?.argv).toEqual(['nstat', '-azs'])
  })
})

test('what grew is told with both values', () => {
  const before = new Map([
    ['IpInAddrErrors', 3],
    ['TcpInSegs', 9],
    ['TcpCurrEstab', 2],
  ])
  const after = new Map([
    ['IpInAddrErrors', 6],
    ['TcpInSegs', 9],
    ['TcpCurrEstab', 1],
    ['IcmpMsgInType3', 1],
  ])
  expect([...grown(before, after)]).toEqual([
    ['IpInAddrErrors', { before: 3, after: 6 }],
    ['IcmpMsgInType3', { before: 0, after: 1 }],
  ])
})

test('no text makes them throw', () => {
  const line = fc.constantFrom('Ip: a b', 'Ip: 1', 'Ip: 1 2 3', 'Ip6A 1', 'TcpExt:')
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
      parseProcNetCounters(lines.join('\n'))
      parseNstat(lines.join('\n'))
    }),
  )
})
