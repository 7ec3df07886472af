import { expect, test } from 'vitest'
import { field, leaf, readFields, valueIn } from '../../src/wire/detail-field.ts'
import { hex } from './hex.ts'

const TABLE = [
  field('whole', 0, 2),
  field('bits', 0, 1, 'decimal', { mask: 0xf0 }),
  field('words', 0, 1, 'decimal', { mask: 0x0f, unit: 4 }),
  field('sum', 2, 2, 'hex'),
  field('top', 0, 4, 'decimal', { mask: 0x80000000 | 0 }),
  field('address', 4, 4, 'ipv4'),
  field('mac', 2, 6, 'mac'),
]

test('a table of fields is read: bits are shifted down, numbers multiplied, addresses written out', () => {
  const nodes = readFields(hex('8512 00ff c0000201'), 0, 8, TABLE)
  expect(nodes.map(({ name, text }) => `${name} ${text}`)).toEqual([
    'whole 34066',
    'bits 8',
    'words 20',
    'sum 0x00ff',
    'top 1',
    'address 192.0.2.1',
    'mac 00:ff:c0:00:02:01',
  ])
  expect(nodes[3]).toEqual(leaf('sum', '0x00ff', 2, 4))
})

test('a field that was not captured is left out', () => {
  const nodes = readFields(hex('8512 00'), 0, 3, TABLE)
  expect(nodes.map(({ name }) => name)).toEqual(['whole', 'bits', 'words'])
  expect(valueIn(nodes, 'words')).toBe('20')
  expect(valueIn(nodes, 'sum')).toBe('')
})
