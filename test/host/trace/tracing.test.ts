import { expect, test } from 'vitest'
import type { Attempt } from '../../../src/diagnose/trace/attempt.ts'
import { hopsOf } from '../../../src/diagnose/trace/hop.ts'
import { type TracePlan, Tracing } from '../../../src/host/trace/tracing.ts'
import { replyFrom } from '../../diagnose/trace/attempts.ts'
import { type FakePath, fakePath, pathOf } from './fake-path.ts'

const plan = (more: Partial<TracePlan> = {}): TracePlan => ({
  rounds: 3,
  intervalMs: 0,
  mostHops: 30,
  mostWaitMs: 100,
  packetBytes: 60,
  signal: new AbortController().signal,
  onNews: () => {},
  ...more,
})

const run = ({ socket }: FakePath, more: Partial<TracePlan> = {}): Promise<readonly Attempt[]> =>
  new Tracing(socket, plan(more)).run()

const counts = (attempts: readonly Attempt[]): string[] =>
  hopsOf(attempts).map(({ received, sent }) => `${received}/${sent}`)

test('every hop is asked in every round, and each reply is put to its probe', async () => {
  const attempts = await run(fakePath(pathOf(10)))
  expect(counts(attempts)).toEqual(Array.from({ length: 10 }, () => '3/3'))
  expect(hopsOf(attempts).map(({ addresses }) => addresses[0]?.address)).toEqual([
    ...Array.from({ length: 9 }, (_, at) => `10.9.${at + 1}.2`),
    '10.9.10.2',
  ])
})

test.each([
  ['udp', 4],
  ['tcp', 4],
  ['icmp', 16],
] as const)('by %s no more than %i probes go beyond what has answered', async (protocol, ahead) => {
  const path = fakePath(pathOf(10), { protocol, delayMs: 4 })
  await run(path)
  const beyond = path.sent.filter(({ hops }) => hops > 10)
  expect(beyond.length).toBeLessThanOrEqual(ahead)
  // Six errors at once, then one a second: Linux answers no more of UDP.
  if (protocol !== 'icmp')
    expect(path.sent.filter(({ hops }) => hops >= 10).length).toBeLessThanOrEqual(6)
})

test('a silent hop is waited for once, not in every round', async () => {
  const answer = pathOf(10)
  const path = fakePath((hops, bytes, count) => (hops === 4 ? null : answer(hops, bytes, count)))
  const began = performance.now()
  const attempts = await run(path, { rounds: 5, mostWaitMs: 120 })
  expect(performance.now() - began).toBeLessThan(5 * 120)
  expect(counts(attempts)[3]).toBe('0/5')
  expect(counts(attempts).filter((one) => one === '5/5')).toHaveLength(9)
})

test('where the target does not answer, all hops are asked once, and then those that matter', async () => {
  const path = fakePath((hops) => (hops < 5 ? replyFrom(`10.9.${hops}.2`) : null), {
    protocol: 'udp',
  })
  const attempts = await run(path, { rounds: 2, mostHops: 20, mostWaitMs: 20 })
  expect(Math.max(...path.sent.map(({ hops }) => hops))).toBe(20)
  expect(counts(attempts)).toEqual(['2/2', '2/2', '2/2', '2/2', '0/2'])
})

test('replies that do not tell their probe are asked for one at a time, and none is put wrongly', async () => {
  const path = fakePath(pathOf(6), { protocol: 'udp', tell: () => 0 })
  const tracing = new Tracing(path.socket, plan())
  const attempts = await tracing.run()
  expect(tracing.wasSlow).toBe(true)
  expect(counts(attempts)).toEqual(Array.from({ length: 6 }, () => '3/3'))
  expect(hopsOf(attempts).map(({ addresses }) => addresses.map(({ address }) => address))).toEqual([
    ...Array.from({ length: 5 }, (_, at) => [`10.9.${at + 1}.2`]),
    ['10.9.10.2'],
  ])
})

test('one at a time, a path that has ended is given up after some silence', async () => {
  const path = fakePath((hops) => (hops < 3 ? replyFrom(`10.9.${hops}.2`) : null), {
    oneAtATime: true,
  })
  await run(path, { rounds: 1, mostWaitMs: 5 })
  expect(path.sent.map(({ hops }) => hops)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('the time is from sending to arrival, not to when it was looked for', async () => {
  const attempts = await run(fakePath(pathOf(3), { delayMs: 7 }), { rounds: 1 })
  for (const { rttMs, reply } of attempts) if (reply !== null) expect(rttMs).toBeCloseTo(7, 1)
})

test('a second reply to one probe, and one to none, change nothing', async () => {
  const path = fakePath(pathOf(4))
  const { receive } = path.socket
  const socket = {
    ...path.socket,
    receive: () =>
      receive().flatMap((one) => [one, { ...one, atMs: one.atMs + 50 }, { ...one, number: 999 }]),
  }
  const attempts = await new Tracing(socket, plan()).run()
  expect(counts(attempts)).toEqual(['3/3', '3/3', '3/3', '3/3'])
  for (const { rttMs, reply } of attempts) if (reply !== null) expect(rttMs).toBeLessThan(50)
})

test('probes that cannot be sent are told with the reason', async () => {
  const attempts = await run(fakePath(pathOf(3), { errno: 'EPERM' }), { rounds: 1, mostHops: 4 })
  expect(attempts.map(({ unsent }) => unsent)).toEqual(['EPERM', 'EPERM', 'EPERM', 'EPERM'])
})

test('rounds keep their distance, and without an end they go on until they are stopped', async () => {
  const controller = new AbortController()
  const path = fakePath(pathOf(3))
  setTimeout(() => controller.abort(), 130)
  const began = performance.now()
  const attempts = await run(path, {
    rounds: Number.POSITIVE_INFINITY,
    intervalMs: 50,
    signal: controller.signal,
  })
  expect(performance.now() - began).toBeLessThan(1000)
  const last = Math.max(...attempts.map(({ round }) => round))
  expect(last).toBeGreaterThan(1)
  expect(last).toBeLessThan(6)
})

test('whoever looks on is told when something has come', async () => {
  const seen: number[] = []
  await run(fakePath(pathOf(3)), {
    onNews: (attempts) => seen.push(attempts.filter(({ reply }) => reply !== null).length),
  })
  expect(seen.length).toBeGreaterThan(0)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
})

test('a trace without an end keeps the last rounds, and its numbers begin anew', async () => {
  const path = fakePath(pathOf(2))
  const controller = new AbortController()
  let most = 0
  const attempts = await run(path, {
    rounds: 700,
    signal: controller.signal,
    onNews: (all) => {
      most = Math.max(most, all.length)
    },
  })
  expect(most).toBeLessThanOrEqual(600 * 2 + 16)
  expect(Math.min(...attempts.map(({ round }) => round))).toBe(101)
  expect(counts(attempts)).toEqual(['600/600', '600/600'])
})

test('while it goes on, what is not there in time counts as lost, and what was just sent does not', async () => {
  const answer = pathOf(3)
  const path = fakePath((hops, bytes, count) => (hops === 2 ? null : answer(hops, bytes, count)))
  const controller = new AbortController()
  let seen: string[] = []
  await run(path, {
    rounds: Number.POSITIVE_INFINITY,
    intervalMs: 60,
    mostWaitMs: 40,
    signal: controller.signal,
    onNews: (attempts) => {
      seen = counts(attempts)
      if (attempts.some(({ round }) => round === 4)) controller.abort()
    },
  })
  // Of four probes to the silent hop, three are overdue.
  expect(seen[1]).toBe('0/3')
})
