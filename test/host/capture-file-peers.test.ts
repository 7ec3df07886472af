/** Counts, times and lengths of files that other programs have written, held against what tcpdump and tshark read of them. */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { writePcapHeader, writePcapRecord } from '../../src/capture/write-pcap.ts'
import { readCaptures } from '../../src/host/capture-file.ts'
import { parseAddress } from '../../src/wire/address.ts'
import { joinBytes } from '../../src/wire/bytes.ts'
import { writeIpv4 } from '../../src/wire/ipv4.ts'

/** A busy machine takes its time to start a dozen programs. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'rungs-peers-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

const run = (command: string, ...flags: string[]): string =>
  execFileSync(command, flags, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const [source, destination] = [parseAddress('192.0.2.1'), parseAddress('192.0.2.2')]

/** Packets of every length up to 300 bytes at uneven nanoseconds, with Ethernet before them. */
beforeAll(() => {
  if (source === null || destination === null) throw new Error('no address')
  const records = Array.from({ length: 300 }, (_, n) => {
    const packet = writeIpv4({ source, destination, protocol: 253, ttl: 64 }, new Uint8Array(n))
    const bytes = joinBytes(new Uint8Array(12), Uint8Array.of(8, 0), packet)
    const time = { epochSeconds: 1_700_000_000, timeNs: n * 1_234_567_891 }
    return writePcapRecord({ ...time, bytes, originalBytes: bytes.length }, 'nanoseconds')
  })
  const header = writePcapHeader({ linkType: 1, snapBytes: 65_535, checkBytes: 0 }, 'nanoseconds')
  writeFileSync(at('nanoseconds.pcap'), joinBytes(header, ...records))
  run('editcap', '-F', 'pcap', at('nanoseconds.pcap'), at('editcap.pcap'))
  run('editcap', '-F', 'nsecpcap', at('editcap.pcap'), at('nsecpcap.pcap'))
  run('editcap', '-F', 'modpcap', at('editcap.pcap'), at('modpcap.pcap'))
  run('editcap', '-F', 'pcapng', at('nanoseconds.pcap'), at('editcap.pcapng'))
  run('editcap', '-s', '60', '-F', 'pcapng', at('nanoseconds.pcap'), at('short.pcapng'))
  run('editcap', '-a', '3:look here', at('editcap.pcapng'), at('comments.pcapng'))
  run('editcap', '-t', '0.5', at('editcap.pcapng'), at('later.pcapng'))
  run('mergecap', '-I', 'none', '-w', at('merged.pcapng'), at('editcap.pcapng'), at('later.pcapng'))
  run('mergecap', '-a', '-w', at('joined.pcapng'), at('editcap.pcap'), at('short.pcapng'))
  run('tcpdump', '-r', at('nanoseconds.pcap'), '-w', at('tcpdump.pcap'))
  writeFileSync(
    at('bytes.txt'),
    '0000  45 00 00 14 00 00 00 00 40 fd 00 00 c0 00 02 01 c0 00 02 02\n',
  )
  run('text2pcap', '-l', '101', at('bytes.txt'), at('text2pcap.pcapng'))
  const joined = readFileSync(at('editcap.pcapng'))
  writeFileSync(at('sections.pcapng'), Buffer.concat([joined, joined]))
  const gz = openSync(at('packed.pcapng.gz'), 'w')
  execFileSync('gzip', ['-c', at('merged.pcapng')], { stdio: ['ignore', gz, 'ignore'] })
  closeSync(gz)
})

const FILES = [
  'nanoseconds.pcap',
  'editcap.pcap',
  'nsecpcap.pcap',
  'modpcap.pcap',
  'editcap.pcapng',
  'short.pcapng',
  'comments.pcapng',
  'merged.pcapng',
  'joined.pcapng',
  'tcpdump.pcap',
  'text2pcap.pcapng',
  'sections.pcapng',
  'packed.pcapng.gz',
]

test.each(FILES)('times, lengths and interfaces of %s are what tshark tells', async (name) => {
  const fields = ['frame.time_epoch', 'frame.cap_len', 'frame.len']
  const told = run('tshark', '-r', at(name), '-T', 'fields', ...fields.flatMap((f) => ['-e', f]))
  const lines: string[] = []
  const reading = await readCaptures([at(name)], (batch, from, to, { reader }) => {
    for (let n = from; n < to; n++) {
      const ns = batch.timeNs[n] ?? 0
      const seconds = reader.epochSeconds + Math.floor(ns / 1e9)
      const fraction = `${ns - Math.floor(ns / 1e9) * 1e9}`.padStart(9, '0')
      lines.push(`${seconds}.${fraction}\t${batch.capturedBytes[n]}\t${batch.originalBytes[n]}`)
    }
  })
  expect(lines).toEqual(told.trimEnd().split('\n'))
  expect(reading.failures).toEqual([])
  expect(reading.sources[0]?.reader.damages).toEqual([])
})

test('a comment of editcap stands beside its packet', async () => {
  const { sources } = await readCaptures([at('comments.pcapng')], () => {})
  expect(sources[0]?.reader.comments).toEqual([{ packet: 2, text: 'look here' }])
})

test('files that are merged here come in the order in which mergecap has them', async () => {
  const lengthsOf = async (...names: string[]): Promise<number[]> => {
    const lengths: number[] = []
    await readCaptures(names.map(at), (batch, from, to) => {
      lengths.push(...batch.originalBytes.subarray(from, to))
    })
    return lengths
  }
  expect(await lengthsOf('later.pcapng', 'editcap.pcapng')).toEqual(
    await lengthsOf('merged.pcapng'),
  )
})

test.each([100, 1000, 20_000])(
  'a file cut to %i bytes gives the packets that tcpdump reads',
  async (bytes) => {
    writeFileSync(at('cut.pcap'), readFileSync(at('editcap.pcap')).subarray(0, bytes))
    let packets = 0
    const { sources } = await readCaptures([at('cut.pcap')], (_, from, to) => {
      packets += to - from
    })
    let lines = ''
    try {
      lines = run('tcpdump', '-nr', at('cut.pcap'))
    } catch (error) {
      lines = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    }
    expect(packets).toBe(lines.split('\n').filter((line) => line !== '').length)
    expect(sources[0]?.reader.damages).toHaveLength(1)
  },
)
