/**
 * What the system's own resolver says: getaddrinfo(3), without AI_ADDRCONFIG, so that an address of
 * a family that this machine has not is seen as well. A call that hangs cannot be taken back, and a
 * process waits for its threads; where one is still out, the process leaves without waiting.
 */
import { lookup as getaddrinfo } from 'node:dns'
import { printable } from '../../base/printable.ts'
import type { Lookup } from '../../diagnose/probes.ts'
import { leaveNow } from '../kernel/leave.ts'
import { killAll } from '../run/spawn.ts'

let hanging = 0
let guarded = false

function leaveWithoutWaiting(): void {
  if (guarded) return
  guarded = true
  process.on('exit', (code) => {
    if (hanging === 0) return
    killAll()
    leaveNow(code)
  })
}

type Resolved = Pick<Lookup, 'addresses' | 'errno'>

function resolveAll(name: string, timeoutMs: number): Promise<Resolved> {
  return new Promise((resolve) => {
    let late = false
    const timer = setTimeout(() => {
      late = true
      hanging++
      leaveWithoutWaiting()
      resolve({ addresses: [], errno: 'timeout' })
    }, timeoutMs)
    const done = (error: NodeJS.ErrnoException | null, found: Lookup['addresses']): void => {
      clearTimeout(timer)
      if (late) hanging--
      resolve({ addresses: found, errno: error?.code ?? (found.length === 0 ? 'ENOTFOUND' : null) })
    }
    // Node warns about an empty name instead of looking for it.
    if (name === '') return done(null, [])
    getaddrinfo(name, { all: true, verbatim: true }, (error, found) => {
      const addresses = (found ?? []).map(({ address, family }) => ({
        address,
        family: family === 6 ? (6 as const) : (4 as const),
      }))
      done(error, error ? [] : addresses)
    })
  })
}

/**
 * Asks the system for the addresses of `name`. After a `timeout`, end the process by
 * `process.exit`: nothing else ends it before the resolver gives up. Never throws.
 */
export async function probeLookup(name: string, timeoutMs: number): Promise<Lookup> {
  const began = performance.now()
  const nothing = (errno: string): Resolved => ({ addresses: [], errno })
  const { addresses, errno } = await resolveAll(name, timeoutMs).catch((error) =>
    nothing(error.code ?? 'ENOTFOUND'),
  )
  const tookMs = performance.now() - began
  const lines =
    errno === null
      ? addresses.map(({ address }) => address)
      : [`${printable(name)}: ${errno} after ${Math.round(tookMs)} ms`]
  return { command: `getent ahosts ${printable(name)}`, lines, addresses, errno, tookMs }
}
