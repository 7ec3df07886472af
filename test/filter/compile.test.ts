import { expect, test } from 'vitest'
import { compile, compileBlocks } from '../../src/filter/compile.ts'
import { FilterError } from '../../src/filter/filter-error.ts'
import { formatListing } from '../../src/filter/listing.ts'
import { ExpressionMaker } from './expression-maker.ts'
import { circumstancesOf, ours, refusal, spentMs, theirs } from './front.ts'

test('an empty expression wants every packet, as long as asked for', () => {
  expect(formatListing(compile('', circumstancesOf(1)))).toBe('(000) ret      #262144\n')
  expect(formatListing(compile(' ', circumstancesOf(1, { snapLength: 96 })))).toBe(
    '(000) ret      #96\n',
  )
})

test('a filter that no packet can pass is refused, and so is a link type that nobody knows', () => {
  expect(refusal('ip and ip6').message).toMatch(/no packet/)
  expect(refusal('ip6', 228).message).toMatch(/no packet/)
  expect(refusal('len > 5', 90).message).toMatch(/link type 90/)
  expect(() => compile('tcp', circumstancesOf(1, { snapLength: 0 }))).toThrowError(FilterError)
})

test('a refusal knows the test that it is about', () => {
  expect(refusal('tcp and udp port htpp')).toMatchObject({ at: 8, end: 21 })
  expect(refusal('tcp or icmp port 80')).toMatchObject({ at: 7, end: 19 })
  expect(refusal('len / 0 = 1')).toMatchObject({ at: 6, end: 7 })
  expect(refusal('net 10.0.0.1/8')).toMatchObject({ suggestion: 'net 10.0.0.0/8' })
})

test('the netmask tells broadcasts', () => {
  const listing = ours('ip broadcast', circumstancesOf(1, { netmask: 0xffff_ff00 }))
  expect(listing).toContain('and      #0xff')
  expect(ours('ip broadcast', circumstancesOf(1))).toBe('refused')
})

test('NULL has its family in the order of the machine that wrote it, and three numbers for IPv6 in a file', () => {
  const little = circumstancesOf(0, { source: 'file' })
  expect(ours('ip', little)).toContain('jeq      #0x2000000 ')
  expect(ours('ip', { ...little, bigEndian: true })).toContain('jeq      #0x2 ')
  const ip6 = ours('ip6', little, true)
  for (const family of ['0x18000000', '0x1c000000', '0x1e000000']) expect(ip6).toContain(family)
})

test('what only a live capture tells is refused for a file', () => {
  for (const expression of ['inbound', 'outbound', 'ifindex 2']) {
    expect(ours(expression, circumstancesOf(1, { source: 'file' }))).toBe('refused')
    expect(ours(expression, circumstancesOf(1, { source: 'live' }))).not.toBe('refused')
  }
})

const LINK_TYPES = [1, 101, 0, 108, 113, 276, 9, 127, 228, 229]

test('optimised listings of combinations are libpcap’s', () => {
  const maker = new ExpressionMaker(3, [
    'tcp',
    'udp',
    'ip6',
    'arp',
    'host 10.0.0.1',
    'tcp port 80',
    'port 53 or 443',
    'net 10.0.0.0/8',
    'vlan 5',
    'icmp[0] = 8',
    'ip multicast',
    'less 100',
    'src port 1',
    'ether host 02:00:00:00:00:01',
  ])
  let [same, all] = [0, 0]
  for (let index = 0; all < 1500; index++) {
    const expression = maker.expression(index % 4)
    const linkType = LINK_TYPES[index % LINK_TYPES.length] ?? 1
    const expected = theirs(expression, linkType, true)
    const found = ours(expression, circumstancesOf(linkType), true)
    expect(found === 'refused', `${linkType}: ${expression}`).toBe(expected === 'refused')
    if (expected === 'refused') continue
    all++
    if (found === expected) same++
  }
  expect(same / all).toBeGreaterThan(0.98)
})

test('64 KiB of expression are a graph or refused within a second', () => {
  for (const text of [
    `tcp${' or tcp'.repeat(9000)}`,
    `host 10.0.0.1${' or 10.0.0.1'.repeat(5000)}`,
    `len = 1${' + 1'.repeat(16_000)}`,
  ]) {
    const start = process.cpuUsage()
    compileBlocks(text, circumstancesOf(1))
    expect(spentMs(start)).toBeLessThan(1000)
  }
})

test('the direction on SLIP is libpcap’s once it is optimised', () => {
  for (const expression of ['inbound', 'outbound'])
    expect(ours(expression, circumstancesOf(8), true)).toBe(theirs(expression, 8, true))
})
