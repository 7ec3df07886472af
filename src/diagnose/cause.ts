/**
 * The catalogue: every cause that a verdict can name, its rung, the sides on which it can lie, and
 * which other causes it explains, so that a consequence is never reported as the reason.
 */
import type { Layer, Side } from './diagnosis.ts'

type Entry = {
  readonly layer: Layer
  readonly sides: string
  /** What it is, for people; begins in lower case and fits after "because". */
  readonly title: string
}

const entry = (layer: Layer, sides: string, title: string): Entry => ({ layer, sides, title })

const CATALOGUE = {
  'physical.no-device': entry(1, 'CS', 'there is no network device'),
  'physical.no-driver': entry(1, 'CS', 'a network device has no driver'),
  'physical.no-carrier': entry(1, 'CS', 'the interface has no carrier: nothing is connected to it'),
  'physical.errors': entry(1, 'CS', 'the link damages frames'),
  'wifi.blocked': entry(1, 'C', 'the radio is blocked'),
  'wifi.not-associated': entry(1, 'C', 'the wireless interface has joined no network'),
  'wifi.weak-signal': entry(1, 'C', 'the wireless signal is too weak'),
  'link.down': entry(2, 'CS', 'the interface is administratively down'),
  'link.bridge-port': entry(2, 'SP', 'a bridge port is missing or does not forward'),
  'link.vlan-mismatch': entry(2, 'CS', 'the port is in another VLAN or wants authentication'),
  'link.neighbour-failed': entry(2, 'CPS', 'an on-link host does not answer ARP or ND'),
  'link.neighbour-wrong': entry(2, 'CS', 'a neighbour entry holds the wrong MAC address'),
  'link.duplicate-address': entry(2, 'CS', 'two hosts answer for one address'),
  'link.checksum': entry(2, 'CS', 'checksums are wrong'),
  'address.none': entry(3, 'CS', 'the interface has no usable address'),
  'address.link-local-only': entry(3, 'C', 'DHCP gave no address'),
  'address.wrong-prefix': entry(3, 'CS', 'the prefix length of an address is wrong'),
  'address.not-on-server': entry(3, 'S', 'the address is on no interface of the server'),
  'address.duplicate-detected': entry(3, 'CS', 'duplicate address detection failed'),
  'address.ipv6-broken': entry(3, 'CPS', 'IPv6 is announced and does not work'),
  'service.network-down': entry(3, 'CS', 'the networking service is not running'),
  'route.none': entry(3, 'CSP', 'no route leads there'),
  'route.rejecting': entry(3, 'CSP', 'a route rejects the destination'),
  'route.gateway-dead': entry(3, 'CS', 'the next hop does not answer'),
  'route.wrong-egress': entry(3, 'CS', 'the route leaves by the wrong interface'),
  'route.overlap': entry(3, 'CS', 'a local prefix covers the remote address'),
  'route.return-missing': entry(3, 'SP', 'the reply finds no way back'),
  'route.asymmetric': entry(3, 'SP', 'the reply takes another way and is dropped there'),
  'route.reverse-path-filter': entry(3, 'SP', 'the reverse path filter drops the packets'),
  'route.forwarding-off': entry(3, 'PS', 'a router does not forward'),
  'route.loop': entry(3, 'P', 'routers send the packets in a circle'),
  'route.dead-end': entry(3, 'P', 'a router has no way further'),
  'nat.no-masquerade': entry(3, 'PS', 'private source addresses leave untranslated'),
  'nat.wrong-target': entry(3, 'PS', 'a port forwarding leads to the wrong place'),
  'nat.hairpin': entry(3, 'PS', 'the public address does not work from inside'),
  'nat.conntrack-full': entry(3, 'PS', 'the connection tracking table is full'),
  'mtu.black-hole': entry(3, 'P', 'large packets vanish on the path and nobody says so'),
  'mtu.local-mismatch': entry(3, 'CS', 'the interface sends larger packets than its link carries'),
  'path.loss': entry(3, 'CPS', 'packets are lost on the way'),
  'path.slow': entry(3, 'P', 'the path is far slower than it should be'),
  'dns.no-resolver': entry(3, 'C', 'no name server is configured'),
  'dns.unreachable': entry(3, 'CP', 'the name servers do not answer'),
  'dns.server-error': entry(3, 'PS', 'the name servers answer with an error'),
  'dns.no-such-name': entry(3, 'S', 'the name does not exist'),
  'dns.no-address': entry(3, 'S', 'the name has no address'),
  'dns.wrong-answer': entry(3, 'CPS', 'the name leads to a wrong address'),
  'dns.hosts-override': entry(3, 'C', 'the hosts file overrides the DNS'),
  'dns.slow': entry(3, 'CP', 'the first name server times out, another one answers'),
  'tcp.no-listener': entry(4, 'S', 'nothing listens on the port'),
  'tcp.bound-to-loopback': entry(4, 'S', 'the service listens on loopback only'),
  'tcp.bound-elsewhere': entry(4, 'S', 'the service listens on another address or port'),
  'tcp.accept-queue-full': entry(4, 'S', 'the accept queue of the service is full'),
  'tcp.ports-exhausted': entry(4, 'C', 'no local port is left'),
  'tcp.frozen': entry(4, 'S', 'the process behind the port does not run on'),
  'service.slow-greeting': entry(4, 'S', 'the service answers only after seconds'),
  'tcp.zero-window': entry(4, 'CS', 'the receiver has closed its window'),
  'tcp.stalled': entry(4, 'CPS', 'data is sent again and again and never acknowledged'),
  'tcp.idle-cut': entry(4, 'P', 'something cuts idle connections'),
  'tcp.reset': entry(4, 'PS', 'the connection is reset after data'),
  'udp.port-unreachable': entry(4, 'S', 'nothing listens on the UDP port'),
  'firewall.egress-drop': entry(4, 'CS', 'a firewall rule of the sender drops the packets'),
  'firewall.egress-reject': entry(4, 'CS', 'a firewall rule of the sender rejects the packets'),
  'firewall.ingress-drop': entry(4, 'SC', 'a firewall rule of the receiver drops the packets'),
  'firewall.ingress-reject': entry(4, 'S', 'a firewall rule of the server rejects the packets'),
  'firewall.ingress-reset': entry(4, 'S', 'a firewall rule of the server resets the connection'),
  'firewall.forward-drop': entry(4, 'SP', 'a forwarding firewall drops the packets'),
  'firewall.path-drop': entry(4, 'P', 'something on the path drops the packets'),
  'firewall.forward-reject': entry(4, 'SP', 'a forwarding firewall rejects the packets'),
  'firewall.path-reject': entry(4, 'P', 'something on the path rejects the packets'),
  'firewall.path-reset': entry(4, 'P', 'something on the path resets the connection'),
  'firewall.redirect': entry(4, 'CPS', 'a firewall rule redirects the connection elsewhere'),
  'firewall.banned': entry(4, 'S', "the client's address is banned"),
  'firewall.bpf-drop': entry(4, 'CS', 'a BPF program drops the packets'),
  'session.accepted-then-closed': entry(5, 'S', 'the server closes without having said a byte'),
  'session.login-refused': entry(5, 'S', 'the login is refused'),
  'proxy.broken': entry(5, 'CP', 'the configured proxy does not work'),
  'proxy.required': entry(5, 'CP', 'only the proxy leads out'),
  'portal.captive': entry(5, 'P', 'a captive portal answers in place of the server'),
  'tls.not-tls': entry(6, 'S', 'the port does not speak TLS'),
  'tls.expired': entry(6, 'S', 'the certificate is not valid at this time'),
  'tls.clock-skew': entry(6, 'CS', 'a clock is wrong'),
  'tls.wrong-name': entry(6, 'S', 'the certificate is for another name'),
  'tls.untrusted': entry(6, 'SC', 'the certificate has no trusted issuer'),
  'tls.no-common-version': entry(6, 'SC', 'client and server have no TLS version or cipher in common'),
  'tls.client-certificate': entry(6, 'C', 'the server wants a certificate of the client'),
  'tls.intercepted': entry(6, 'P', 'something on the path replaces the certificate'),
  'service.stopped': entry(7, 'S', 'the service is stopped'),
  'service.crash-loop': entry(7, 'S', 'the service crashes again and again'),
  'service.no-resources': entry(7, 'S', 'the service is out of resources'),
  'service.denied': entry(7, 'S', 'the service denies access'),
  'service.rate-limited': entry(7, 'S', 'the service limits the rate'),
  'ssh.key-exchange': entry(7, 'CS', 'the two ends have no key exchange in common'),
  'service.wrong-protocol': entry(7, 'SC', 'another service answers on the port'),
  'http.server-error': entry(7, 'S', 'the application fails'),
  'http.upstream-down': entry(7, 'S', 'the backend behind the server does not answer'),
  'http.redirect-loop': entry(7, 'S', 'the redirects lead in a circle'),
  'http.not-found': entry(7, 'S', 'the path or the virtual host does not exist'),
  'ftp.data-channel': entry(7, 'CPS', 'the data connection of FTP fails'),
  'smtp.refused': entry(7, 'S', 'the mail server refuses'),
} as const satisfies Readonly<Record<string, Entry>>

export type CauseCode = keyof typeof CATALOGUE

/** Every code, in the order of the rungs. */
export const CAUSE_CODES: readonly CauseCode[] = Object.keys(CATALOGUE) as CauseCode[]

const SIDES: Readonly<Record<string, Side>> = { C: 'client', P: 'path', S: 'server' }

export const causeLayer = (code: CauseCode): Layer => CATALOGUE[code].layer
export const causeTitle = (code: CauseCode): string => CATALOGUE[code].title

/** The sides on which a cause can lie, the usual one first. */
export const causeSides = (code: CauseCode): readonly Side[] =>
  [...CATALOGUE[code].sides].flatMap((letter) => SIDES[letter] ?? [])

/** What cannot work when packets do not leave, do not arrive or do not come back. */
const DELIVERY: readonly CauseCode[] = CAUSE_CODES.filter(
  (code) =>
    /^(link\.neighbour-failed|address|route|path|mtu|dns\.(unreachable|slow))/.test(code) ||
    /^firewall\.path-(drop|reject)$/.test(code),
)
const beyond = (...codes: CauseCode[]): readonly CauseCode[] => [...DELIVERY, ...codes]

/** Which causes are consequences of which. */
const EXPLAINS: Partial<Readonly<Record<CauseCode, readonly CauseCode[]>>> = {
  'physical.no-device': beyond('physical.no-driver', 'link.down'),
  'physical.no-driver': beyond('physical.no-device', 'link.down'),
  'physical.no-carrier': beyond('link.vlan-mismatch', 'service.network-down'),
  'wifi.blocked': beyond('wifi.not-associated', 'physical.no-carrier', 'link.down'),
  'wifi.not-associated': beyond('physical.no-carrier'),
  'link.down': beyond('service.network-down', 'physical.no-carrier'),
  'link.neighbour-wrong': beyond(),
  'service.network-down': ['address.none', 'address.link-local-only', 'route.none', 'link.down'],
  'address.none': ['route.none', 'route.gateway-dead', 'dns.unreachable', 'address.ipv6-broken'],
  'address.link-local-only': ['route.none', 'route.gateway-dead', 'dns.unreachable', 'address.none'],
  'address.wrong-prefix': ['link.neighbour-failed', 'route.none', 'route.gateway-dead', 'dns.unreachable', 'firewall.path-drop', 'route.return-missing'],
  'address.not-on-server': ['firewall.path-drop', 'dns.wrong-answer', 'link.neighbour-failed'],
  'address.duplicate-detected': ['address.none', 'address.ipv6-broken', 'link.duplicate-address'],
  'route.none': ['dns.unreachable', 'address.ipv6-broken'],
  'route.rejecting': ['route.none', 'dns.unreachable', 'address.ipv6-broken', 'route.return-missing'],
  'route.gateway-dead': ['link.neighbour-failed', 'dns.unreachable', 'address.ipv6-broken', 'firewall.path-drop'],
  'route.wrong-egress': ['route.gateway-dead', 'link.neighbour-failed', 'firewall.path-drop', 'address.ipv6-broken'],
  'route.overlap': ['link.neighbour-failed', 'route.wrong-egress', 'firewall.path-drop', 'dns.unreachable'],
  'route.return-missing': ['route.gateway-dead', 'firewall.path-drop', 'address.ipv6-broken', 'route.reverse-path-filter'],
  'route.reverse-path-filter': ['address.ipv6-broken', 'route.asymmetric'],
  'route.forwarding-off': ['firewall.path-drop', 'dns.unreachable', 'address.ipv6-broken', 'route.dead-end'],
  'route.loop': ['route.dead-end', 'firewall.path-drop', 'address.ipv6-broken'],
  'route.dead-end': ['firewall.path-drop', 'address.ipv6-broken', 'dns.unreachable'],
  'mtu.local-mismatch': ['mtu.black-hole'],
  'mtu.black-hole': ['tcp.frozen', 'tcp.stalled', 'service.slow-greeting'],
  'path.loss': ['tcp.stalled'],
  'dns.no-resolver': ['dns.unreachable'],
  'dns.hosts-override': ['dns.wrong-answer', 'link.neighbour-failed', 'service.wrong-protocol', 'tls.wrong-name', 'tls.untrusted', 'tcp.no-listener', 'firewall.path-drop', 'firewall.ingress-drop', 'route.none', 'address.not-on-server', 'route.dead-end'],
  'dns.wrong-answer': ['service.wrong-protocol', 'tls.wrong-name', 'tls.untrusted', 'http.not-found', 'tcp.no-listener', 'firewall.path-drop', 'firewall.ingress-drop', 'link.neighbour-failed', 'route.dead-end'],
  'service.stopped': ['tcp.no-listener', 'udp.port-unreachable', 'http.upstream-down'],
  'service.crash-loop': ['service.stopped', 'tcp.no-listener', 'session.accepted-then-closed', 'http.upstream-down'],
  'tcp.frozen': ['tcp.accept-queue-full', 'service.slow-greeting', 'firewall.ingress-drop', 'http.upstream-down'],
  'tcp.bound-to-loopback': ['tcp.no-listener'],
  'tcp.bound-elsewhere': ['tcp.no-listener'],
  'firewall.egress-drop': ['dns.unreachable', 'address.ipv6-broken', 'route.gateway-dead', 'route.return-missing', 'firewall.path-drop', 'mtu.black-hole'],
  'firewall.egress-reject': ['dns.unreachable', 'address.ipv6-broken', 'firewall.path-reject', 'firewall.path-reset', 'route.rejecting'],
  'firewall.ingress-drop': ['address.ipv6-broken', 'dns.unreachable', 'firewall.path-drop'],
  'firewall.ingress-reject': ['address.ipv6-broken', 'tcp.no-listener', 'firewall.path-reject'],
  'firewall.ingress-reset': ['tcp.no-listener', 'address.ipv6-broken', 'firewall.path-reset'],
  'firewall.forward-drop': ['firewall.path-drop', 'address.ipv6-broken', 'dns.unreachable'],
  'firewall.forward-reject': ['firewall.path-reject', 'firewall.path-reset', 'address.ipv6-broken'],
  'firewall.path-drop': ['address.ipv6-broken'],
  'firewall.path-reject': ['address.ipv6-broken'],
  'firewall.path-reset': ['tcp.no-listener', 'address.ipv6-broken'],
  'firewall.redirect': ['service.wrong-protocol', 'tls.not-tls', 'tls.wrong-name', 'tls.untrusted', 'http.not-found', 'tcp.no-listener', 'session.accepted-then-closed'],
  'nat.wrong-target': ['firewall.redirect', 'service.wrong-protocol', 'tcp.no-listener', 'tls.not-tls', 'tls.wrong-name'],
  'nat.conntrack-full': ['firewall.path-drop', 'path.loss'],
  'proxy.required': ['firewall.path-drop', 'firewall.path-reject', 'dns.unreachable'],
  'portal.captive': ['tls.wrong-name', 'tls.untrusted', 'service.wrong-protocol'],
  'tls.clock-skew': ['tls.expired'],
  'tls.intercepted': ['tls.untrusted', 'tls.wrong-name'],
  'tls.not-tls': ['service.wrong-protocol'],
}

/** Every cause that `code` explains, through others as well. */
export function explainedBy(code: CauseCode): ReadonlySet<CauseCode> {
  const found = new Set<CauseCode>()
  const open: CauseCode[] = [code]
  for (let next = open.pop(); next; next = open.pop())
    for (const consequence of EXPLAINS[next] ?? [])
      if (consequence !== code && !found.has(consequence)) {
        found.add(consequence)
        open.push(consequence)
      }
  return found
}
