/**
 * The lab alone as a program, for its tests: `lab …` and `demo` are the real ones, `check` answers
 * with the diagnosis in the file that RUNGS_FAKE_DIAGNOSIS names.
 */
import { readFileSync } from 'node:fs'
import { demo } from '../../src/lab/demo.ts'
import { labMain } from '../../src/lab/main.ts'
import type { LabSurroundings } from '../../src/lab/surroundings.ts'

const controller = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort())

const around: LabSurroundings = {
  out: { write: (text) => void process.stdout.write(text), isTerminal: false },
  err: { write: (text) => void process.stderr.write(text), isTerminal: false },
  environment: process.env,
  signal: controller.signal,
  isRoot: process.geteuid?.() === 0,
  program: [process.execPath, import.meta.filename],
}

const [word, ...rest] = process.argv.slice(2)
try {
  if (word === 'check') {
    const text = readFileSync(process.env.RUNGS_FAKE_DIAGNOSIS ?? '/dev/null', 'utf8')
    process.stdout.write(text)
    process.exitCode = (JSON.parse(text) as { exit: number }).exit
  } else {
    const code = word === 'demo' ? await demo(around) : await labMain(rest, around)
    if (code !== null) process.exitCode = code
    if (code !== null && word === 'lab') process.exit()
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exit(controller.signal.aborted ? 130 : 2)
}
