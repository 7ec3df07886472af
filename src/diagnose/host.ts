/**
 * A host: a place where reading commands run. Live ones are in the room `host/`; a recorded or
 * pasted one answers from text. A check never knows which it asks.
 */
import type { Engine } from '../facts/docker.ts'
import type { ContainerDetail } from '../facts/docker-inspect.ts'
import type { Output, Question } from '../facts/source.ts'

/** Who a host is in a diagnosis. A router stands between the two ends. */
export type Role = 'client' | 'server' | 'router'

export type RunOptions = {
  /** After this time the command is stopped and the output says `timeout`. */
  readonly timeoutMs?: number
  /** More output than this is cut and said to be `too-large`. */
  readonly maxBytes?: number
}

/**
 * Whose the things are that a host shows. What belongs to the machine around it says nothing of
 * this host alone.
 */
export type Limits = {
  /** Network cards, their drivers and the kernel's modules. */
  readonly devices: 'own' | 'machine'
  /** Services of an init system; `seldom`: most such hosts run none, and lack nothing by it. */
  readonly units: 'own' | 'machine' | 'seldom'
}

/** A machine of its own, or one that looks so from inside. */
export const MACHINE: Limits = { devices: 'own', units: 'own' }

/** A network namespace: all but the network belongs to the machine; ip-netns(8). */
export const NAMESPACE: Limits = { devices: 'machine', units: 'machine' }

/** A container: /sys shows the machine's devices, and an init system is seldom inside. */
export const CONTAINER: Limits = { devices: 'machine', units: 'seldom' }

/** A host that is a container, as it is seen from outside. */
export type Outside = {
  readonly engine: Engine | 'kubectl'
  /** What the engine calls it: `web`, `shop/web-0`. */
  readonly name: string
  /** What the engine says of it, asked once, on the machine where `rungs` runs. */
  readonly inspect: () => Promise<Answer<ContainerDetail>>
}

/** Who is told what a program prints while it runs. */
export type Ears = {
  readonly onBytes: (bytes: Uint8Array) => void
  /** What it says beside, on its standard error. */
  readonly onWords: (text: string) => void
  /** It is over: by itself, or because the way to it broke. */
  readonly onEnd: () => void
}

/** A program that goes on running on a host. */
export type Running = {
  /** Ends it, there too. Resolves once it is gone, or is given up. */
  readonly stop: () => Promise<void>
}

/**
 * From where the packets of a host can be seen: its network can be entered from here by a file of
 * network_namespaces(7), null being our own; or a program there tells. The program is a script for
 * `sh`, whose standard input ends when it is to stop or we are gone.
 */
export type Vantage =
  | { readonly kind: 'network'; readonly path: string | null }
  | { readonly kind: 'program'; readonly run: (script: string, ears: Ears) => Running }

export type Host = {
  /** `client`, `server` or a router's name: what evidence and remedies call it. */
  readonly name: string
  readonly role: Role
  /** How it is reached: `local`, `netns://NAME`, `ssh://root@www`, `recorded`. */
  readonly access: string
  readonly limits: Limits
  /** Only of a container; it answers where the container itself does not. */
  readonly outside?: Outside
  /** Runs a reading command to its end. Never throws; a failure is in the output. */
  readonly run: (argv: readonly string[], options?: RunOptions) => Promise<Output>
  /** From where its packets can be seen; absent where they cannot, as of a recorded host. */
  readonly vantage?: () => Promise<Vantage | { readonly because: string }>
  /** Ends whatever was opened to reach the host. */
  readonly close: () => Promise<void>
}

/** What came of a question. */
export type Answer<T> =
  | { readonly known: true; readonly value: T; readonly output: Output }
  | { readonly known: false; readonly because: string; readonly needs: string | null }

/** Asks questions of one host, each at most once unless a fresh answer is wanted. */
export type Inquiry = {
  readonly host: Host
  readonly ask: <T>(question: Question<T>) => Promise<Answer<T>>
  /** Asks again, for what changes during the diagnosis (counters, queues, neighbours). */
  readonly askAgain: <T>(question: Question<T>) => Promise<Answer<T>>
  /** Runs a command once; a second call with the same arguments shares its output. */
  readonly run: (argv: readonly string[], options?: RunOptions) => Promise<Output>
}
