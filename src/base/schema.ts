/**
 * The shape of a value that is printed as JSON: its type, its JSON Schema (2020-12) and the order of its
 * keys from one table, so that none of them can be forgotten when a field is added.
 */

export type JsonSchema = { readonly [keyword: string]: unknown }

export type Schema<T> = {
  readonly json: JsonSchema
  /** The value with the keys of every object in the order of the table; what is not in it is left out. */
  readonly order: (value: T) => T
}

/** Of a key that may be absent. */
export type OptionalSchema<T> = Schema<T> & { readonly optional: true }

type Fields<T> = {
  readonly [Key in keyof T]-?: object extends Pick<T, Key>
    ? OptionalSchema<Exclude<T[Key], undefined>>
    : Schema<T[Key]>
}

const plain = <T>(json: JsonSchema): Schema<T> => ({ json, order: (value) => value })

const described = (about: string): JsonSchema => (about === '' ? {} : { description: about })

export const text = (about = ''): Schema<string> => plain({ type: 'string', ...described(about) })
export const number = (about = ''): Schema<number> => plain({ type: 'number', ...described(about) })
export const integer = (about = ''): Schema<number> =>
  plain({ type: 'integer', ...described(about) })
export const flag = (about = ''): Schema<boolean> => plain({ type: 'boolean', ...described(about) })

/** A time as ISO 8601 writes it. */
export const time = (about = ''): Schema<string> =>
  plain({ type: 'string', format: 'date-time', ...described(about) })

/** One of these words; the table has each of them, with what it means. */
export const choice = <T extends string>(
  words: Readonly<Record<T, string>>,
  about = '',
): Schema<T> => {
  const told = Object.entries<string>(words).filter(([, meaning]) => meaning !== '')
  const meanings = told.map(([word, meaning]) => `${word}: ${meaning}`).join('; ')
  return plain({
    enum: Object.keys(words),
    ...described([about, meanings].filter((part) => part !== '').join('. ')),
  })
}

/** One of these values, all of which are given. */
export const oneOf = <T extends string | number>(values: readonly T[], about = ''): Schema<T> =>
  plain({ enum: values, ...described(about) })

export const list = <T>(item: Schema<T>, about = ''): Schema<readonly T[]> => ({
  json: { type: 'array', items: item.json, ...described(about) },
  order: (values) => values.map(item.order),
})

export const nullable = <T>({ json, order }: Schema<T>, about = ''): Schema<T | null> => ({
  json: { anyOf: [json, { type: 'null' }], ...described(about) },
  order: (value) => (value === null ? null : order(value)),
})

export const optional = <T>(schema: Schema<T>): OptionalSchema<T> => ({ ...schema, optional: true })

/** An object with exactly these keys, in this order. */
export function object<T extends object>(fields: Fields<T>, about = ''): Schema<T> {
  const entries = Object.entries<Schema<unknown> & { readonly optional?: true }>(
    fields as Readonly<Record<string, Schema<unknown>>>,
  )
  return {
    json: {
      type: 'object',
      ...described(about),
      properties: Object.fromEntries(entries.map(([key, { json }]) => [key, json])),
      required: entries.filter(([, { optional: may }]) => !may).map(([key]) => key),
    },
    order: (value) => {
      const given = value as Readonly<Record<string, unknown>>
      // Key after key, so that all of a kind share one shape: a stream of them is written many times as fast.
      const ordered: Record<string, unknown> = {}
      for (const [key, { order }] of entries) {
        const field = given[key]
        if (field !== undefined) ordered[key] = order(field)
      }
      return ordered as T
    },
  }
}

/** Known by a name, where it is used more than once; the document must define it under `$defs`. */
export const named = <T>(name: string, { order }: Schema<T>): Schema<T> => ({
  json: { $ref: `#/$defs/${name}` },
  order,
})

/** The whole schema as a document of its own. */
export const schemaDocument = <T>(
  title: string,
  { json }: Schema<T>,
  definitions: Readonly<Record<string, { readonly json: JsonSchema }>>,
): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title,
  ...json,
  $defs: Object.fromEntries(Object.entries(definitions).map(([name, one]) => [name, one.json])),
})
