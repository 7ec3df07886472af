import { expect, test } from 'vitest'
import {
  choice,
  flag,
  integer,
  list,
  named,
  nullable,
  object,
  oneOf,
  optional,
  schemaDocument,
  text,
  time,
} from '../../src/base/schema.ts'

type Port = {
  readonly number: number
  readonly state: 'open' | 'closed'
  readonly note?: string
  readonly owner: { readonly name: string; readonly root: boolean } | null
  readonly seen: readonly string[]
}

const port = object<Port>({
  number: integer('Which one.'),
  state: choice({ open: 'something listens', closed: '' }),
  note: optional(text()),
  owner: nullable(
    object<NonNullable<Port['owner']>>({ name: text(), root: flag() }),
    'Null: nobody.',
  ),
  seen: list(time(), 'When.'),
})

test('a table of fields is a JSON Schema', () => {
  expect(port.json).toEqual({
    type: 'object',
    properties: {
      number: { type: 'integer', description: 'Which one.' },
      state: { enum: ['open', 'closed'], description: 'open: something listens' },
      note: { type: 'string' },
      owner: {
        anyOf: [
          {
            type: 'object',
            properties: { name: { type: 'string' }, root: { type: 'boolean' } },
            required: ['name', 'root'],
          },
          { type: 'null' },
        ],
        description: 'Null: nobody.',
      },
      seen: {
        type: 'array',
        items: { type: 'string', format: 'date-time' },
        description: 'When.',
      },
    },
    required: ['number', 'state', 'owner', 'seen'],
  })
})

test('it puts the keys of every object in its order and leaves out what it does not know', () => {
  const value = {
    extra: 1,
    seen: [],
    owner: { root: true, name: 'www' },
    state: 'open' as const,
    number: 80,
  }
  expect(JSON.stringify(port.order(value))).toBe(
    '{"number":80,"state":"open","owner":{"name":"www","root":true},"seen":[]}',
  )
  expect(JSON.stringify(port.order({ ...value, note: 'n', owner: null }))).toBe(
    '{"number":80,"state":"open","note":"n","owner":null,"seen":[]}',
  )
})

test('what has a name is referred to, and defined once', () => {
  const digit = oneOf([1, 2])
  const document = schemaDocument('pair', list(named('digit', digit)), { digit })
  expect(document).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'pair',
    type: 'array',
    items: { $ref: '#/$defs/digit' },
    $defs: { digit: { enum: [1, 2] } },
  })
})
