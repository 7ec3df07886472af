/** The end of the process without waiting for its threads: _exit(2). */
import { createRequire } from 'node:module'

/** Ends the process at once; returns only where the library that calls libc is missing. */
export function leaveNow(code: number): void {
  try {
    const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi')
    koffi.load(null).func('void _exit(int)')(code)
  } catch {
    // The process ends all the same, once the resolver gives up.
  }
}
