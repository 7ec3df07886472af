import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundle } from '../script.ts'

test('the process ends at once with its status', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rungs-leave-'))
  const source = `import { leaveNow } from './host/kernel/leave.ts'
    process.on('exit', () => console.log('never'))
    leaveNow(5)
    console.log('never')`
  const { status, stdout } = spawnSync(process.execPath, [bundle(directory, 'leave', source)])
  rmSync(directory, { recursive: true })
  expect([status, stdout.toString()]).toEqual([5, ''])
})
