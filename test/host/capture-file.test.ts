import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { readCaptures } from '../../src/host/capture-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'rungs-capture-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A pcap of packets `[milliseconds, bytes]`, the first four bytes of each telling its time. */
function pcapOf(name: string, packets: readonly (readonly [number, number])[]): string {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(262_144, 16)
  header.writeUInt32LE(1, 20)
  const records = packets.map(([ms, bytes]) => {
    const record = Buffer.alloc(16 + bytes)
    record.writeUInt32LE(Math.floor(ms / 1000), 0)
    record.writeUInt32LE((ms % 1000) * 1000, 4)
    record.writeUInt32LE(bytes, 8)
    record.writeUInt32LE(bytes, 12)
    record.writeUInt32BE(ms, 16)
    return record
  })
  const path = join(folder, name)
  writeFileSync(path, Buffer.concat([header, ...records]))
  return path
}

async function timesOf(paths: readonly string[]): Promise<number[]> {
  const times: number[] = []
  const reading = await readCaptures(paths, (batch, from, to, source) => {
    for (let n = from; n < to; n++) {
      const ms = batch.view.getUint32(batch.at[n] ?? 0)
      const told = source.reader.epochSeconds * 1000 + (batch.timeNs[n] ?? 0) / 1e6
      expect(told).toBe(ms)
      times.push(ms)
    }
  })
  expect(reading.failures).toEqual([])
  return times
}

const many = Array.from({ length: 20_000 }, (_, n) => [5000 + n * 3, 60 + (n % 1400)] as const)

test('all packets of a file of many buffers come in order, those across their edges whole', async () => {
  const path = pcapOf('many.pcap', many)
  expect(await timesOf([path])).toEqual(many.map(([ms]) => ms))
})

test('gzip of a file gives the same', async () => {
  const path = join(folder, 'many.pcap.gz')
  writeFileSync(path, gzipSync(readFileSync(pcapOf('many.pcap', many))))
  expect(await timesOf([path])).toEqual(many.map(([ms]) => ms))
})

test('several files are merged by time, whichever is named first', async () => {
  const odd = many.filter((_, n) => n % 2 === 1)
  const even = many.filter((_, n) => n % 2 === 0)
  const late = many.map(([ms, bytes]) => [ms + 100_000, bytes] as const)
  const paths = [pcapOf('late', late), pcapOf('odd', odd), pcapOf('even', even)]
  expect(await timesOf(paths)).toEqual([...many, ...late].map(([ms]) => ms))
})

test('whoever wants no more is given no more', async () => {
  let taken = 0
  const reading = await readCaptures([pcapOf('many.pcap', many)], () => {
    taken++
    return false
  })
  expect(taken).toBe(1)
  expect(reading.stopped).toBe(true)
})

test('a pipe that has nothing more to say for now is left when the signal is given', async () => {
  const fifo = join(folder, 'fifo')
  execFileSync('mkfifo', [fifo])
  const writer = openSync(fifo, 'r+')
  writeSync(writer, readFileSync(pcapOf('few', many.slice(0, 3))))
  const abort = new AbortController()
  let packets = 0
  const reading = await readCaptures(
    [fifo],
    (_, from, to) => {
      packets += to - from
      setTimeout(() => abort.abort(), 20)
    },
    abort.signal,
  )
  expect([packets, reading.stopped]).toEqual([3, true])
  closeSync(writer)
})

test('a file that cannot be read is told, and the others are read', async () => {
  const empty = join(folder, 'empty')
  writeFileSync(empty, '')
  const binary = join(folder, 'binary')
  writeFileSync(
    binary,
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  )
  const packedNothing = join(folder, 'nothing.gz')
  writeFileSync(packedNothing, gzipSync(''))
  const prose = join(folder, 'prose')
  writeFileSync(prose, 'Dear reader,\nthis is no capture.\n')
  const good = pcapOf('good', [[5, 60]])
  const paths = [empty, join(folder, 'none'), folder, binary, packedNothing, prose, good]
  const reading = await readCaptures(paths, () => {})
  expect(reading.sources.map(({ path, packets }) => [path, packets])).toEqual([[good, 1]])
  expect(reading.failures.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/empty/),
    expect.stringMatching(/no such file/),
    expect.stringMatching(/directory/),
    expect.stringMatching(/begins with 7f 45 4c 46/),
    expect.stringMatching(/nothing in it/),
    expect.stringMatching(/none of its 2 lines/),
  ])
})
