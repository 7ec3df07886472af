/**
 * `npm test`: builds, checks types and style, runs every test, and ends with one line that says
 * how it went. With CI set, a skipped test is a failure: there everything is installed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'rungs-test-'))
const summary = join(scratch, 'vitest.json')
const began = Date.now()

const STEPS = [
  ['build', process.execPath, 'scripts/build.mjs'],
  ['types', 'node_modules/.bin/tsc', '-p', '.'],
  ['types of the pure rooms', 'node_modules/.bin/tsc', '-p', 'tsconfig.pure.json'],
  ['style', 'node_modules/.bin/biome', 'check', '--error-on-warnings'],
  [
    'tests',
    'node_modules/.bin/vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${summary}`,
    ...process.argv.slice(2),
  ],
]

/** Runs the steps in order; the name of the first that fails, or null. */
function firstFailure() {
  for (const [name, program, ...args] of STEPS) {
    console.log(`\n# ${name}`)
    const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
    if (status !== 0) return name
  }
  return null
}

/** What vitest counted; zeros where it did not get that far. */
function counts() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
      readFileSync(summary, 'utf8'),
    )
    return {
      passed: numPassedTests,
      failed: numFailedTests,
      skipped: numPendingTests + numTodoTests,
    }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

const failure = firstFailure()
const { passed, failed, skipped } = counts()
rmSync(scratch, { recursive: true, force: true })
const seconds = Math.round((Date.now() - began) / 1000)
const told = `in ${seconds} s`
const skippedInCi = process.env.CI && skipped > 0

if (failure) console.log(`\nFAILED at ${failure}: ${told}`)
else if (skippedInCi) console.log(`\nFAILED: in CI no test may be skipped: ${told}`)
else console.log(`\nOK: build, types, style and tests: ${told}`)
console.log(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failure || skippedInCi ? 1 : 0
