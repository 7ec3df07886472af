import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { PacketBatch } from '../../src/capture/packet.ts'
import { readCaptures } from '../../src/host/capture-file.ts'
import {
  numberedPath,
  PacketFile,
  PacketFileError,
  type Rotation,
} from '../../src/host/packet-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'rungs-packet-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SOURCE = join(import.meta.dirname, '../capture/data/http.pcap')
const NEVER: Rotation = { bytes: null, seconds: null, keep: null }

/** Writes the packets of a capture `rounds` times. */
async function written(name: string, rotation: Rotation = NEVER, rounds = 1): Promise<PacketFile> {
  let file: PacketFile | null = null
  for (let round = 0; round < rounds; round++)
    await readCaptures([SOURCE], (batch, from, to, source) => {
      const [first] = source.reader.interfaces
      if (first === undefined) throw new Error('no interface')
      file ??= new PacketFile(join(folder, name), first, source.reader.epochSeconds, rotation)
      file.write(batch, from, to)
    })
  if (file === null) throw new Error('nothing was read')
  const done: PacketFile = file
  done.close()
  return done
}

const tcpdump = (path: string): string =>
  execFileSync('tcpdump', ['-nSttttXr', path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
const tshark = (path: string): string =>
  execFileSync(
    'tshark',
    ['-r', path, '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.len', '-e', 'tcp.seq_raw'],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )

test.for(['same.pcap', 'same.pcapng'])(
  '%s reads in other tools as what was written',
  async (name) => {
    const { paths } = await written(name)
    const [path = ''] = paths
    expect(tcpdump(path)).toBe(tcpdump(SOURCE))
    expect(tshark(path)).toBe(tshark(SOURCE))
  },
)

test('a file that has grown too large is followed by another, and only the last ones are kept', async () => {
  const { paths } = await written('row.pcap', { bytes: 20_000, seconds: null, keep: 2 }, 40)
  expect(paths).toHaveLength(2)
  for (const path of paths) {
    expect(statSync(path).size).toBeLessThanOrEqual(20_000)
    expect(tcpdump(path)).not.toBe('')
  }
  expect(existsSync(numberedPath(join(folder, 'row.pcap'), 1))).toBe(false)
})

test('nothing is lost between one file and the next', async () => {
  const { paths } = await written('all.pcap', { bytes: 5000, seconds: null, keep: null }, 10)
  expect(paths.length).toBeGreaterThan(3)
  const whole = await written('whole.pcap', NEVER, 10)
  expect(paths.map(tcpdump).join('')).toBe(tcpdump(whole.paths[0] ?? ''))
})

test('a file that is old enough is followed by another, by the time of the packets', () => {
  const batch = new PacketBatch()
  batch.view = new DataView(new ArrayBuffer(60))
  batch.count = 4
  for (let index = 0; index < 4; index++) {
    batch.timeNs[index] = index * 0.6e9
    batch.capturedBytes[index] = batch.originalBytes[index] = 60
  }
  const from = { linkType: 1, snapBytes: 0, name: 'eth0', checkBytes: 0, bigEndian: false }
  const file = new PacketFile(join(folder, 'old.pcapng'), from, 1_700_000_000, {
    bytes: null,
    seconds: 1,
    keep: null,
  })
  file.write(batch, 0, 4)
  file.close()
  expect(file.paths).toHaveLength(2)
})

test('a time takes all its nanoseconds', () => {
  const batch = new PacketBatch()
  batch.view = new DataView(new ArrayBuffer(60))
  batch.count = 1
  batch.timeNs[0] = 5_123_456_789
  batch.capturedBytes[0] = batch.originalBytes[0] = 60
  const from = { linkType: 1, snapBytes: 0, name: 'eth0', checkBytes: 0, bigEndian: false }
  const path = join(folder, 'exact.pcapng')
  const file = new PacketFile(path, from, 1_795_874_399, NEVER)
  file.write(batch, 0, 1)
  file.close()
  expect(tshark(path)).toContain('1795874404.123456789')
})

test('what cannot be written says so', () => {
  const from = { linkType: 1, snapBytes: 0, name: 'eth0', checkBytes: 0, bigEndian: false }
  const path = join(folder, 'no/such/folder.pcap')
  expect(() => new PacketFile(path, from, 0, NEVER)).toThrow(PacketFileError)
  expect(() => new PacketFile(path, from, 0, NEVER)).toThrow(/cannot be written \(ENOENT\)/)
})
