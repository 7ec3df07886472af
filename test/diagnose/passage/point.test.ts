import { expect, test } from 'vitest'
import { deviceOf, isAgainst, isAlong } from '../../../src/diagnose/passage/point.ts'
import { scenario } from './capture.ts'

test('an answer goes against what it answers, and along with other answers', () => {
  const [syn, answer, ack] = scenario('healthy').client.sightings
  if (!syn || !answer || !ack) throw new Error('the capture has them')
  expect([isAlong(syn, ack), isAgainst(syn, answer), isAlong(syn, answer)]).toEqual([
    true,
    true,
    false,
  ])
})

test('an interface has the name that is known of it, else none', () => {
  const { client } = scenario('healthy')
  const [syn] = client.sightings
  if (!syn) throw new Error('the capture has it')
  expect(deviceOf(client, syn)).toBeNull()
  expect(deviceOf({ ...client, devices: new Map([[syn.device ?? 0, 'eth0']]) }, syn)).toBe('eth0')
})
