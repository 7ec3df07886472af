/** Whether a value that came from outside has the shape of a schema: the part of JSON Schema that `schema.ts` makes. */
import type { JsonSchema } from './schema.ts'

/** Deeper values are none of ours. */
const DEEPEST = 64

const isOfType = (value: unknown, type: unknown): boolean => {
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'null') return value === null
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value)
  return typeof value === type
}

/** The path to the first thing that does not fit, such as `hops.3.sent`; null where all does. */
export function misfit(value: unknown, document: JsonSchema): string | null {
  const definitions = (document.$defs ?? {}) as Readonly<Record<string, JsonSchema>>
  const look = (one: unknown, schema: JsonSchema, path: string, depth: number): string | null => {
    const { $ref, anyOf, enum: words, type, properties, required, items } = schema
    if (depth > DEEPEST) return path
    if (typeof $ref === 'string') {
      const named = definitions[$ref.replace('#/$defs/', '')]
      return named === undefined ? path : look(one, named, path, depth + 1)
    }
    if (Array.isArray(anyOf)) {
      const misfits = anyOf.map((choice: JsonSchema) => look(one, choice, path, depth + 1))
      return misfits.includes(null) ? null : (misfits[0] ?? path)
    }
    if (Array.isArray(words)) return words.includes(one) ? null : path
    if (type !== undefined && !isOfType(one, type)) return path
    if (type === 'array')
      return first(
        (one as unknown[]).map(
          (item, index) => () => look(item, items as JsonSchema, `${path}.${index}`, depth + 1),
        ),
      )
    if (type !== 'object') return null
    const fields = one as Readonly<Record<string, unknown>>
    const missing = (required as string[]).find((key) => !Object.hasOwn(fields, key))
    if (missing !== undefined) return `${path}.${missing}`
    return first(
      Object.entries(properties as Readonly<Record<string, JsonSchema>>)
        .filter(([key]) => Object.hasOwn(fields, key))
        .map(
          ([key, its]) =>
            () =>
              look(fields[key], its, `${path}.${key}`, depth + 1),
        ),
    )
  }
  return look(value, document, '', 0)?.replace(/^\./, '') ?? null
}

/** The first that is not null. */
function first(looks: readonly (() => string | null)[]): string | null {
  for (const look of looks) {
    const found = look()
    if (found !== null) return found
  }
  return null
}
