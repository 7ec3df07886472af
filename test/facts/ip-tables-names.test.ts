import { expect, test } from 'vitest'
import { legacyTables } from '../../src/facts/ip-tables-names.ts'
import { printed } from '../../src/facts/source.ts'

const parse = legacyTables.sources[0]?.parse ?? (() => null)

test('tells the tables of each family', () => {
  const text =
    '/proc/net/ip_tables_names:filter\n/proc/net/ip_tables_names:nat\n/proc/net/ip6_tables_names:raw\n'
  expect(parse(printed(text))).toEqual({ 4: ['filter', 'nat'], 6: ['raw'] })
})

test('no line in either, or no such file, is no table', () => {
  const none = { 4: [], 6: [] }
  expect(parse(printed('', 1))).toEqual(none)
  const missing = 'grep: /proc/net/ip_tables_names: No such file or directory\n'
  expect(parse(printed('', 2, missing))).toEqual(none)
})

test('what may not be read is not known', () => {
  const denied = 'grep: /proc/net/ip_tables_names: Permission denied\n'
  expect(parse(printed('', 2, denied))).toBeNull()
})
