/**
 * JSON as tools print it: one object, or an array of them. iproute2 (`ip -j …`, lib/json_writer.c)
 * prints nothing at all for an empty list in some versions, and leaves `{}` for what was filtered out.
 * The readers below take a field of such an object, whatever its type turns out to be.
 */
export type JsonRecord = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The objects of the array that `text` holds, without empty ones; null when it holds no array. */
export function parseRecords(text: string): readonly JsonRecord[] | null {
  if (text.trim() === '') return []
  try {
    const value: unknown = JSON.parse(text)
    if (!Array.isArray(value)) return null
    return value.filter(isRecord).filter((record) => Object.keys(record).length > 0)
  } catch {
    return null
  }
}

/** The object that `text` holds; null when it holds none. */
export function parseRecord(text: string): JsonRecord | null {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

/** The field as text, a number too; null where there is none. */
export function textOf(record: JsonRecord, key: string): string | null {
  const value = record[key]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : null
}

/** The field as a number; null where there is none. */
export function numberOf(record: JsonRecord, key: string): number | null {
  const value = record[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The strings of a field that is a list. */
export const textsOf = (record: JsonRecord, key: string): readonly string[] =>
  list(record[key]).filter((value) => typeof value === 'string')

/** The objects of a field that is a list, without empty ones. */
export const recordsOf = (record: JsonRecord, key: string): readonly JsonRecord[] =>
  list(record[key])
    .filter(isRecord)
    .filter((inner) => Object.keys(inner).length > 0)

/** The object that a field holds; an empty one where it holds none. */
export function recordOf(record: JsonRecord, key: string): JsonRecord {
  const value = record[key]
  return isRecord(value) ? value : {}
}

/** The objects of a field that holds them by name. */
export const namedRecordsOf = (
  record: JsonRecord,
  key: string,
): readonly (readonly [string, JsonRecord])[] =>
  Object.entries(recordOf(record, key)).flatMap(([name, inner]) =>
    isRecord(inner) ? [[name, inner] as const] : [],
  )
