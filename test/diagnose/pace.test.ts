import { describe, expect, test } from 'vitest'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { isConspicuous, measurePace } from '../../src/diagnose/pace.ts'
import type { EchoOptions, Exchange, Probes } from '../../src/diagnose/probes.ts'
import type { Visit } from '../../src/diagnose/visit.ts'
import { inFakeTime, type Outputs, scriptedHost } from './scene.ts'
import { scriptedProbes } from './scripted-probes.ts'

/** Pings that take as long as `takes` says of each; null for no answer. */
function pinging(
  takes: (options: EchoOptions, nth: number) => number | null,
  hops: readonly string[] = [],
): Probes {
  const usual = scriptedProbes()
  let sent = 0
  return {
    ...usual,
    now: () => Date.now(),
    ping: async (address, options) => {
      const ms = takes(options, sent++)
      await new Promise((resolve) => setTimeout(resolve, ms ?? options.timeoutMs))
      const from = hops[(options.ttl ?? 99) - 1]
      const base = await usual.ping(address, options)
      if (ms === null) return { ...base, received: 0, rttMs: null }
      return from
        ? {
            ...base,
            received: 0,
            rttMs: null,
            errors: [{ from, text: 'Time exceeded', mtu: null }],
          }
        : { ...base, rttMs: ms }
    },
  }
}

const isLarge = ({ packetBytes = 0 }: EchoOptions): boolean => packetBytes > 1000

const measure = (probes: Probes, router: Outputs | null = null) =>
  inFakeTime(() =>
    measurePace('10.77.2.2', probes, {
      client: inquire(scriptedHost({})),
      server: null,
      routers: router
        ? [inquire(scriptedHost({ name: 'edge', role: 'router', outputs: router }))]
        : [],
    }),
  )

/** A link that carries 48 kbit/s: each of four large packets waits for those before it. */
const narrow = () => {
  let queued = 0
  return pinging(
    (options) => {
      if (!isLarge(options)) return 20
      if (options.ttl === 1) return 5
      queued = (queued % 4) + 1
      return 200 * queued
    },
    ['10.77.1.1', '10.77.3.1'],
  )
}

describe('the pace of a path', () => {
  test('where large packets are as quick as small ones is not slow', async () => {
    const pace = await measure(pinging((options) => (isLarge(options) ? 31 : 30)))
    expect(pace).toMatchObject({ smallMs: 30, slow: null, hop: null, waiting: [] })
    expect(pace.evidence.lines).toHaveLength(1)
  })

  test('round half the world is not slow', async () => {
    expect((await measure(pinging(() => 350))).slow).toBeNull()
  })

  test('where every packet takes a second is slow by time', async () => {
    expect(await measure(pinging(() => 1000))).toMatchObject({ smallMs: 1000, slow: 'time' })
  })

  test('that is narrow is slow by rate, from the hop on where large packets are late', async () => {
    const pace = await measure(narrow())
    expect(pace).toMatchObject({
      smallMs: 20,
      burstMs: 800,
      slow: 'rate',
      hop: { ttl: 2, from: '10.77.3.1' },
    })
    expect(pace.bitsPerSecond).toBeGreaterThan(45_000)
    expect(pace.bitsPerSecond).toBeLessThan(52_000)
  })

  test('that was slow only once is not slow', async () => {
    const pace = await measure(pinging((_, nth) => (nth < 7 ? 1500 : 30)))
    expect(pace).toMatchObject({ smallMs: 30, slow: null })
    expect(pace.evidence.lines).toHaveLength(2)
  })

  test('where large packets are lost is not told from their time', async () => {
    const pace = await measure(pinging((options) => (isLarge(options) ? null : 30)))
    expect(pace).toMatchObject({ bitsPerSecond: null, slow: null })
  })

  test('is not known where no ping is answered', async () => {
    expect(await measure(pinging(() => null))).toMatchObject({ smallMs: null, slow: null })
  })

  test('names the queue that let packets wait meanwhile, and no other', async () => {
    const tc = (overlimits: number) =>
      JSON.stringify([
        { kind: 'tbf', dev: 'eth0', options: { rate: 6000 }, overlimits, drops: 0, backlog: 0 },
        { kind: 'fq_codel', dev: 'eth1', options: {}, overlimits: 7, drops: 0, backlog: 0 },
      ])
    const pace = await measure(narrow(), { 'tc -s -j qdisc show': [tc(10), tc(17)] })
    expect(pace.waiting).toMatchObject([{ queue: { device: 'eth0', rate: '48Kbit' }, grew: 7 }])
  })
})

describe('a visit', () => {
  const visit = (exchange: Partial<Exchange> & { readonly tookMs: number }) => {
    const { tookMs, ...rest } = exchange
    const usual = { tls: null, reply: null, silent: false, standing: null }
    return { exchange: { ...usual, connect: { outcome: 'connected', tookMs }, ...rest } } as Visit
  }

  test.for([
    ['that connects at once', visit({ tookMs: 30 }), false],
    ['that connects after long', visit({ tookMs: 900 }), true],
    ['that falls silent after a quick handshake', visit({ tookMs: 3, silent: true }), false],
    ['that falls silent after a slow one', visit({ tookMs: 170, silent: true }), true],
  ] as const)('%s', ([, one, expected]) => {
    expect(isConspicuous(one)).toBe(expected)
  })
})
