import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { AheadReader } from '../../src/host/capture-ahead.ts'

const folder = mkdtempSync(join(tmpdir(), 'rungs-ahead-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Bytes that tell where they stand. */
const numbered = (length: number): Buffer => {
  const words = new Uint32Array(Math.ceil(length / 4)).map((_, index) => index)
  return Buffer.from(words.buffer).subarray(0, length)
}

/** Reads everything from `position` on, and leaves `keep` bytes of each piece for the next one. */
async function readAll(reader: AheadReader, keep: number): Promise<Buffer> {
  const taken: Buffer[] = []
  let left: Uint8Array = new Uint8Array(0)
  for (;;) {
    const { bytes, at, end, newBytes } = await reader.next(left)
    if (newBytes === 0) break
    const stop = Math.max(at, end - keep)
    taken.push(Buffer.from(bytes.subarray(at, stop)))
    left = bytes.subarray(stop, end)
  }
  return Buffer.concat([...taken, left])
}

test.each([
  ['a few bytes', 100, 0],
  ['several pieces', 9_000_001, 0],
  ['what is left goes before what is new', 9_000_001, 1000],
  ['more may be left than there is room for', 9_000_001, 1_000_000],
])('a file is read from its place to its end: %s', async (_, length, keep) => {
  const path = join(folder, `${length}`)
  const bytes = numbered(length)
  writeFileSync(path, bytes)
  const reader = new AheadReader(openSync(path, 'r'), 7)
  expect((await readAll(reader, keep)).equals(bytes.subarray(7))).toBe(true)
  await reader.close()
})

test('a file that becomes shorter meanwhile ends there', async () => {
  const path = join(folder, 'shorter')
  writeFileSync(path, numbered(20 << 20))
  const reader = new AheadReader(openSync(path, 'r'), 0)
  await reader.next(new Uint8Array(0))
  truncateSync(path, 9 << 20)
  const rest = await readAll(reader, 0)
  expect(rest.length).toBeLessThanOrEqual(18 << 20)
  await reader.close()
})

test('what cannot be read is an error of the next piece', async () => {
  const path = join(folder, 'closed')
  writeFileSync(path, numbered(100))
  const file = openSync(path, 'r')
  closeSync(file)
  await expect(new AheadReader(file, 0).next(new Uint8Array(0))).rejects.toThrow(/EBADF/)
})
