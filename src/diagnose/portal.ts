/**
 * Captive portals (RFC 8952): the network answers in place of every server until somebody logs in.
 * The control is an address that nobody has: it belongs to no service and is routed nowhere, so who
 * answers there is the network between (192.0.0.8, RFC 7600 §6; 100::/64, RFC 6666).
 */
import { familyOf } from '../wire/address.ts'
import type { Endpoint, Family } from './probes.ts'
import { untilCounted } from './reached.ts'
import { speaksHttp, type Visit } from './visit.ts'
import type { Visits, Witness } from './witness.ts'

const NOBODY: Readonly<Record<Family, string>> = { 4: '192.0.0.8', 6: '100::1' }
const PORT = 80
/** A portal is on the same site: it answers long before a first retransmission (1 s, RFC 6298). */
const PORTAL_TIMEOUT_MS = 400

/** RFC 6585 §6: said by the network, never by the server. */
const LOGIN_REQUIRED = 511

/** `example.org` of `www.example.org`; an address stands for itself. */
const siteOf = (host: string): string =>
  familyOf(host) ? host : host.replace(/\.$/, '').split('.').slice(-2).join('.')

/** Where a redirect leads to another site; null where it does not. */
function strayed({ used, redirects }: Visits): Visit | null {
  const home = used ? siteOf(used.errand.host) : ''
  return redirects.find(({ errand }) => siteOf(errand.host) !== home) ?? null
}

/** What was found of a portal. */
export type Portal = {
  /** The visit that it answered in place of the server. */
  readonly instead: Visit
  /** The answer of the address that nobody has; null where the status said enough. */
  readonly nobody: Visit | null
  /** Where the login is, as far as it is told. */
  readonly login: string | null
}

/** Whether the visits look as they do behind a portal. */
function suspicious(visits: Visits, failing: Visit | null): Visit | null {
  const { used, last } = visits
  const told = [used, last].find((one) => one?.code === LOGIN_REQUIRED)
  if (told) return told
  if (strayed(visits)) return used
  // Behind a portal TLS is replaced, broken off or not let through; only plain HTTP is answered.
  const isShut =
    failing?.stage === 'tls' || failing?.stage === 'connect' || failing?.stage === 'closed'
  return failing && isShut && speaksHttp(failing.errand.scheme) ? failing : null
}

/**
 * Whether both addresses are known to leave by different ways. A portal stands on the way out: what
 * is on-link, or behind another next hop, does not pass it.
 */
async function partWays(witness: Witness, one: string, other: string): Promise<boolean> {
  const [here, there] = await Promise.all(
    [one, other].map((address) => witness.route(witness.client, address)),
  )
  return (
    here?.known === true &&
    there?.known === true &&
    (here.value.device !== there.value.device || here.value.gateway !== there.value.gateway)
  )
}

/** Looks for a portal where the visits call for it; null where there is none. */
export async function findPortal(witness: Witness): Promise<Portal | null> {
  const visits = await witness.visits()
  const suspect = suspicious(visits, await witness.failing())
  if (!suspect) return null
  if (suspect.code === LOGIN_REQUIRED)
    return { instead: suspect, nobody: null, login: suspect.head?.headers.get('location') ?? null }
  const { family, address } = suspect.endpoint
  if (await partWays(witness, address, NOBODY[family])) return null
  await untilCounted(witness)
  const endpoint: Endpoint = { address: NOBODY[family], family, port: PORT }
  const knock = await witness.probes.connect(endpoint, PORTAL_TIMEOUT_MS)
  if (knock.outcome !== 'connected') return null
  const errand = { scheme: 'http', host: suspect.errand.host, port: PORT, path: '/' } as const
  const nobody = await witness.visitAs(errand, endpoint)
  if (nobody.code === null) return null
  return { instead: suspect, nobody, login: nobody.head?.headers.get('location') ?? null }
}
