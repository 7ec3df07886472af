/**
 * A scripted network: hosts that answer commands from recorded text, and probes that find what a
 * test says. Nothing is sent, and time is vitest's: `inFakeTime` lets hours pass at once.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import { type ClimbOptions, climb } from '../../src/diagnose/climb.ts'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import { type Host, type Limits, NAMESPACE } from '../../src/diagnose/host.ts'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { isNoTarget, parseTarget, type Target } from '../../src/diagnose/target.ts'
import { openWitness, type Witness } from '../../src/diagnose/witness.ts'
import type { Output } from '../../src/facts/source.ts'
import { type Script, scriptedProbes } from './scripted-probes.ts'

/** What a command gives: its standard output, or more of it, or one after the other. */
export type Given = string | Partial<Output>
export type Outputs = Readonly<Record<string, Given | readonly Given[]>>

export type ScriptedHost = Host & {
  /** The commands that were run, in order. */
  readonly ran: readonly string[]
}

/** A host by its words: `outputs` by the arguments joined by spaces; what is not there is missing. */
export function scriptedHost(options: {
  readonly name?: string
  readonly role?: Host['role']
  readonly outputs?: Outputs
  readonly limits?: Limits
  readonly access?: string
}): ScriptedHost {
  const { name = 'client', role = 'client', outputs = {}, limits = NAMESPACE } = options
  const ran: string[] = []
  return {
    name,
    role,
    access: options.access ?? 'recorded',
    limits,
    ran,
    run: async (argv) => {
      const command = argv.join(' ')
      const times = ran.filter((one) => one === command).length
      ran.push(command)
      const told = outputs[command] ?? { failure: 'missing', code: null }
      const turns = Array.isArray(told) ? (told as readonly Given[]) : [told as Given]
      const given = turns[Math.min(times, turns.length - 1)] ?? ''
      const rest = typeof given === 'string' ? { stdout: given } : given
      return { argv, stdout: '', stderr: '', code: 0, failure: null, tookMs: 1, ...rest }
    },
    close: async () => {},
  }
}

/**
 * What a host said, from test/diagnose/data: each command after `## `, `→ N` where it ended with
 * status N, its error text after `2> `; a command that was run again gives each answer in turn.
 */
export function recorded(name: string): Outputs {
  const text = readFileSync(join(import.meta.dirname, 'data', `${name}.txt`), 'utf8')
  const outputs: Record<string, Given[]> = {}
  for (const part of text.split(/^## /m).slice(1)) {
    const [heading = '', ...lines] = part.split('\n')
    const [, command = '', status = '0'] = /^(.*?)(?: → (\d+))?$/.exec(heading) ?? []
    const isError = (line: string): boolean => line.startsWith('2> ')
    outputs[command] = [
      ...(outputs[command] ?? []),
      {
        stdout: lines.filter((line) => !isError(line)).join('\n'),
        stderr: lines
          .filter(isError)
          .map((line) => `${line.slice(3)}\n`)
          .join(''),
        code: Number(status),
      },
    ]
  }
  return outputs
}

export const target = (text: string): Target => {
  const parsed = parseTarget(text)
  if (isNoTarget(parsed)) throw new Error(parsed.error)
  return parsed
}

export type Scene = {
  /** Null for the machine's own ladder. */
  readonly target: string | null
  /** What the hosts say; without a server it cannot be asked. */
  readonly client?: Outputs
  readonly server?: Outputs | null
  readonly routers?: Readonly<Record<string, Outputs>>
  readonly probes?: Script
  readonly family?: 4 | 6 | null
  readonly timeoutMs?: number
  readonly idleMs?: number
}

type Set = Omit<ClimbOptions, 'tool' | 'privilege' | 'token'>

/** The hosts and probes of a scene. */
function stage(scene: Scene): Set {
  const { client = {}, server = null, routers = {}, family = null, timeoutMs = 12_000 } = scene
  return {
    target: scene.target === null ? null : target(scene.target),
    client: scriptedHost({ outputs: client }),
    server: server && scriptedHost({ name: 'server', role: 'server', outputs: server }),
    routers: Object.entries(routers).map(([name, outputs]) =>
      scriptedHost({ name, role: 'router', outputs }),
    ),
    probes: scriptedProbes(scene.probes),
    family,
    timeoutMs,
    idleMs: scene.idleMs ?? null,
  }
}

/** The witness of a scene; parts of it may be given ready-made. */
export function witnessOf(scene: Scene, parts: Partial<Set> = {}): Witness {
  const set = { ...stage(scene), ...parts }
  return openWitness({
    ...set,
    client: inquire(set.client),
    server: set.server && inquire(set.server),
    routers: set.routers.map(inquire),
    userAgent: 'rungs/0.0.0 (token)',
    token: 'token',
  })
}

/** The diagnosis that a scene leads to, in no time. */
export const diagnose = (scene: Scene, parts: Partial<ClimbOptions> = {}): Promise<Diagnosis> =>
  inFakeTime(() =>
    climb({ ...stage(scene), tool: 'rungs 0.0.0', privilege: 'root', token: 'token', ...parts }),
  )

const STEP_MS = 10
/** What has not ended by then never will. */
const FOREVER_MS = 120_000

/** Runs `act` with a clock that advances as fast as it can. */
export async function inFakeTime<T>(act: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({
    now: Date.UTC(2026, 10, 20, 12),
    toFake: ['setTimeout', 'clearTimeout', 'Date'],
  })
  try {
    let open = true
    const result = act().finally(() => {
      open = false
    })
    result.catch(() => {})
    for (let ms = 0; open; ms += STEP_MS) {
      if (ms > FOREVER_MS) throw new Error('it never ends')
      await vi.advanceTimersByTimeAsync(STEP_MS)
    }
    return await result
  } finally {
    vi.useRealTimers()
  }
}
