import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConnectionTable, NO_SLOT } from '../../src/flow/connection-table.ts'
import { Key, readKey } from '../../src/flow/key.ts'
import { headersOf } from './played.ts'

const key = new Key()

/** All hashes are one of four: whatever can collide does. */
const readPort = (port: number, way: '>' | '<' = '>'): Key => {
  readKey(headersOf({ way, atMs: 0, flags: '.', clientPort: port }), key, 5)
  key.hash &= 3
  return key
}

test('the table says what a map says, whatever is added and removed', () => {
  const step = fc.record({ port: fc.integer({ min: 1, max: 40 }), adds: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const table = new ConnectionTable(2)
      const known = new Map<number, number>()
      for (const { port, adds } of steps) {
        const slot = table.find(readPort(port))
        expect(slot).toBe(known.get(port) ?? NO_SLOT)
        if (adds && slot === NO_SLOT) known.set(port, table.add(readPort(port), false, port & 1, 0))
        if (!adds && slot !== NO_SLOT) {
          table.remove(slot)
          known.delete(port)
        }
      }
      expect(table.count).toBe(known.size)
      expect(table.slots().toSorted()).toEqual([...known.values()].toSorted())
      for (const [port, slot] of known) {
        expect(table.find(readPort(port, '<'))).toBe(slot)
        expect(table.forward).toBe(false)
      }
    }),
  )
})

test('a queue gives what has waited the longest', () => {
  const table = new ConnectionTable(1)
  const slots = [1, 2, 3].map((port) => table.add(readPort(port), false, 0, port))
  table.move(slots[0] ?? 0, 0, 9)
  expect(table.first(0)).toBe(slots[1])
  expect(table.queuedNs(slots[0] ?? 0)).toBe(9)
  table.remove(slots[1] ?? 0)
  expect(table.first(0)).toBe(slots[2])
  expect(table.lengthOf(0)).toBe(2)
})

test('ten thousand connections are found again', () => {
  const table = new ConnectionTable(1)
  for (let port = 1; port <= 10_000; port++) {
    readKey(headersOf({ way: '>', atMs: 0, flags: '.', clientPort: port }), key, 5)
    table.add(key, false, 0, 0)
  }
  for (let port = 1; port <= 10_000; port++) {
    readKey(headersOf({ way: '<', atMs: 0, flags: '.', clientPort: port }), key, 5)
    expect(table.at(table.find(key)).client.port).toBe(port)
  }
})
