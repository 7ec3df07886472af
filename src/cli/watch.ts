/** Waiting that ends in time, and at once when the user wants to stop. */
import { Interrupted } from './command.ts'

/** Resolves after that time, rejects when the user wants to stop. */
export function watch(
  ms: number,
  signal: AbortSignal,
): { readonly over: Promise<'overdue'>; readonly end: () => void } {
  let end = (): void => {}
  const over = new Promise<'overdue'>((resolve, reject) => {
    const stop = (): void => reject(new Interrupted('interrupted; nothing had been changed'))
    const timer = setTimeout(() => resolve('overdue'), ms)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  })
  return { over, end }
}

/** Waits; rejects when the user wants to stop. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { over, end } = watch(ms, signal)
  return over.then(() => {}).finally(end)
}
