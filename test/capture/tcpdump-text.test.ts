import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { TCPDUMP_TEXT } from '../../src/capture/tcpdump-text.ts'
import { writePcapHeader, writePcapRecord } from '../../src/capture/write-pcap.ts'
import { parseAddress } from '../../src/wire/address.ts'
import { joinBytes, viewOf } from '../../src/wire/bytes.ts'
import { pseudoHeaderSum } from '../../src/wire/checksum.ts'
import { writeIpv4 } from '../../src/wire/ipv4.ts'
import { writeIpv6 } from '../../src/wire/ipv6.ts'
import { TCP_FLAG, writeTcp } from '../../src/wire/tcp.ts'
import { readWhole, type Whole } from './whole.ts'

/** A busy machine takes its time to start another program. */
vi.setConfig({ testTimeout: 60_000 })

const read = (text: string): Whole => readWhole(TCPDUMP_TEXT, new TextEncoder().encode(text))

const tcpdump = (file: Uint8Array, ...flags: string[]): string =>
  execFileSync('tcpdump', [...flags, '-r', '-'], {
    input: file,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  })

const RAW = { linkType: 101, snapBytes: 0, checkBytes: 0 }

const pcapOf = (whole: Whole): Uint8Array =>
  joinBytes(
    writePcapHeader(RAW, 'microseconds'),
    ...whole.packets.map((packet) =>
      writePcapRecord({ ...packet, epochSeconds: whole.reader.epochSeconds }, 'microseconds'),
    ),
  )

/** Steps of 40 and 20 seconds: times since the line before go back, those since the first line do not. */
const timeOf = (n: number): number => n * 30_123_456_000 + (n % 2) * 10_000_000_000

/** One connection of either family: a SYN, its answer, and segments of random sizes both ways. */
function connection(family: 4 | 6, first: number, sizes: readonly number[]): Uint8Array {
  const [client, server] =
    family === 4 ? ['192.0.2.1', '192.0.2.2'] : ['2001:db8::1', '2001:db8::2']
  const [source, destination] = [parseAddress(client), parseAddress(server)]
  if (source === null || destination === null) throw new Error('no address')
  const next = [first >>> 0, (first * 7) >>> 0]
  const segment = (side: 0 | 1, flags: number, bytes: number): Uint8Array => {
    const fields = {
      sourcePort: side === 0 ? 40_000 : 80,
      destinationPort: side === 0 ? 80 : 40_000,
      sequence: next[side] ?? 0,
      acknowledgment: (flags & TCP_FLAG.ack) === 0 ? 0 : (next[1 - side] ?? 0),
      flags,
      window: 1000 + bytes,
      ...((flags & TCP_FLAG.syn) === 0 ? {} : { maximumSegmentBytes: 1460 }),
    }
    const [from, to] = side === 0 ? [source, destination] : [destination, source]
    const length = bytes + 20 + ((flags & TCP_FLAG.syn) === 0 ? 0 : 4)
    const body = writeTcp(fields, new Uint8Array(bytes), pseudoHeaderSum(from, to, 6, length))
    next[side] = ((next[side] ?? 0) + bytes + (flags & (TCP_FLAG.syn | TCP_FLAG.fin) ? 1 : 0)) >>> 0
    return family === 4
      ? writeIpv4({ source: from, destination: to, protocol: 6, ttl: 64, id: 5 }, body)
      : writeIpv6({ source: from, destination: to, nextHeader: 6, hopLimit: 64 }, body)
  }
  const { syn, ack, psh, fin } = TCP_FLAG
  const packets = [
    segment(0, syn, 0),
    segment(1, syn | ack, 0),
    ...sizes.map((bytes, n) => segment(n % 3 === 0 ? 0 : 1, psh | ack, bytes)),
    segment(1, fin | ack, 0),
    segment(0, ack, 0),
  ]
  const records = packets.map((bytes, n) => {
    const at = { epochSeconds: 1_700_000_000, timeNs: timeOf(n) }
    return writePcapRecord({ ...at, bytes, originalBytes: bytes.length }, 'microseconds')
  })
  return joinBytes(writePcapHeader(RAW, 'microseconds'), ...records)
}

const FLAGS = [
  '-n',
  '-nS',
  '-n -tttt',
  '-nv -tt',
  '-nve -tttt',
  '-n -ttt',
  '-n -ttttt',
  '-n -t',
  '-nv -t',
  '-n# -tt',
] as const

/** A checksum over payload that is not there cannot be called correct, nor the payload HTTP. */
const comparable = (text: string): string =>
  text
    .replace(/, cksum 0x[0-9a-f]+ \([^)]*\)/g, '')
    .replace(/(length \d+)[:,].*\n(?:\t.*\n)*/g, '$1\n')

test.each(FLAGS)('what tcpdump prints with %s is printed again by what is made of it', (flags) => {
  const sizes = fc.array(fc.nat(1400), { minLength: 1, maxLength: 30 })
  const family = fc.constantFrom<4 | 6>(4, 6)
  fc.assert(
    fc.property(family, fc.nat(0xffffffff), sizes, (version, first, bytes) => {
      const file = connection(version, first, bytes)
      const whole = read(tcpdump(file, ...flags.split(' ')))
      expect(whole.reader.damages).toEqual([])
      const shown = flags.includes('v') ? '-nSvt' : '-nSt'
      expect(comparable(tcpdump(pcapOf(whole), shown))).toBe(comparable(tcpdump(file, shown)))
      const times = whole.packets.map(({ timeNs }) => timeNs - (whole.packets[0]?.timeNs ?? 0))
      expect(times).toEqual(
        times.map((_, n) => (/t$/.test(flags) && !/tt/.test(flags) ? 0 : timeOf(n))),
      )
    }),
    { numRuns: 8 },
  )
})

const ARTICLE = `Scenario 4: No Connection
Same opening, different scenario.
05:55:21.557846 192.168.2.10.1065 > 192.168.2.165.23: S 3443876657:3443876657(0) win 16384 <mss 1460,nop,nop,sackOK> (DF)
There's no response, so the sending host tries the same
request again. S: SYN (Synchronize) > all.
05:55:24.560891 192.168.2.10.1065 &glt; 192.168.2.165.23: S 3443876657:3443876657(0) win 16384 (DF)
05:55:30.569584 192.168.2.10.1065 &gt; 192.168.2.165.23: S 443876657:3443876657(0) win 16384 (DF)
05:55:31.000000 192.168.2.10.1065 > 192.168.2.165.23 and so on
`

test('prose is passed over, and what is damaged is said with its line', () => {
  const { packets, reader } = read(ARTICLE)
  expect(packets.map(({ timeNs }) => Math.round(timeNs / 1e6))).toEqual([558, 3561, 9570])
  expect(packets.map(({ bytes }) => viewOf(bytes).getUint32(24))).toEqual(
    new Array(3).fill(3_443_876_657),
  )
  expect(reader.epochSeconds).toBe(5 * 3600 + 55 * 60 + 21)
  expect(reader.damages).toEqual([
    { offset: ARTICLE.indexOf('05:55:24'), reason: expect.stringMatching(/^line 6: “&glt;”/) },
    {
      offset: ARTICLE.indexOf('05:55:30'),
      reason: expect.stringMatching(/^line 7: .*443876657 to/),
    },
  ])
})

test('a page of 2001 about telnet gives its five stories, number by number', () => {
  const file = readFileSync(join(import.meta.dirname, 'printed', 'telnet.txt'))
  const whole = readWhole(TCPDUMP_TEXT, file)
  const lines = tcpdump(pcapOf(whole), '-nSt').trimEnd().split('\n')
  const flow = (port: number): string[] =>
    lines
      .filter((line) => line.includes(`.${port} `) || line.includes(`.${port}:`))
      .map((line) => /Flags \[\S+\](?:, seq \d+)?(?:, ack \d+)?/.exec(line)?.[0].slice(6) ?? '')
  expect(lines).toHaveLength(23)
  expect(flow(1249)).toEqual([
    '[S], seq 3263977215',
    '[S.], seq 48495364, ack 3263977216',
    '[.], ack 48495365',
    '[F.], seq 48495511, ack 3263977271',
    '[.], ack 48495512',
    '[F.], seq 3263977271, ack 48495512',
    '[.], ack 3263977272',
  ])
  const refused = ['[S], seq 3034008467', '[R.], seq 0, ack 3034008468']
  expect(flow(1063)).toEqual([...refused, ...refused, ...refused])
  expect(flow(1064)).toEqual([
    '[S], seq 3223709294',
    '[S.], seq 2063202536, ack 3223709295',
    '[.], ack 2063202537',
    '[F.], seq 2063202537, ack 3223709295',
    '[.], ack 2063202538',
    '[F.], seq 3223709295, ack 2063202538',
    '[.], ack 3223709296',
  ])
  expect(flow(1065)).toEqual(new Array(3).fill('[S], seq 3443876657'))
  expect(whole.reader.damages.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^line 17: “&glt;” stands where “>” should/),
    expect.stringMatching(/^line 21: .*taken to begin with 2063202536/),
  ])
})

test('names are kept for the addresses that stand for them', () => {
  const { reader } = read(
    '10:00:00.0 IP client.lan.40000 > www.example.org.http: Flags [S], seq 1, win 5, length 0',
  )
  expect([...reader.names.values()]).toEqual(['client.lan', 'www.example.org'])
})

test('text without a line of tcpdump says so', () => {
  const { packets, reader } = read('Dear reader,\nthis is no capture.\n')
  expect(packets).toEqual([])
  expect(reader.damages).toEqual([
    { offset: 0, reason: expect.stringMatching(/none of its 2 lines/) },
  ])
})

test('a line without an end is passed over in bounded memory', () => {
  const long = new Uint8Array(300_000).fill(0x41)
  const line = new TextEncoder().encode(`\n${ARTICLE}`)
  const { packets } = readWhole(TCPDUMP_TEXT, joinBytes(long, line), () => 50_000)
  expect(packets).toHaveLength(3)
})

test('any pieces of any text give what the whole gives, and nothing throws', () => {
  const lines = [
    ...ARTICLE.split('\n'),
    'IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)',
  ]
  const line = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...lines) },
    fc.string(),
    fc
      .tuple(fc.constantFrom(...lines), fc.nat(100), fc.string())
      .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at)),
  )
  const text = fc
    .array(line, { maxLength: 20 })
    .map((all) => new TextEncoder().encode(all.join('\n')))
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.nat(300)), fc.integer({ min: 1, max: 5 }), (...row) => {
      const [bytes, sizes, capacity] = row
      const whole = readWhole(TCPDUMP_TEXT, bytes)
      const pieces = readWhole(TCPDUMP_TEXT, bytes, () => 1 + (sizes.next().value ?? 0), capacity)
      expect(pieces.packets).toEqual(whole.packets)
      expect(pieces.reader.damages).toEqual(whole.reader.damages)
    }),
  )
})
