import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  namedRecordsOf,
  numberOf,
  parseRecord,
  parseRecords,
  recordOf,
  recordsOf,
  textOf,
  textsOf,
} from '../../src/facts/json.ts'

test('empty objects, which a filter leaves behind, are dropped', () => {
  expect(parseRecords('[{},{"ifname":"lo"},{}]')).toEqual([{ ifname: 'lo' }])
})

test.for(['', ' \n', '[]', '[ ]\n'])('%j is an empty list', (text) => {
  expect(parseRecords(text)).toEqual([])
})

test.for(['{"a":1}', '[', 'null', 'Usage: ip [ OPTIONS ]'])('%j is no list', (text) => {
  expect(parseRecords(text)).toBeNull()
})

test.for(['[]', '{', '1', 'null', ''])('%j is no object', (text) => {
  expect(parseRecord(text)).toBeNull()
})

test('objects are taken by their names, and nothing else', () => {
  const record = parseRecord('{"a": {"x": {"y": 1}, "z": 2, "l": [{}]}}') ?? {}
  expect(namedRecordsOf(record, 'a')).toEqual([['x', { y: 1 }]])
  expect(namedRecordsOf(record, 'b')).toEqual([])
})

test('a field of another type than expected is taken as missing', () => {
  const record = { a: 1, b: 'x', c: ['y', 2], d: [{ e: 1 }, {}, 3], f: { g: 1 }, h: '', i: null }
  expect([textOf(record, 'a'), textOf(record, 'b'), textOf(record, 'h')]).toEqual(['1', 'x', null])
  expect([numberOf(record, 'a'), numberOf(record, 'b'), numberOf(record, 'i')]).toEqual([
    1,
    null,
    null,
  ])
  expect([textsOf(record, 'c'), textsOf(record, 'a')]).toEqual([['y'], []])
  expect([recordsOf(record, 'd'), recordsOf(record, 'f')]).toEqual([[{ e: 1 }], []])
  expect([recordOf(record, 'f'), recordOf(record, 'c')]).toEqual([{ g: 1 }, {}])
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      parseRecords(text)
      parseRecord(text)
    }),
  )
})
