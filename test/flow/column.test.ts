import { expect, test } from 'vitest'
import {
  blankInts,
  Columned,
  type Columns,
  countInts,
  defineColumns,
  placeOf,
} from '../../src/flow/column.ts'

const COLUMNS: Columns = {
  zeros: ['packets'],
  unseen: ['frame'],
  flags: ['known'],
  doubles: ['timeNs'],
  rare: { odd: 3 },
}

class Row extends Columned {
  declare packets: number
  declare frame: number
  declare known: boolean
  declare timeNs: number
  declare odd: number
}
defineColumns(Row.prototype, COLUMNS)

test('records that lie beside each other keep their own numbers', () => {
  const size = countInts(COLUMNS)
  const ints = new Int32Array(2 * size)
  const doubles = new Float64Array(2)
  const [one, other] = [new Row(ints, 0, doubles, 0), new Row(ints, size, doubles, 1)]
  ints.set(blankInts(COLUMNS), 0)
  ints.set(blankInts(COLUMNS), size)
  expect([one.packets, one.frame, one.known, one.timeNs]).toEqual([0, -1, false, 0])
  one.packets = 7
  one.known = true
  one.timeNs = 2 ** 52
  other.frame = 12
  expect([one.packets, one.frame, one.known, one.timeNs]).toEqual([7, -1, true, 2 ** 52])
  expect([other.packets, other.frame, other.known, other.timeNs]).toEqual([0, 12, false, 0])
})

test('what few records have takes no room until it is set', () => {
  const row = new Row(new Int32Array(9), 0, new Float64Array(9), 0)
  expect(row.odd).toBe(3)
  row.odd = 3
  expect(row.rare).toBe(null)
  row.odd = 4
  expect(row.odd).toBe(4)
})

test('a name that is no column has no place', () => {
  expect(placeOf(COLUMNS, 'known')).toBe(2)
  expect(placeOf(COLUMNS, 'timeNs')).toBe(0)
  expect(() => placeOf(COLUMNS, 'nothing')).toThrow('no column is named nothing')
})
