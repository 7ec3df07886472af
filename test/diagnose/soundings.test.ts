import { describe, expect, test } from 'vitest'
import { askControls } from '../../src/diagnose/controls.ts'
import type { Segment, SegmentAnswer, SegmentOptions } from '../../src/diagnose/probes.ts'
import {
  ackReaches,
  describeReach,
  describeReset,
  hopsOf,
  lastReached,
  makerOf,
  type Soundings,
  takeSoundings,
} from '../../src/diagnose/soundings.ts'
import { inFakeTime } from './scene.ts'
import { type Script, scriptedProbes } from './scripted-probes.ts'

const HOST = '10.77.2.2'
const ENDPOINT = { address: HOST, family: 4, port: 443 } as const
const reset = (ttl: number, trafficClass = 0x10): SegmentAnswer => ({
  kind: 'reset',
  ttl,
  trafficClass,
})

/** The soundings of a script; with the controls where the port is silent. */
const sound = (script: Script, silent = false): Promise<Soundings | null> =>
  inFakeTime(async () => {
    const probes = scriptedProbes(script)
    return takeSoundings(
      ENDPOINT,
      silent ? await askControls(ENDPOINT, null, probes) : null,
      probes,
    )
  })

describe('without the right to a raw socket', () => {
  test('nothing is known', async () => {
    expect(await sound({})).toBeNull()
  })
})

describe('the control', () => {
  test('is another port that resets, as soon as one does', async () => {
    const found = await sound({ segment: { [HOST]: null, [`${HOST} 80`]: reset(62) } })
    expect(found?.control?.endpoint.port).toBe(80)
  })

  test('is missing where strays are answered nowhere', async () => {
    const found = await sound({ segment: { [HOST]: null } })
    expect(found).toMatchObject({ control: null, lostAt: null })
    expect(found && makerOf(found)).toBeNull()
    expect(found && ackReaches(found)).toBeNull()
  })
})

describe('who made a reset', () => {
  test.for([
    ['kernel', reset(62), reset(62)],
    ['firewall', reset(62, 0), reset(62)],
    ['nearer', reset(64), reset(62)],
    ['nearer', reset(254), reset(61)],
    ['farther', reset(61), reset(62)],
    ['host', reset(62, 0), reset(62, 0)],
    // A ping or reset may count from another number: what counts are the hops.
    ['kernel', reset(126), reset(62)],
    [null, { kind: 'syn-ack', ttl: 62, trafficClass: 0 } as const, reset(62)],
    [null, { ...reset(62), ttl: null }, reset(62)],
  ] as const)('is %s', async ([maker, own, control]) => {
    const found = await sound({ segment: { [HOST]: control, [`${HOST} 443`]: own } })
    expect(found && makerOf(found)).toBe(maker)
  })

  test('is told by hops and by the type of service', async () => {
    const found = await sound({ segment: { [HOST]: reset(62) } })
    expect(found && describeReset(found.syn)).toBe('2 hops away, type of service 0x10')
    expect(found && hopsOf({ ...found.syn, answer: null })).toBeNull()
  })
})

describe('a stray ACK to a silent port', () => {
  const port =
    (ack: SegmentAnswer | null) =>
    ({ flags }: SegmentOptions): Partial<Segment> => ({ answer: flags === 'ack' ? ack : null })

  test('is answered where only connections are not taken', async () => {
    const found = await sound({ segment: { [HOST]: reset(62), [`${HOST} 443`]: port(reset(62)) } })
    expect(found && ackReaches(found)).toBe(true)
  })

  test('is not where the port is filtered', async () => {
    const found = await sound({ segment: { [HOST]: reset(62), [`${HOST} 443`]: port(null) } })
    expect(found && ackReaches(found)).toBe(false)
  })
})

describe('where a SYN is lost', () => {
  const routers = ['10.77.1.1', '10.77.9.1']
  const expired = (from: string) => ({
    received: 0,
    errors: [{ from, text: 'Time to live exceeded', mtu: null }],
  })
  /** A path on which SYNs to the port come as far as the first `far` routers. */
  const path = (far: number, pingsLater = true): Script => {
    let pings = 0
    return {
      connect: { [HOST]: 'timeout' },
      ping: {
        [HOST]: (ttl) => {
          const router = ttl === null ? undefined : routers[ttl - 1]
          pings += 1
          // The controls send thirteen.
          return router ? (pings > 13 && !pingsLater ? { received: 0 } : expired(router)) : {}
        },
      },
      segment: {
        [HOST]: reset(62),
        [`${HOST} 443`]: ({ ttl }) =>
          ttl !== undefined && ttl <= far ? expired(routers[ttl - 1] ?? '') : { answer: null },
      },
    }
  }

  test('is the first hop that a ping reaches and the SYN does not', async () => {
    expect((await sound(path(1), true))?.lostAt).toMatchObject({ ttl: 2, from: '10.77.9.1' })
    expect((await sound(path(0), true))?.lostAt).toMatchObject({ ttl: 1, from: '10.77.1.1' })
  })

  test('is not known where it comes as far as the last router', async () => {
    expect((await sound(path(2), true))?.lostAt).toBeNull()
  })

  test('is told by the last router that it came to', async () => {
    const found = await sound(path(2), true)
    expect(found && lastReached(found)).toMatchObject({ ttl: 2, from: '10.77.9.1' })
    expect(found && describeReach(found)).toBe('a SYN to it comes as far as 10.77.9.1 (hop 2)')
    expect(found?.synHops.map(({ ttl }) => ttl)).toEqual([1, 2])
    const none = await sound(path(0), true)
    expect(none && describeReach(none)).toBeNull()
  })

  test('is told also where no ping is answered', async () => {
    const mute = { connect: { [HOST]: 'timeout' }, ping: { [HOST]: { received: 0 } } } as const
    const found = await sound({ ...mute, segment: path(2).segment ?? {} }, true)
    expect(found && lastReached(found)).toMatchObject({ ttl: 2 })
    expect(found?.lostAt).toBeNull()
  })

  test('is not known where that hop answers no ping any more either', async () => {
    expect((await sound(path(1, false), true))?.lostAt).toBeNull()
  })
})
