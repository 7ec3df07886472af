import { expect, test } from 'vitest'
import { attemptsTo } from '../../../src/diagnose/passage/follow.ts'
import { type Course, courseOf } from '../../../src/diagnose/passage/place.ts'
import type { Point } from '../../../src/diagnose/passage/point.ts'
import { SERVER, scenario } from './capture.ts'

const TRUST = { server: true }

/** What became of each attempt, as seen by these places beside the client. */
const courses = (
  client: Point,
  others: readonly Point[],
  { port = 80, trust = TRUST } = {},
): Course[] =>
  attemptsTo({ ...SERVER, port }, 'tcp', client, others).map((one) => courseOf(one, trust))

const lost = (loss: object): object => ({ end: 'lost', loss })

test.each([
  ['healthy', { end: 'answered' }, { end: 'answered' }],
  ['masquerade', { end: 'answered' }, { end: 'answered' }],
  [
    'router-drop',
    lost({ kind: 'inside', way: 'there', host: 'r1' }),
    lost({ kind: 'between', way: 'there', from: 'client', to: 'server' }),
  ],
  [
    'router-drop-replies',
    lost({ kind: 'inside', way: 'back', host: 'r1' }),
    lost({ kind: 'between', way: 'back', from: 'server', to: 'client' }),
  ],
  ['server-drop', lost({ kind: 'unanswered' }), lost({ kind: 'unanswered' })],
  ['client-drop-replies', lost({ kind: 'untaken' }), lost({ kind: 'untaken' })],
  [
    'router-reset',
    { end: 'forged', by: { kind: 'inside', host: 'r1' } },
    { end: 'forged', by: null },
  ],
  ['router-reject', { end: 'rejected', bornAt: 'r1' }, { end: 'rejected', bornAt: null }],
])('%s is seen where it happens, with the router and without', (name, withRouter, without) => {
  const { client, r1, server } = scenario(name)
  const all = [courses(client, [r1, server]), courses(client, [server])]
  expect(all.flat().length).toBeGreaterThan(1)
  for (const course of all[0] ?? []) expect(course).toMatchObject(withRouter)
  for (const course of all[1] ?? []) expect(course).toMatchObject(without)
})

test('a refusal of the server itself is one', () => {
  const { client, server } = scenario('server-refuses')
  const all = courses(client, [server], { port: 81 })
  expect(all.map(({ end }) => end)).toEqual(['refused', 'refused'])
})

test('what never left the client is no attempt', () => {
  const { client, r1, server } = scenario('client-drop')
  expect(courses(client, [r1, server])).toEqual([])
})

test('from the client alone nothing is known of the place', () => {
  const { client } = scenario('router-drop')
  expect(courses(client, []).map(({ end }) => end)).toContain('unclear')
  expect(new Set(courses(client, []).map(({ end }) => end)).size).toBe(1)
})

test('a server that has another address may have missed what it did not see', () => {
  const { client, server } = scenario('router-drop')
  for (const course of courses(client, [server], { trust: { server: false } }))
    expect(course).toEqual({ end: 'unclear' })
})

test('a place that lost packets tells nothing by what it did not see', () => {
  const { client, server } = scenario('router-drop')
  for (const course of courses(client, [{ ...server, lost: 1 }]))
    expect(course).toEqual({ end: 'unclear' })
  const reset = scenario('router-reset')
  for (const course of courses(reset.client, [{ ...reset.server, lost: 3 }]))
    expect(course).toEqual({ end: 'unclear' })
})
