import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { expect, test } from 'vitest'

const source = readFileSync(join(import.meta.dirname, '../../src/host/heap.ts'), 'utf8')
const HEAP = transformSync(source, { loader: 'ts', format: 'esm' }).code

/** Tells how much room there is for new objects once hundreds of thousands of them have survived. */
const SURVIVING = `
import { getHeapSpaceStatistics } from 'node:v8'
const kept = []
for (let made = 0; made < 400_000; made++) kept.push({ made })
console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size)`

const roomForNew = (first: string): number =>
  Number(
    execFileSync(
      process.execPath,
      ['--input-type=module', '-e', `${HEAP}\n${first}\n${SURVIVING}`],
      {
        encoding: 'utf8',
      },
    ),
  )

test('the room for new objects stays as it began, where it would have grown', () => {
  expect(roomForNew('')).toBeGreaterThan(8 << 20)
  expect(roomForNew('keepHeapSmall()')).toBeLessThan(4 << 20)
})
