/** A diagnosis as `--json` prints it: one object, its keys always in the same order. */
import type { Diagnosis } from '../diagnose/diagnosis.ts'
import { DIAGNOSIS } from './diagnosis-schema.ts'

/** What JSON allows in a text, and a terminal should not see. */
const UNPRINTABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** The object as text, indented, ended by a line feed; every text in it reads back as it was. */
export const formatJson = (diagnosis: Diagnosis): string =>
  `${JSON.stringify(DIAGNOSIS.order(diagnosis), null, 2).replace(UNPRINTABLE, escaped)}\n`
