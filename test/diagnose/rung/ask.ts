/**
 * One check of a scene, asked alone. The hosts speak from recordings in `data/rung`, which were
 * made by the tools in network namespaces: a client (10.77.1.2), a router and a server (10.77.2.2).
 */
import { execFileSync } from 'node:child_process'
import { expect } from 'vitest'
import { causeSides } from '../../../src/diagnose/cause.ts'
import type { Accusation, Check, Ruling } from '../../../src/diagnose/check.ts'
import { type Inquiry, type Limits, MACHINE } from '../../../src/diagnose/host.ts'
import { LADDER } from '../../../src/diagnose/ladder.ts'
import type { Probes } from '../../../src/diagnose/probes.ts'
import type { Witness } from '../../../src/diagnose/witness.ts'
import {
  inFakeTime,
  type Outputs,
  recorded,
  type Scene,
  scriptedHost,
  witnessOf,
} from '../scene.ts'

/** What a host said while it was so: `client-down`, over what it says where all is well. */
export const told = (state: string): Outputs => {
  const [host = ''] = state.split('-')
  return state === host || host === 'switch'
    ? recorded(`rung/${state}`)
    : { ...recorded(`rung/${host}`), ...recorded(`rung/${state}`) }
}

/** A host without one of its tools: every command that begins so is missing. */
export const without = (outputs: Outputs, ...tools: readonly string[]): Outputs =>
  Object.fromEntries(
    Object.entries(outputs).filter(([command]) => !tools.includes(command.split(' ')[0] ?? '')),
  )

/** No answer from the server at all, to connections and to pings. */
export const SILENCE = {
  connect: { '10.77.2.2': 'timeout' },
  ping: { '10.77.2.2': { received: 0 } },
}

/** Nothing can be sent there, and the kernel says so at once. */
export const NO_WAY = {
  connect: { '10.77.2.2': 'ENETUNREACH' },
  ping: { '10.77.2.2': { received: 0 } },
  neighbour: { '10.77.2.2': { outcome: 'silent', macs: [] } },
} as const

export type Asked = Partial<Scene> & {
  /** Who is asked; the client where it is not said. */
  readonly of?: 'client' | 'server' | 'router'
  /** A machine of its own, whose devices and units are its own. */
  readonly machine?: boolean
  /** Whose devices and units a host shows, where it is neither a machine nor a namespace. */
  readonly limits?: Limits
  readonly probe?: (usual: Probes) => Partial<Probes>
}

const chosen = (witness: Witness, of: Asked['of']): Inquiry => {
  const found =
    of === 'server' ? witness.server : of === 'router' ? witness.routers[0] : witness.client
  if (!found) throw new Error(`the scene has no ${of}`)
  return found
}

/** Asks `check` of one host. Every accusation in the answer is held to what all must keep. */
export async function ask(check: Check, asked: Asked = {}): Promise<Ruling> {
  const { of = 'client', machine = false, limits = machine ? MACHINE : null } = asked
  const { probe, ...rest } = asked
  const scene: Scene = { target: 'http://10.77.2.2', client: told('client'), ...rest }
  const lone = (name: 'client' | 'server', outputs: Outputs) =>
    scriptedHost({ name, role: name, outputs, ...(limits && { limits }) })
  const usual = witnessOf(scene)
  const witness = witnessOf(scene, {
    ...(limits && { client: lone('client', scene.client ?? {}) }),
    ...(limits && scene.server && { server: lone('server', scene.server) }),
    ...(probe && { probes: { ...usual.probes, ...probe(usual.probes) } }),
  })
  const ruling = await inFakeTime(() => check.rule(witness, chosen(witness, of)))
  holdToRules(ruling)
  return ruling
}

/** What must be true of every ruling, whatever it says. */
function holdToRules({ status, summary, unknown, accuses = [] }: Ruling): void {
  expect(summary).not.toBe('')
  expect(status === 'unknown').toBe(unknown !== undefined)
  if (status === 'pass' || status === 'skip' || status === 'unknown') expect(accuses).toEqual([])
  for (const { cause, side, because, remedies = [] } of accuses) {
    expect(causeSides(cause), `${cause} on ${side}`).toContain(side)
    expect(because).not.toBe('')
    for (const { command, undo, host, turnsGreen } of remedies) {
      expect(host).not.toBe('')
      expect(LADDER.map(({ id }) => id)).toContain(turnsGreen)
      for (const line of undo === null ? [command] : [command, undo]) expectScript(line)
    }
  }
}

/** A shell takes it for a script. It is not run. */
export const expectScript = (line: string): void => {
  expect(line).not.toMatch(/\n|undefined|(?<!\/dev\/)null|\bIF\b|\[object/)
  execFileSync('/bin/sh', ['-n', '-c', line], { stdio: 'pipe' })
}

/** The only accusation of a ruling. */
export function only({ accuses = [] }: Ruling): Accusation {
  expect(accuses).toHaveLength(1)
  const [accusation] = accuses
  if (!accusation) throw new Error('nobody is accused')
  return accusation
}

/** The commands that would mend it. */
export const commands = (ruling: Ruling): string[] =>
  (ruling.accuses ?? []).flatMap(({ remedies = [] }) => remedies.map(({ command }) => command))
