import { expect, test } from 'vitest'
import { hashKey, Key, readKey } from '../../src/flow/key.ts'
import { headersOf } from './played.ts'

const keyOfPlayed = (way: '>' | '<', clientPort: number): Key => {
  const key = new Key()
  readKey(headersOf({ way, atMs: 0, flags: '.', clientPort }), key, 5)
  return key
}

test('both directions of a connection have one hash', () => {
  const [there, back] = [keyOfPlayed('>', 1234), keyOfPlayed('<', 1234)]
  expect(there.hash).toBe(back.hash)
  expect([there.sourcePort, there.source0]).toEqual([back.destinationPort, back.destination0])
})

test('ports one after the other are spread over a table', () => {
  const places = new Set<number>()
  for (let port = 1; port <= 4096; port++) places.add(keyOfPlayed('>', port).hash & 4095)
  // Chance alone fills 63 of 100 places.
  expect(places.size / 4096).toBeGreaterThan(0.6)
})

test('two seeds give hashes that have nothing to do with each other', () => {
  const same = new Set<number>()
  for (let port = 1; port <= 1000; port++) {
    const key = keyOfPlayed('>', port)
    same.add((hashKey(key, 1) ^ hashKey(key, 2)) & 0xff)
  }
  expect(same.size).toBeGreaterThan(200)
})
