/**
 * Where packets of a trial were seen, by the counters of net/ipv4/proc.c and net/ipv6/proc.c, and
 * which causes that clears: what arrived was not dropped before, what did not was not dropped there.
 */
import type { CauseCode } from './cause.ts'
import type { Acquittal } from './check.ts'
import type { Evidence } from './diagnosis.ts'
import type { Family } from './probes.ts'
import type { Change } from './trial.ts'

/** What would be seen at the server and not before it. */
export const AT_SERVER: readonly CauseCode[] = [
  'firewall.ingress-drop',
  'firewall.ingress-reject',
  'firewall.ingress-reset',
  'tcp.accept-queue-full',
  'route.reverse-path-filter',
  'route.return-missing',
  'address.not-on-server',
  'tcp.no-listener',
]
/** What would keep packets from arriving. */
export const BEFORE_SERVER: readonly CauseCode[] = [
  'firewall.egress-drop',
  'firewall.egress-reject',
  'firewall.path-drop',
  'firewall.path-reject',
  'firewall.path-reset',
  'route.forwarding-off',
  'route.dead-end',
  'route.loop',
]

/** A cause that is cleared stays possible on a side that was not looked at. */
const ONLY: Partial<Readonly<Record<CauseCode, Acquittal['side']>>> = {
  'firewall.egress-drop': 'client',
  'firewall.egress-reject': 'client',
  'firewall.ingress-drop': 'server',
  'route.return-missing': 'server',
}

/** Clears causes for one reason, each on the side that was looked at. */
export const clear = (
  causes: readonly CauseCode[],
  because: string,
  side?: Acquittal['side'],
): Acquittal[] =>
  causes.map((cause) => {
    const only = side ?? ONLY[cause]
    return { cause, because, ...(only && { side: only }) }
  })

/**
 * How many packets of the family can have come in by a wire: no more than the interfaces counted,
 * which carry other protocols too, and no more than IP did, which counts loopback as well.
 */
export const arrived = (change: Change, family: Family): number =>
  Math.min(
    change.received ?? Number.POSITIVE_INFINITY,
    change.grew(family === 4 ? 'IpInReceives' : 'Ip6InReceives'),
  )

/** A kernel counter that grew during the trial, as evidence. */
export const delta = (change: Change, name: string): Evidence => ({
  host: change.inquiry.host.name,
  source: 'counter',
  command: `nstat -azs ${name}`,
  lines: [],
  delta: { name, before: change.before(name), after: change.before(name) + change.grew(name) },
})
