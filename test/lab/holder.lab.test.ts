import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bundle, bundleLab, type Told, tell } from './bundle.ts'

let bundle: Bundle
let runtime: string
beforeAll(() => {
  bundle = bundleLab()
  runtime = mkdtempSync(join(tmpdir(), 'rungs-runtime-'))
  chownSync(runtime, Number(tell(['id', '-u', 'nobody']).stdout), 0)
})
afterAll(() => {
  lab('down')
  bundle.remove()
  rmSync(runtime, { recursive: true, force: true })
})

const lab = (...words: readonly string[]): Told =>
  tell([...bundle.program, 'lab', ...words], 'nobody', { XDG_RUNTIME_DIR: runtime })

test('an ordinary user has a lab between commands, and afterwards nothing', () => {
  expect(lab('check').code).toBe(2)
  const up = lab('up')
  expect(up.stdout).toMatch(/^the lab is up/)
  const byHand = up.stdout.trim().split('\n').at(-1)?.trim() ?? ''
  expect(byHand).toMatch(/^nsenter --target \d+ /)
  const curl = tell(['sh', '-c', `PATH=$PATH:/usr/sbin:/sbin ${byHand} -sS`], 'nobody')
  expect(curl.stdout).toContain('<title>200</title>')
  expect(lab('up').stderr).toContain('the lab is up already')
  expect(lab('check').code).toBe(0)
  expect(lab('break', 'server-stopped').stdout).toContain('not running')
  expect(lab('check').code).toBe(1)
  expect(lab('down').stdout).toBe('the lab is gone\n')
  expect(lab('down').stdout).toBe('there is no lab\n')
  expect(readdirSync(runtime)).toEqual([])
  expect(tell(['pgrep', '-u', 'nobody', '-f', bundle.directory]).stdout).toBe('')
})

test('a note of a process that is another by now is no lab', () => {
  const note = join(runtime, 'rungs-lab.json')
  writeFileSync(note, JSON.stringify({ pid: process.pid, startedTicks: '1' }))
  expect(lab('check').stderr).toContain('the lab is not up')
  expect(readdirSync(runtime)).toEqual([])
})
