import { expect, test } from 'vitest'
import { misfit } from '../../src/base/conform.ts'
import {
  choice,
  integer,
  list,
  named,
  nullable,
  number,
  object,
  optional,
  schemaDocument,
  text,
} from '../../src/base/schema.ts'

type Leaf = { readonly name: string; readonly size: number | null }
type Root = { readonly kind: 'a' | 'b'; readonly leaves: readonly Leaf[]; readonly note?: string }

const leaf = object<Leaf>({ name: text(), size: nullable(integer()) })
const root = object<Root>({
  kind: choice<'a' | 'b'>({ a: '', b: '' }),
  leaves: list(named('leaf', leaf)),
  note: optional(text()),
})
const document = schemaDocument('t', root, { leaf })

const right: Root = {
  kind: 'a',
  leaves: [
    { name: 'x', size: 1 },
    { name: 'y', size: null },
  ],
}

test('a value of the shape fits, with what may be absent and with keys that are not known', () => {
  expect(misfit(right, document)).toBeNull()
  expect(misfit({ ...right, note: 'n', later: true }, document)).toBeNull()
})

test.each([
  ['kind', { ...right, kind: 'c' }],
  ['leaves', { ...right, leaves: {} }],
  ['leaves', { kind: 'a' }],
  ['leaves.1.name', { ...right, leaves: [right.leaves[0], { name: 3, size: 1 }] }],
  ['leaves.0.size', { ...right, leaves: [{ name: 'x', size: 1.5 }] }],
  ['leaves.0', { ...right, leaves: [null] }],
  ['note', { ...right, note: 1 }],
  ['', []],
  ['', 'text'],
])('the first thing that does not fit is told: %s', (path, value) => {
  expect(misfit(value, document)).toBe(path)
})

test('a number is finite', () => {
  expect(misfit(Number.NaN, number().json)).toBe('')
  expect(misfit(1.5, number().json)).toBeNull()
})

test('what a prototype has is no key', () => {
  const made = object<{ readonly toString: string }>({ toString: text() })
  expect(misfit({}, made.json)).toBe('toString')
})
