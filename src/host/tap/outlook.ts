/** What watches one host, whichever way: it gathers what passes until it is closed. */
import type { Collector } from '../../diagnose/passage/collector.ts'

export type Outlook = {
  readonly collector: Collector
  /** Resolved once it watches, or failed. */
  readonly ready: Promise<void>
  /** Why it does not watch, and what that takes; null while all is well. */
  readonly failure: () => { readonly because: string; readonly needs: string | null } | null
  /** Packets that were lost for want of room. */
  readonly lost: () => number
  /** Since when it watches; null as long as it does not. */
  readonly sinceMs: () => number | null
  /** Gathers what is there and not yet handed over, as far as that takes but a moment. */
  readonly settle: () => Promise<void>
  readonly close: () => Promise<void>
  /** The command that would show the same. */
  readonly command: string
}

/** Resolves after a while; keeps no process alive. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
