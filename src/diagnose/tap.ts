/** Captures on the client and, with access, on the server and the routers, while the attempts are made. The live one is in `host/tap/`. */
import type { Blind, Point } from './passage/point.ts'
import type { Endpoint } from './probes.ts'

export type Tap = {
  /**
   * Watches packets to and from these endpoints from now on. `near` is resolved in a moment, once the hosts that are seen from here
   * are watched; `all` once every host is, or cannot be.
   */
  readonly watch: (endpoints: readonly Endpoint[]) => {
    readonly near: Promise<void>
    readonly all: Promise<void>
  }
  /** What was seen until now. */
  readonly collect: () => Promise<Tapped>
}

export type Tapped = {
  readonly points: readonly Point[]
  readonly blind: readonly Blind[]
  /** Until when, in milliseconds since 1970 by the client's clock. */
  readonly untilMs: number
}
