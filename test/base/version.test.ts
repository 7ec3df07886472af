import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TOOL, VERSION } from '../../src/base/version.ts'

test('the version is the one that the package and its lock file carry', () => {
  for (const file of ['package.json', 'package-lock.json'])
    expect(JSON.parse(readFileSync(file, 'utf8')).version).toBe(VERSION)
})

test('the tool names itself with its version', () => {
  expect(TOOL).toMatch(/^rungs \d+\.\d+\.\d+$/)
})
