/** How the kernel of this machine sees a connection of ours: /proc/net/tcp and tcp6, proc_net_tcp(5). */
import { readFileSync } from 'node:fs'
import type { Endpoint } from '../../diagnose/probes.ts'
import { parseStanding, type Standing } from '../../facts/proc-net-sockets.ts'

/** How the connection from the port `local` stands, also one that was just closed; null where it is not known. */
export function readStanding(to: Endpoint, local: number): Standing | null {
  try {
    const text = readFileSync(to.family === 6 ? '/proc/net/tcp6' : '/proc/net/tcp', 'latin1')
    return parseStanding(text, local, to.port)
  } catch {
    return null
  }
}
