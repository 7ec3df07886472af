import { expect, test } from 'vitest'
import { attemptsTo } from '../../../src/diagnose/passage/follow.ts'
import { missingOf } from '../../../src/diagnose/passage/payload.ts'
import { SERVER, scenario } from './capture.ts'

const missing = (name: string) => {
  const { client, server } = scenario(name)
  return attemptsTo(SERVER, 'tcp', client, [server]).map(missingOf)
}

test('large packets that vanish on their way back are told by their sizes', () => {
  const [first] = missing('large-lost')
  const [there, back] = first ?? []
  expect(there).toMatchObject({ way: 'there', lost: [] })
  expect(back?.way).toBe('back')
  expect(back?.lost.length).toBeGreaterThan(3)
  expect(back?.largestCame).toBe(208)
  expect(back?.smallestLost).toBe(1448)
})

test('of a conversation that went well nothing is missing', () => {
  for (const ways of missing('healthy'))
    expect(ways.map(({ lost, largestCame }) => [lost, largestCame > 3000])).toEqual([
      [[], true],
      [[], true],
    ])
})

test('a capture that lost packets tells nothing', () => {
  const { client, server } = scenario('large-lost')
  for (const one of attemptsTo(SERVER, 'tcp', client, [{ ...server, lost: 2 }]))
    expect(missingOf(one)).toEqual([])
})

test('nothing is said of words that come by another address, of which only beginnings are captured', () => {
  expect(missing('masquerade')).toEqual([[], []])
})
