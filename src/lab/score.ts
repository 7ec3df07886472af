/** The score: every fault and oddity in a world of its own, several side by side, graded. */
import { availableParallelism } from 'node:os'
import { FAULT_KINDS, type Fault, type FaultKind, loadFaults } from './fault.ts'
import { type Graded, gradeTrial, isGood } from './grade.ts'
import { run } from './run.ts'
import { LabError, type LabSurroundings } from './surroundings.ts'
import type { Trial } from './trial.ts'
import { INSIDE, inNewWorld, requireWorlds } from './world.ts'

export type ScoreOptions = {
  /** Names of faults and oddities; empty: all. */
  readonly names: readonly string[]
  /** Worlds at a time; null: half of the processors. */
  readonly parallel: number | null
  /** Ask curl whether each fault is one, in place of `rungs check`. */
  readonly oracle: boolean
  readonly json: boolean
}

/** What one trial may take, with its remedies. */
const TRIAL_TIMEOUT_MS = 600_000

const failed = (fault: Fault, crash: string): Trial => ({
  fault: fault.name,
  skipped: null,
  upMs: 0,
  withServer: fault.server === null ? null : { said: null, crash, tookMs: 0 },
  clientOnly: { said: null, crash, tookMs: 0 },
  second: null,
  mended: null,
  remedies: [],
  oracle: { expected: false, lines: [crash] },
  traces: null,
})

/** Tries a fault in a new private world. */
export async function runTrial(
  around: LabSurroundings,
  fault: Fault,
  onlyOracle: boolean,
): Promise<Trial> {
  const words = ['lab', 'trial', fault.name, ...(onlyOracle ? ['--oracle'] : [])]
  const ran = await run(inNewWorld(around.isRoot, [...around.program, ...words]), {
    timeoutMs: TRIAL_TIMEOUT_MS,
    environment: { ...around.environment, [INSIDE]: '1' },
    signal: around.signal,
  })
  around.signal.throwIfAborted()
  try {
    return JSON.parse(ran.stdout) as Trial
  } catch {
    return failed(fault, ran.stderr.trim().split('\n').at(-1) ?? `exit ${ran.code}`)
  }
}

type Job = { readonly fault: Fault; readonly kind: FaultKind }

function jobsOf(names: readonly string[]): Job[] {
  const all = FAULT_KINDS.flatMap((kind) => loadFaults(kind).map((fault) => ({ fault, kind })))
  const strange = names.find((name) => !all.some(({ fault }) => fault.name === name))
  if (strange !== undefined)
    throw new LabError(`there is no fault or oddity ${strange}; \`rungs lab list\` shows them`)
  return names.length === 0 ? all : all.filter(({ fault }) => names.includes(fault.name))
}

/** Runs all jobs, `parallel` at a time, and tells of each as it ends; in the order of the jobs. */
export async function scoreAll(
  around: LabSurroundings,
  options: ScoreOptions,
  onGraded: (graded: Graded, done: number, all: number) => void,
): Promise<Graded[]> {
  await requireWorlds(around.isRoot)
  const jobs = jobsOf(options.names)
  const parallel = options.parallel ?? Math.max(1, Math.floor(availableParallelism() / 2))
  const results: Graded[] = []
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < jobs.length; index = next++) {
      const job = jobs[index]
      if (!job) return
      const trial = await runTrial(around, job.fault, options.oracle)
      const graded = gradeTrial(job.fault, job.kind, trial)
      results[index] = graded
      onGraded(graded, ++done, jobs.length)
    }
  }
  await Promise.all(Array.from({ length: parallel }, work))
  return results
}

/** 0 where every result is good, else 1. */
export const scoreExit = (results: readonly Graded[]): number => (results.every(isGood) ? 0 : 1)
