import { expect, test } from 'vitest'
import { kernelEcho } from '../../../src/host/kernel/icmp.ts'

test.each(['127.0.0.1', '::1'])('%s answers, unless this user may not ask', async (address) => {
  const echo = await kernelEcho(address, { timeoutMs: 1000 })
  if (!echo.possible) expect(echo.because).toMatch(/^(no ICMP socket: |libc )/)
  else expect(echo).toMatchObject({ address, sent: 1, received: 1, errors: [], because: null })
})

test("several at a time do not take each other's replies", async () => {
  const sizes = [40, 200, 1000, 60_000]
  const echoes = await Promise.all(
    sizes.map((packetBytes) => kernelEcho('127.0.0.1', { timeoutMs: 1000, packetBytes })),
  )
  for (const echo of echoes) if (echo.possible) expect(echo.received).toBe(1)
})

test('what is no address is not asked', async () => {
  expect(await kernelEcho('www.example.org', { timeoutMs: 100 })).toMatchObject({
    possible: false,
    because: 'it is no address',
  })
})
