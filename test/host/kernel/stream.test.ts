import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { openStream } from '../../../src/host/kernel/stream.ts'

test('a stream announces its largest segment, and the far end keeps to it', async () => {
  const server = createServer((peer) => peer.end('x'.repeat(4000)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stream = openStream(4, { maxSegmentBytes: 536 })
  if (typeof stream === 'string') throw new Error(stream)
  const bytes = await new Promise<number>((resolve, reject) => {
    let have = 0
    stream.on('data', (part) => {
      have += part.length
    })
    stream.on('end', () => resolve(have)).on('error', reject)
    stream.connect({ host: '127.0.0.1', port })
  })
  expect(bytes).toBe(4000)
  stream.destroy()
  server.close()
})

test('a size that the kernel does not take is its error', () => {
  expect(openStream(4, { maxSegmentBytes: 1 })).toBe('EINVAL')
})
