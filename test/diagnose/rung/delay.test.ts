import { expect, test } from 'vitest'
import type { EchoOptions, Probes } from '../../../src/diagnose/probes.ts'
import { delay } from '../../../src/diagnose/rung/delay.ts'
import { loss } from '../../../src/diagnose/rung/loss.ts'
import { type Asked, ask, only } from './ask.ts'

/** The service is connected to after a second; a ping takes as long as `takes` says. */
const slow = (takes: (options: EchoOptions) => number | null, more: Asked = {}): Asked => ({
  probes: { connect: { '10.77.2.2': { tookMs: 1100 } } },
  probe: (usual: Probes) => ({
    now: () => Date.now(),
    ping: async (address, options) => {
      const ms = takes(options)
      await new Promise((resolve) => setTimeout(resolve, Math.min(ms ?? 1e9, options.timeoutMs)))
      const echo = await usual.ping(address, options)
      const heard = ms !== null && ms <= options.timeoutMs
      return { ...echo, received: heard ? 1 : 0, rttMs: heard ? ms : null }
    },
  }),
  ...more,
})

test('a path on which every packet takes a second is slow, and the service answers all the same', async () => {
  const ruling = await ask(
    delay,
    slow(() => 1000),
  )
  expect(ruling.status).toBe('warn')
  expect(only(ruling)).toMatchObject({
    cause: 'path.slow',
    side: 'path',
    weight: 'proven',
    partial: true,
    because: expect.stringContaining('takes 1 s there and back'),
  })
})

test('a handshake that was slow on a quick path does not accuse it', async () => {
  const ruling = await ask(
    delay,
    slow(() => 20),
  )
  expect(ruling.status).toBe('pass')
  expect(ruling.acquits).toMatchObject([{ cause: 'path.slow' }])
})

test('a path on which no ping is answered cannot be timed', async () => {
  expect(
    (
      await ask(
        delay,
        slow(() => null),
      )
    ).status,
  ).toBe('unknown')
})

test('a quick visit asks for nothing', async () => {
  expect((await ask(delay, {})).status).toBe('skip')
})

test('the queue that let packets wait is the place', async () => {
  const tc = (overlimits: number) =>
    JSON.stringify([{ kind: 'tbf', dev: 'eth0', options: { rate: 50_000 }, overlimits }])
  // The trial of the connection that hung for a second reads them as well, before and after.
  const turns = [tc(1), tc(1), tc(1), tc(9)]
  const routers = { edge: { 'tc -s -j qdisc show': turns } }
  const ruling = await ask(
    delay,
    slow(() => 1000, { routers }),
  )
  expect(only(ruling)).toMatchObject({
    because: expect.stringContaining('the queue of eth0 on edge (tbf, 400Kbit) lets packets wait'),
    place: { host: 'edge', interface: 'eth0' },
  })
  expect(ruling.evidence?.[1]?.delta).toMatchObject({ before: 1, after: 9 })
})

test('what comes late is not lost', async () => {
  let sent = 0
  const growing = ({ timeoutMs }: EchoOptions): number => (timeoutMs > 900 ? 1000 : 100 * ++sent)
  const ruling = await ask(loss, slow(growing))
  expect(ruling.status).toBe('pass')
  expect(ruling.acquits).toMatchObject([{ cause: 'path.loss' }])
})
