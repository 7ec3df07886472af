import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { type ByteFeed, isFeedFailure, openFeed, unpackFeed } from '../../src/host/capture-feed.ts'

const folder = mkdtempSync(join(tmpdir(), 'rungs-feed-'))
afterAll(() => rmSync(folder, { recursive: true }))

function opened(path: string): ByteFeed {
  const feed = openFeed(path)
  if (isFeedFailure(feed)) throw new Error(feed.reason)
  return feed
}

/** As when four bytes were read before it turned out to be packed. */
function unpacked(path: string): ByteFeed {
  const packed = opened(path)
  const head = new Uint8Array(4)
  packed.read(head, 0)
  return unpackFeed(packed, head)
}

async function drain(feed: ByteFeed): Promise<Uint8Array> {
  const pieces: number[] = []
  const piece = new Uint8Array(1000)
  for (;;) {
    const count = await feed.read(piece, 0)
    if (count === 0) break
    pieces.push(...piece.subarray(0, count))
  }
  feed.close()
  return Uint8Array.from(pieces)
}

const bytes = Uint8Array.from({ length: 50_000 }, (_, n) => (n * n) % 251)

test('a regular file is read without waiting, and tells how far it is', () => {
  const path = join(folder, 'plain')
  writeFileSync(path, bytes)
  const feed = opened(path)
  const piece = new Uint8Array(70)
  expect(feed.read(piece, 20)).toBe(50)
  expect(piece.subarray(20)).toEqual(bytes.subarray(0, 50))
  expect([feed.readBytes, feed.totalBytes]).toEqual([50, 50_000])
  feed.close()
})

test('gzip of several members gives all of them', async () => {
  const path = join(folder, 'members.gz')
  const [half, rest] = [bytes.subarray(0, 25_000), bytes.subarray(25_000)]
  writeFileSync(path, Buffer.concat([gzipSync(half), gzipSync(rest)]))
  const feed = unpacked(path)
  expect(await drain(feed)).toEqual(bytes)
  expect(feed.failure).toBeNull()
})

test('gzip that is cut off gives what there is, and says so', async () => {
  const path = join(folder, 'cut.gz')
  writeFileSync(path, gzipSync(bytes).subarray(0, -500))
  const feed = unpacked(path)
  const got = await drain(feed)
  expect(got).toEqual(bytes.subarray(0, got.length))
  expect(feed.failure).toMatch(/gzip.*cannot be unpacked/)
})

test.each([
  ['none', /no such file/],
  ['.', /directory/],
])('%s gives no feed, and says why', (name, reason) => {
  const feed = openFeed(join(folder, name))
  expect(isFeedFailure(feed) && feed.reason).toMatch(reason)
})
