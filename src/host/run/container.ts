/**
 * A container as a host, by the program of its engine. The engine is asked of it first: why a
 * container cannot be entered is in its state. Root on the container's own machine reads the network
 * from outside; all else runs inside, under timeout(1) where the container has it, since the end of
 * the engine's program would leave the command running there.
 */
import {
  type Answer,
  CONTAINER,
  type Host,
  type Role,
  type RunOptions,
} from '../../diagnose/host.ts'
import { inquire } from '../../diagnose/inquiry.ts'
import type { ContainerDetail } from '../../facts/docker-inspect.ts'
import type { Output } from '../../facts/source.ts'
import type { Engine } from './engine.ts'
import { type Entrance, openEntrance } from './entrance.ts'
import { readStatus, readTimeout, underTimeout } from './far-side.ts'
import { gate } from './gate.ts'
import { localHost } from './local.ts'
import { DEFAULT_TIMEOUT_MS, holdArgv, runArgv } from './spawn.ts'

/** Each command costs the engine a process of its own; more at a time only wait for each other. */
const MOST_AT_ONCE = 6

/** How long the program of the engine itself may take on top. */
const ENGINE_MS = 1000

/** What is known once the engine was asked. */
type Found = {
  readonly detail: ContainerDetail
  readonly entrance: Entrance | null
  /** Whether there is a timeout(1) inside; asked for by the first command that runs there. */
  readonly timed: () => Promise<boolean>
}

const unreachable = (argv: readonly string[], because: string): Output => ({
  argv,
  stdout: '',
  stderr: `${because}\n`,
  code: null,
  failure: 'unreachable',
  tookMs: 0,
})

/** Why a container that the engine knows cannot be entered. */
function whyClosed({ program, name }: Engine, { state, exitCode, error }: ContainerDetail): string {
  const status = exitCode === null ? '' : ` (exit code ${exitCode})`
  const told = error === '' ? '' : `: ${error}`
  return `${program} says that ${name} does not run: ${state}${status}${told}`
}

/** Why the engine could not tell, with what helps. */
function whyUnknown(
  { hints }: Engine,
  answer: Extract<Answer<ContainerDetail>, { known: false }>,
): string {
  const hint = hints.find(([words]) => words.test(answer.because))?.[1]
  const needs = answer.needs === null ? '' : ` (package ${answer.needs})`
  return `${answer.because}${needs}${hint ? `; ${hint}` : ''}`
}

/** The container that `engine` reaches. */
export function containerHost(engine: Engine, access: string, hostName: string, role: Role): Host {
  const machine = inquire(localHost('client', 'client'))
  const enter = gate(MOST_AT_ONCE)
  let found: Promise<Found | string> | null = null

  const inside = async (argv: readonly string[], detail: ContainerDetail, asked: RunOptions) => {
    const timeoutMs = (asked.timeoutMs ?? DEFAULT_TIMEOUT_MS) + ENGINE_MS
    return engine.read(await runArgv(engine.enter(argv, detail), { ...asked, timeoutMs }))
  }

  const look = async (): Promise<Found | string> => {
    const answer = await machine.ask(engine.question)
    if (!answer.known) return whyUnknown(engine, answer)
    const detail = answer.value
    if (detail.state !== 'running') return whyClosed(engine, detail)
    let timed: Promise<boolean> | null = null
    return {
      detail,
      entrance: openEntrance(detail),
      timed: () => {
        timed ??= inside(underTimeout(['true'], DEFAULT_TIMEOUT_MS), detail, {}).then(
          ({ code }) => code === 0,
        )
        return timed
      },
    }
  }

  /** What the container lacks is tried once: each attempt costs the engine a process. */
  const first = new Map<string, Promise<Output>>()
  const unlessMissing = async (argv: readonly string[], task: () => Promise<Output>) => {
    const [program = ''] = argv
    const known = first.get(program)
    if (!known) {
      const attempt = task()
      first.set(program, attempt)
      return attempt
    }
    const before = await known
    return before.failure === 'missing' ? { ...before, argv, tookMs: 0 } : task()
  }

  const run = async (argv: readonly string[], asked: RunOptions = {}): Promise<Output> => {
    found ??= look()
    const there = await found
    if (typeof there === 'string') return unreachable(argv, there)
    const { detail, entrance, timed } = there
    const outside = await entrance?.run(argv, asked)
    if (outside) return outside
    return unlessMissing(argv, () =>
      enter(async () => {
        const timeoutMs = asked.timeoutMs ?? DEFAULT_TIMEOUT_MS
        const command = (await timed()) ? underTimeout(argv, timeoutMs) : argv
        const came = await inside(command, detail, asked)
        return { ...readTimeout(readStatus(came), timeoutMs), argv }
      }),
    )
  }

  return {
    name: hostName,
    role,
    access,
    limits: CONTAINER,
    outside: {
      engine: engine.program,
      name: engine.name,
      inspect: () => machine.ask(engine.question),
    },
    run,
    vantage: async () => {
      found ??= look()
      const there = await found
      if (typeof there === 'string') return { because: there }
      if (there.entrance) return { kind: 'network', path: there.entrance.network }
      // The input is kept open (-i): its end tells the script to stop.
      const [program = '', verb = '', ...rest] = engine.enter(['sh'], there.detail)
      const argv = [program, verb, '-i', ...rest]
      return { kind: 'program', run: (script, ears) => holdArgv(argv, script, ears) }
    },
    close: async () => {
      const there = await found
      if (there && typeof there !== 'string') there.entrance?.close()
    },
  }
}
