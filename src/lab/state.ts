/**
 * What is remembered of a lab that is up: its nodes, its services with their processes, its break.
 * It lies in /run, which is private in a private world, so a stale file means a lab that died.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { namespaceOf } from './topology.ts'

const STATE_FILE = '/run/rungs-lab/state.json'

/** A running service: the process and the words after `rungs lab serve`. */
export type Running = { readonly pid: number; readonly words: readonly string[] }

export type LabState = {
  readonly topology: string
  readonly nodes: readonly string[]
  /** By `node/service`. */
  readonly services: Readonly<Record<string, Running>>
  /** The fault or oddity that is in place; null where all is as built. */
  readonly broken: string | null
}

/** The lab that is up in these namespaces; null where there is none. */
export function readState(): LabState | null {
  try {
    return JSON.parse(readFileSync(STATE_FILE, 'utf8')) as LabState
  } catch {
    return null
  }
}

/** Remembers `state`. */
export function writeState(state: LabState): void {
  mkdirSync(dirname(STATE_FILE), { recursive: true })
  writeFileSync(STATE_FILE, `${JSON.stringify(state, null, 2)}\n`)
}

/** Forgets the lab. */
export const removeState = (): void => rmSync(dirname(STATE_FILE), { recursive: true, force: true })

/** True where every node of the remembered lab still exists; else it died, with a restart say. */
export const isWhole = (state: LabState): boolean =>
  state.nodes.every((node) => existsSync(`/run/netns/${namespaceOf(node)}`))

/** True where nothing of a node is left, neither its namespace nor its files. */
export const isForgotten = (node: string): boolean =>
  !['/run/netns', '/etc/netns'].some((place) => existsSync(join(place, namespaceOf(node))))
