/** The client's active tests on this machine, as the process that runs them. */
import type { Probes } from '../../diagnose/probes.ts'
import { watchIcmp } from '../kernel/icmp-watch.ts'
import { watchSegments } from '../kernel/tcp-watch.ts'
import { probeConnect } from './connect.ts'
import { probeDns } from './dns.ts'
import { probeExchange } from './exchange.ts'
import { probeLargeWrite } from './large-write.ts'
import { probeLookup } from './lookup.ts'
import { probeNeighbour } from './neighbour.ts'
import { probePing } from './ping.ts'
import { probeSegment } from './segment.ts'

/** Whose sockets are made here: those of the effective user. */
function owner(): Probes['owner'] {
  const [user, group] = [process.geteuid?.(), process.getegid?.()]
  return user === undefined || group === undefined ? null : { user, group }
}

/** Every probe, live. */
export const liveProbes = (): Probes => ({
  lookup: probeLookup,
  dns: probeDns,
  connect: probeConnect,
  exchange: probeExchange,
  largeWrite: probeLargeWrite,
  ping: probePing,
  segment: probeSegment,
  neighbour: probeNeighbour,
  watchIcmp,
  watchSegments,
  environment: process.env,
  owner: owner(),
  now: Date.now,
})
