/**
 * The lab alone as a program, for its tests. `lab …` and `demo` are the real ones; `check` is a fake:
 * it asks curl, and where curl fails it answers with the diagnosis in the file RUNGS_FAKE_DIAGNOSIS. It
 * runs the shell text RUNGS_FAKE_TRACES first.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { demo } from '../../../src/lab/demo.ts'
import { innerMain } from '../../../src/lab/inner.ts'
import { labBreak, labCheck, labDown, labList, labScore, labUp } from '../../../src/lab/lab.ts'
import type { LabSurroundings } from '../../../src/lab/surroundings.ts'

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

const VERDICT = {
  ...{ summary: '', confidence: null, candidates: [], remedies: [], behind: [], unreached: [] },
}
const REACHABLE = { ...VERDICT, state: 'reachable', cause: null, side: null }

function fakeCheck([target = '']: readonly string[]): number {
  // What a check that does not keep its word would do.
  spawnSync('sh', ['-c', process.env.RUNGS_FAKE_TRACES ?? 'true'])
  const curl = ['-fsS', '-o', '/dev/null', '--max-time', '3', target]
  const works = spawnSync('curl', curl).status === 0
  const broken = readFileSync(process.env.RUNGS_FAKE_DIAGNOSIS ?? '/dev/null', 'utf8') || '{}'
  const verdict = works ? REACHABLE : { ...VERDICT, ...JSON.parse(broken) }
  const diagnosis = { schema: 'rungs.diagnosis/1', verdict, findings: [] }
  process.stdout.write(`${JSON.stringify(diagnosis)}\n`)
  return works ? 0 : 1
}

async function lab([word, ...rest]: readonly string[]): Promise<number | null> {
  const names = rest.filter((option) => !option.startsWith('-'))
  const has = (option: string): boolean => rest.includes(option)
  if (word === 'list') return labList(around, { json: has('--json') })
  if (word === 'up') return labUp(around, { fresh: has('--fresh') })
  if (word === 'break') return labBreak(around, names[0] ?? '')
  if (word === 'down') return labDown(around)
  if (word === 'check')
    return labCheck(around, { target: names[0] ?? null, clientOnly: false, flags: [] })
  if (word === 'score') {
    const oracle = has('--oracle')
    return labScore(around, { names, parallel: 2, oracle, json: has('--json'), markdown: null })
  }
  return innerMain([word ?? '', ...rest], around)
}

const [word, ...rest] = process.argv.slice(2)
try {
  const code =
    word === 'check' ? fakeCheck(rest) : word === 'demo' ? await demo(around) : await lab(rest)
  if (code !== null) process.stdout.write('', () => process.exit(code))
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exit(controller.signal.aborted ? 130 : 2)
}
