/** Reads untyped JSON field by field; what does not fit is said with its path in the file. */
import { LabError } from './surroundings.ts'

type Fields = Readonly<Record<string, unknown>>

const wrong = (where: string, expected: string): LabError =>
  new LabError(`${where}: ${expected} is expected`)

/** An object whose keys are all among `known`, where that is given. */
export function readFields(value: unknown, where: string, known?: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(where, 'an object')
  const strange = known && Object.keys(value).find((key) => !known.includes(key))
  if (strange !== undefined) throw new LabError(`${where}: ${strange} is not known here`)
  return value as Fields
}

/** A string; where it is absent, `otherwise`, if that is given. */
export function readText(value: unknown, where: string, otherwise?: string): string {
  if (value === undefined && otherwise !== undefined) return otherwise
  if (typeof value !== 'string' || value === '') throw wrong(where, 'a text')
  return value
}

/** A number of at least 0; where it is absent, `otherwise`. */
export function readCount(value: unknown, where: string, otherwise: number): number {
  if (value === undefined) return otherwise
  if (typeof value !== 'number' || !(value >= 0)) throw wrong(where, 'a number of at least 0')
  return value
}

/** An array of strings; empty where it is absent. */
export function readTexts(value: unknown, where: string): readonly string[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw wrong(where, 'an array of texts')
  return value.map((item, index) => readText(item, `${where}[${index}]`))
}

/** One of `choices`. */
export function readChoice<T extends string>(
  value: unknown,
  where: string,
  choices: readonly T[],
): T {
  const found = choices.find((choice) => choice === value)
  if (found === undefined) throw wrong(where, `one of ${choices.join(', ')}`)
  return found
}

/** The values of an object, each read by `read`; empty where the object is absent. */
export function readMap<T>(
  value: unknown,
  where: string,
  read: (value: unknown, where: string) => T,
): Readonly<Record<string, T>> {
  if (value === undefined) return {}
  const fields = readFields(value, where)
  return Object.fromEntries(
    Object.entries(fields).map(([key, item]) => [key, read(item, `${where}.${key}`)]),
  )
}
