import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { kernelSegment } from '../../../src/host/kernel/tcp-segment.ts'

/** A port of this machine that listens while `act` runs. */
async function listening<T>(host: string, act: (port: number) => Promise<T>): Promise<T> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  try {
    return await act(typeof address === 'object' && address ? address.port : 0)
  } finally {
    server.close()
  }
}

test.each([
  ['127.0.0.1', 4],
  ['::1', 6],
] as const)(
  "%s: a port answers a SYN, and its kernel resets a stray ACK in the ACK's own type of service",
  async (address, family) => {
    await listening(address, async (port) => {
      const to = { address, family, port }
      const syn = await kernelSegment(to, { trafficClass: 0x10, flags: 'syn', timeoutMs: 1000 })
      if (!syn.possible) return expect(syn.answer).toBeNull()
      expect(syn.answer).toMatchObject({ kind: 'syn-ack', ttl: 64 })
      const ack = await kernelSegment(to, { trafficClass: 0x10, flags: 'ack', timeoutMs: 1000 })
      expect(ack.answer).toEqual({ kind: 'reset', ttl: 64, trafficClass: 0x10 })
    })
  },
)

test('a port where nobody listens resets a SYN', async () => {
  const port = await listening('127.0.0.1', async (open) => open)
  const to = { address: '127.0.0.1', family: 4, port } as const
  const found = await kernelSegment(to, { trafficClass: 0x10, flags: 'syn', timeoutMs: 1000 })
  if (found.possible) expect(found.answer).toMatchObject({ kind: 'reset', trafficClass: 0x10 })
  else expect(found.answer).toBeNull()
})

test('what is no address is not asked', async () => {
  const to = { address: 'www.example.org', family: 4, port: 80 } as const
  expect(
    await kernelSegment(to, { trafficClass: 0x10, flags: 'syn', timeoutMs: 50 }),
  ).toMatchObject({
    possible: false,
    answer: null,
    errors: [],
  })
})
