/** Validates by Python's jsonschema, which knows nothing of ours: what it finds wrong with each document. */
import { execFileSync } from 'node:child_process'
import type { JsonSchema } from '../../src/base/schema.ts'

const VALIDATE = `
import json, sys
from jsonschema import Draft202012Validator, FormatChecker
schema, documents = json.load(sys.stdin)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema, format_checker=FormatChecker())
print(json.dumps([[f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(one)] for one in documents]))
`

/** The schema with every object closed: a key that it does not name is a mistake. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  )
  return 'properties' in inner && inner.type === 'object'
    ? { ...inner, additionalProperties: false }
    : inner
}

export const validate = (schema: JsonSchema, documents: readonly unknown[]): string[][] =>
  JSON.parse(
    execFileSync('python3', ['-c', VALIDATE], {
      input: JSON.stringify([closed(schema), documents]),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    }),
  ) as string[][]
