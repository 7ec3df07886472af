/**
 * The kernel's own word: what it dropped, and which resets it sent, while attempts were made. It speaks for its whole machine, all
 * network namespaces of it. The live one is in `host/kernel-word/`.
 */
import type { Drop, Reset } from '../facts/drop-trace.ts'
import type { Role } from './host.ts'

/** What one kernel told. */
export type Testimony = {
  /** The hosts that this kernel runs. */
  readonly hosts: readonly { readonly name: string; readonly role: Role }[]
  readonly drops: readonly Drop[]
  /** Null where this kernel does not tell of resets. */
  readonly resets: readonly Reset[] | null
  /** Events that did not fit. */
  readonly lost: number
  /** The command that shows the same. */
  readonly command: string
}

/** A kernel that told nothing, and why. */
export type Mute = {
  readonly hosts: Testimony['hosts']
  readonly because: string
  readonly needs: string | null
}

export const isMute = (one: Testimony | Mute): one is Mute => 'because' in one

/** Kernels that are listened to until `stop`. */
export type Hearing = { readonly stop: () => Promise<readonly (Testimony | Mute)[]> }

export type KernelWord = {
  /** Listens to the kernels of all hosts; resolved once each of them tells, or does not. */
  readonly listen: () => Promise<Hearing>
}
