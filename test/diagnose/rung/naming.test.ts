import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { literal, reorder, unique, withoutLines } from '../../../src/diagnose/rung/naming.ts'

test('a file loses the lines that fit, and a copy is kept', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rungs-'))
  try {
    const file = join(directory, 'resolv.conf')
    writeFileSync(file, 'nameserver 10.0.0.1\nnameserver 10a0b0c1\n')
    const command = withoutLines(file, `^nameserver ${literal('10.0.0.1')}$`)
    execFileSync('/bin/sh', ['-c', command])
    expect(readFileSync(file, 'utf8')).toBe('nameserver 10a0b0c1\n')
    expect(readFileSync(`${file}.rungs`, 'utf8')).toContain('10.0.0.1')
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a name server is taken out by its own line', () => {
  expect(reorder('10.0.0.1')[0]?.command).toContain('10\\.0\\.0\\.1')
})

test('each value stands once, in the order of the first', () => {
  expect(unique(['b', 'a', 'b'])).toEqual(['b', 'a'])
})
