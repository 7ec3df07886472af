import { expect, test } from 'vitest'
import { attemptsTo } from '../../../src/diagnose/passage/follow.ts'
import { describeLossiness, isLossy, lossOf } from '../../../src/diagnose/passage/loss.ts'
import { SERVER, scenario } from './capture.ts'

const loss = (name: string) => {
  const { client, server } = scenario(name)
  return lossOf(attemptsTo(SERVER, 'tcp', client, [server]))
}

test('packets that a router drops by turns on the way back are counted on that way', () => {
  const [there, back] = loss('loss-back')
  expect(there?.lost).toBe(0)
  expect(back && isLossy(back)).toBe(true)
  expect(back && describeLossiness(back)).toMatch(/^on the way back \d+ of \d+ packets were lost$/)
})

test.each([
  'healthy',
  'masquerade',
  'large-lost',
  'router-drop',
  'server-drop',
  'client-drop-replies',
])('%s is no loss at random', (name) => {
  expect(loss(name).filter(isLossy)).toEqual([])
})

test('nothing is counted where the server was not watched', () => {
  const { client, r1 } = scenario('loss-back')
  expect(lossOf(attemptsTo(SERVER, 'tcp', client, [r1]))).toEqual([])
})
