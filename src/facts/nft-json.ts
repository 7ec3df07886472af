/** The shapes of libnftables-json(5): objects of one key, read without trusting them. */

type Fields = Readonly<Record<string, unknown>>

/** The object that `value` is, or an empty one. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NONE

const NONE: Fields = Object.freeze({})

/** The one key of an object such as `{"accept": null}` and its value; an unreadable one is `?`. */
export function onlyEntry(value: unknown): readonly [string, unknown] {
  if (typeof value === 'string') return [value, null]
  const fields = fieldsOf(value)
  // this is asked of every part of every rule: no list of entries is made
  for (const key in fields) if (Object.hasOwn(fields, key)) return [key, fields[key]]
  return ['?', null]
}
