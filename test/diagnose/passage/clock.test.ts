import { expect, test } from 'vitest'
import { clockOffset } from '../../../src/diagnose/passage/clock.ts'
import { attemptsTo } from '../../../src/diagnose/passage/follow.ts'
import type { Point } from '../../../src/diagnose/passage/point.ts'
import { SERVER, scenario } from './capture.ts'

/** As a place would have it whose clock is ahead by so much. */
const ahead = (point: Point, byMs: number): Point => ({
  ...point,
  sightings: point.sightings.map((one) => ({ ...one, timeMs: one.timeMs + byMs })),
})

const offset = (name: string, byMs: number) => {
  const { client, server } = scenario(name)
  const pairs = attemptsTo(SERVER, 'tcp', client, [ahead(server, byMs)]).flatMap((one) =>
    one.others.map((other) => ({ client: one.client, other })),
  )
  return clockOffset(pairs)
}

test.each([0, 2345.5, -77_000])(
  'a clock that is %d ms ahead is found within a millisecond',
  (byMs) => {
    const { atLeastMs, atMostMs } = offset('healthy', byMs)
    expect(atLeastMs).toBeLessThanOrEqual(byMs)
    expect(atMostMs).toBeGreaterThanOrEqual(byMs)
    expect((atMostMs ?? 0) - (atLeastMs ?? 0)).toBeLessThan(1)
  },
)

test('where nothing comes back it is bounded on one side, sent again or not', () => {
  const { atLeastMs, atMostMs } = offset('server-drop', 500)
  expect(atLeastMs).toBeNull()
  expect(atMostMs).toBeGreaterThanOrEqual(500)
  expect(atMostMs).toBeLessThan(501)
})

test('nothing is known of a place that saw nothing', () => {
  expect(offset('router-drop', 0)).toEqual({ atLeastMs: null, atMostMs: null })
})
