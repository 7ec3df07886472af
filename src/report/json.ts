/** What `--json` prints: one object, its keys always in the same order. */
import type { Schema } from '../base/schema.ts'
import type { Diagnosis } from '../diagnose/diagnosis.ts'
import { DIAGNOSIS } from './diagnosis-schema.ts'

/** What JSON allows in a text, and a terminal should not see. */
const UNPRINTABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** The value as text, indented, ended by a line feed; every text in it reads back as it was. */
export const formatAsJson = <T>(schema: Schema<T>, value: T): string =>
  `${JSON.stringify(schema.order(value), null, 2).replace(UNPRINTABLE, escaped)}\n`

/** The value on one line, ended by a line feed: a stream of them is JSON Lines. */
export const formatAsJsonLine = <T>(schema: Schema<T>, value: T): string =>
  `${JSON.stringify(schema.order(value)).replace(UNPRINTABLE, escaped)}\n`

/** A diagnosis as text. */
export const formatJson = (diagnosis: Diagnosis): string => formatAsJson(DIAGNOSIS, diagnosis)
