import { expect, test } from 'vitest'
import { attemptsTo } from '../../../src/diagnose/passage/follow.ts'
import { describeClock, describeLoss, showAttempt } from '../../../src/diagnose/passage/words.ts'
import { SERVER, scenario } from './capture.ts'

test.each([
  [{ atLeastMs: -0.3, atMostMs: 0.4 }, null],
  [{ atLeastMs: null, atMostMs: 40 }, null],
  [{ atLeastMs: 11.6, atMostMs: 13.2 }, 'the clock of r1 is 12 to 13 ms ahead'],
  [{ atLeastMs: -5000, atMostMs: -4000 }, 'the clock of r1 is 4000 to 5000 ms behind'],
  [{ atLeastMs: 7, atMostMs: 7 }, 'the clock of r1 is 7 ms ahead'],
])('a clock that differs by %j is told', (offset, words) => {
  expect(describeClock('r1', offset)).toBe(words)
})

test('a loss behind a router names the router and how often it was tried', () => {
  const { client, server } = scenario('server-drop')
  const [attempt] = attemptsTo(SERVER, 'tcp', client, [server])
  if (!attempt) throw new Error('there was one')
  const loss = { kind: 'between', way: 'there', from: 'r1', to: 'server' } as const
  expect(describeLoss(loss, attempt)).toBe(
    'the SYN left the client 2 times, r1 sent it on, and it did not arrive at the server',
  )
})

test('of many packets the first are shown', () => {
  const { client, server } = scenario('client-drop-replies')
  const [attempt] = attemptsTo(SERVER, 'tcp', client, [server])
  const [own] = attempt ? showAttempt(attempt) : []
  expect(own?.lines).toHaveLength(5)
  expect(own?.lines.at(-1)).toMatch(/^and \d more$/)
})
