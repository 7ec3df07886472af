import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRuleText } from '../../src/cli/rule-text.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rungs-rules-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('a file is read as it is', async () => {
  const path = join(folder, 'rules')
  writeFileSync(path, 'table inet f {\n}\n# ü\n')
  expect(await readRuleText(path)).toBe('table inet f {\n}\n# ü\n')
})

test('why there is no text is said', async () => {
  await expect(readRuleText(join(folder, 'none'))).rejects.toThrow(/^is not there$/)
  await expect(readRuleText(folder)).rejects.toThrow(/^is a directory$/)
})

test('a file without end is given up', async () => {
  const path = join(folder, 'huge')
  writeFileSync(path, '')
  truncateSync(path, 65 * 1024 * 1024)
  await expect(readRuleText(path)).rejects.toThrow(/^is longer than 64 MiB$/)
})
