import { expect, test } from 'vitest'
import { gaps, resetOf, takeAccount } from '../../../src/diagnose/passage/account.ts'
import type { Tapped } from '../../../src/diagnose/tap.ts'
import { SERVER, scenario } from './capture.ts'

const tapped = (name: string, rest: Partial<Tapped> = {}): Tapped => {
  const { client, r1, server } = scenario(name)
  return { points: [client, r1, server], blind: [], untilMs: Number.POSITIVE_INFINITY, ...rest }
}
const TRUST = { server: true }

test('attempts that all went alike have one course in common', () => {
  const account = takeAccount(tapped('router-drop-replies'), SERVER, 'tcp', TRUST)
  expect(account?.told.length).toBeGreaterThan(0)
  expect(account?.common?.course).toMatchObject({ end: 'lost', loss: { way: 'back' } })
  expect(account?.clocks.map(({ host }) => host)).toEqual(['r1', 'server'])
})

test('without the client there is none', () => {
  const { server } = scenario('healthy')
  expect(takeAccount({ ...tapped('healthy'), points: [server] }, SERVER, 'tcp', TRUST)).toBeNull()
})

test('an attempt that is young may still be answered, one before the watch may have been', () => {
  const last = Math.max(...scenario('router-drop').client.sightings.map(({ timeMs }) => timeMs))
  const untilMs = last - 5000
  expect(takeAccount(tapped('router-drop', { untilMs }), SERVER, 'tcp', TRUST)?.told).toEqual([])
  const { client, r1, server } = scenario('router-drop')
  const points = [client, r1, { ...server, sinceMs: last + 1 }]
  expect(takeAccount(tapped('router-drop', { points }), SERVER, 'tcp', TRUST)?.told).toEqual([])
})

test('a sounding with a short life is no attempt', () => {
  const all = tapped('router-drop')
  const [client, ...others] = all.points
  if (!client) throw new Error('it was watched')
  const [syn] = client.sightings
  if (!syn) throw new Error('it sent one')
  const sounding = { ...syn, hopLimit: 1, sequence: 7, sourcePort: 7, timeMs: syn.timeMs + 1 }
  const points = [{ ...client, sightings: [...client.sightings, sounding] }, ...others]
  const [with_, without] = [{ ...all, points }, all].map(
    (one) => takeAccount(one, SERVER, 'tcp', TRUST)?.told.length,
  )
  expect(with_).toBe(without)
})

test('nothing is missing and nobody resets where all went well', () => {
  const account = takeAccount(tapped('healthy'), SERVER, 'tcp', TRUST)
  expect(account && resetOf(account)).toBeNull()
  expect(account && gaps(account).every(({ missing }) => missing.lost.length === 0)).toBe(true)
})
