import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundle } from './script.ts'

test('a pipe that is full is waited for, and gets all bytes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rungs-write-all-'))
  // Whoever touches process.stdout makes the pipe one that does not wait.
  const script = bundle(
    folder,
    'write',
    "import { writeAll } from './host/write-all.ts'\nprocess.stdout.write('')\nwriteAll(1, new Uint8Array(1_000_000).fill(120))",
  )
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => setTimeout(resolve, 300))
  let bytes = 0
  child.stdout.on('data', (data: Buffer) => {
    bytes += data.length
  })
  const [code] = await once(child, 'close')
  rmSync(folder, { recursive: true })
  expect([code, bytes]).toEqual([0, 1_000_000])
})
