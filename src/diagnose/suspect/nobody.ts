/** Somebody looked for a neighbour and found nobody: at the end of the path, or behind a forwarding. */
import type { Accusation, Weight } from '../check.ts'
import { on, suspect } from '../suspicion.ts'

/**
 * Later than the first retransmission (1 s, RFC 6298 §2.1), by which a rule's error has surfaced:
 * somebody first asked for the neighbour.
 */
export const SLOW_ERROR_MS: number = 1500

/** The far address takes the packets and passes them on to a host that does not answer. */
export const forwardedToNobody = (because: string, port: number, weight: Weight): Accusation =>
  suspect('nat.wrong-target', 'path', {
    because: `${because}: the port is forwarded to a host that is not there`,
    weight,
    tellApart: on(
      'the host that forwards',
      'nft list ruleset; iptables -t nat -S PREROUTING',
      `a rule that sends port ${port} to a host that does not answer`,
    ),
  })

/** The last router finds nobody: the host is off, unplugged, down, or behind a dead port. */
export const nobodyThere = (because: string, weight: Weight, slow = false): Accusation[] => [
  suspect('link.neighbour-failed', 'path', {
    because: `${because}: the last router finds nobody with that address`,
    weight,
    tellApart: on('the last router', 'ip neigh', 'FAILED for the address'),
  }),
  suspect('physical.no-carrier', 'server', {
    because: 'the server may be unplugged or off',
    tellApart: on('server', 'ip -br link', 'NO-CARRIER'),
  }),
  suspect('link.down', 'server', {
    because: "the server's interface may be down",
    tellApart: on('server', 'ip -br link', 'no UP among the flags'),
  }),
  // A rule rejects at once; a router that asks for a neighbour does so for three seconds.
  ...(slow
    ? []
    : [
        suspect('firewall.path-reject', 'path', {
          because: 'a router may only say so by a rule',
          tellApart: on(
            'the last router',
            'nft list ruleset; iptables -S FORWARD',
            'a rule that rejects',
          ),
        }),
      ]),
]
