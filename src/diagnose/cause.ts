/**
 * The catalogue: every cause that a verdict can name, its rung, the sides on which it can lie, and
 * which other causes it explains, so that a consequence is never reported as the reason.
 */
import type { Layer, Side } from './diagnosis.ts'

/** The rung, the sides (client, path, server; the usual one first), and what it is, to follow "because". */
const CATALOGUE = {
  'physical.no-device': { layer: 1, sides: 'CS', title: 'there is no network device' },
  'physical.no-driver': { layer: 1, sides: 'CS', title: 'a network device has no driver' },
  'physical.no-carrier': {
    layer: 1,
    sides: 'CS',
    title: 'the interface has no carrier: nothing is connected to it',
  },
  'physical.errors': { layer: 1, sides: 'CS', title: 'the link damages frames' },
  'wifi.blocked': { layer: 1, sides: 'C', title: 'the radio is blocked' },
  'wifi.not-associated': {
    layer: 1,
    sides: 'C',
    title: 'the wireless interface has joined no network',
  },
  'wifi.weak-signal': { layer: 1, sides: 'C', title: 'the wireless signal is too weak' },
  'link.down': { layer: 2, sides: 'CS', title: 'the interface is administratively down' },
  'link.bridge-port': {
    layer: 2,
    sides: 'SP',
    title: 'a bridge port is missing or does not forward',
  },
  'link.vlan-mismatch': {
    layer: 2,
    sides: 'CS',
    title: 'the port is in another VLAN or wants authentication',
  },
  'link.neighbour-failed': {
    layer: 2,
    sides: 'CPS',
    title: 'an on-link host does not answer ARP or ND',
  },
  'link.neighbour-wrong': {
    layer: 2,
    sides: 'CS',
    title: 'a neighbour entry holds the wrong MAC address',
  },
  'link.duplicate-address': { layer: 2, sides: 'CS', title: 'two hosts answer for one address' },
  'link.checksum': { layer: 2, sides: 'CS', title: 'checksums are wrong' },
  'address.none': { layer: 3, sides: 'CS', title: 'the interface has no usable address' },
  'address.link-local-only': { layer: 3, sides: 'C', title: 'DHCP gave no address' },
  'address.wrong-prefix': {
    layer: 3,
    sides: 'CS',
    title: 'the prefix length of an address is wrong',
  },
  'address.not-on-server': {
    layer: 3,
    sides: 'S',
    title: 'the address is on no interface of the server',
  },
  'address.duplicate-detected': {
    layer: 3,
    sides: 'CS',
    title: 'duplicate address detection failed',
  },
  'address.ipv6-broken': { layer: 3, sides: 'CPS', title: 'IPv6 is announced and does not work' },
  'service.network-down': { layer: 3, sides: 'CS', title: 'the networking service is not running' },
  'route.none': { layer: 3, sides: 'CSP', title: 'no route leads there' },
  'route.rejecting': { layer: 3, sides: 'CSP', title: 'a route rejects the destination' },
  'route.gateway-dead': { layer: 3, sides: 'CS', title: 'the next hop does not answer' },
  'route.wrong-egress': { layer: 3, sides: 'CS', title: 'the route leaves by the wrong interface' },
  'route.overlap': { layer: 3, sides: 'CS', title: 'a local prefix covers the remote address' },
  'route.return-missing': { layer: 3, sides: 'SP', title: 'the reply finds no way back' },
  'route.asymmetric': {
    layer: 3,
    sides: 'SP',
    title: 'the reply takes another way and is dropped there',
  },
  'route.reverse-path-filter': {
    layer: 3,
    sides: 'SP',
    title: 'the reverse path filter drops the packets',
  },
  'route.forwarding-off': { layer: 3, sides: 'PS', title: 'a router does not forward' },
  'route.loop': { layer: 3, sides: 'P', title: 'routers send the packets in a circle' },
  'route.dead-end': { layer: 3, sides: 'P', title: 'a router has no way further' },
  'nat.no-masquerade': {
    layer: 3,
    sides: 'PS',
    title: 'private source addresses leave untranslated',
  },
  'nat.wrong-target': {
    layer: 3,
    sides: 'PS',
    title: 'a port forwarding leads to the wrong place',
  },
  'nat.hairpin': { layer: 3, sides: 'PS', title: 'the public address does not work from inside' },
  'nat.conntrack-full': { layer: 3, sides: 'PS', title: 'the connection tracking table is full' },
  'mtu.black-hole': {
    layer: 3,
    sides: 'P',
    title: 'large packets vanish on the path and nobody says so',
  },
  'mtu.local-mismatch': {
    layer: 3,
    sides: 'CS',
    title: 'the interface sends larger packets than its link carries',
  },
  'path.loss': { layer: 3, sides: 'CPS', title: 'packets are lost on the way' },
  'path.slow': { layer: 3, sides: 'P', title: 'the path is far slower than it should be' },
  'dns.no-resolver': { layer: 3, sides: 'C', title: 'no name server is configured' },
  'dns.unreachable': { layer: 3, sides: 'CP', title: 'the name servers do not answer' },
  'dns.server-error': { layer: 3, sides: 'PS', title: 'the name servers answer with an error' },
  'dns.no-such-name': { layer: 3, sides: 'S', title: 'the name does not exist' },
  'dns.no-address': { layer: 3, sides: 'S', title: 'the name has no address' },
  'dns.wrong-answer': { layer: 3, sides: 'CPS', title: 'the name leads to a wrong address' },
  'dns.hosts-override': { layer: 3, sides: 'C', title: 'the hosts file overrides the DNS' },
  'dns.slow': {
    layer: 3,
    sides: 'CP',
    title: 'the first name server times out, another one answers',
  },
  'tcp.no-listener': { layer: 4, sides: 'S', title: 'nothing listens on the port' },
  'tcp.bound-to-loopback': { layer: 4, sides: 'S', title: 'the service listens on loopback only' },
  'tcp.bound-elsewhere': {
    layer: 4,
    sides: 'S',
    title: 'the service listens on another address or port',
  },
  'tcp.accept-queue-full': {
    layer: 4,
    sides: 'S',
    title: 'the accept queue of the service is full',
  },
  'tcp.ports-exhausted': { layer: 4, sides: 'C', title: 'no local port is left' },
  'tcp.frozen': { layer: 4, sides: 'S', title: 'the process behind the port does not run on' },
  'service.slow-greeting': {
    layer: 4,
    sides: 'S',
    title: 'the service answers only after seconds',
  },
  'tcp.zero-window': { layer: 4, sides: 'CS', title: 'the receiver has closed its window' },
  'tcp.stalled': {
    layer: 4,
    sides: 'CPS',
    title: 'data is sent again and again and never acknowledged',
  },
  'tcp.idle-cut': { layer: 4, sides: 'P', title: 'something cuts idle connections' },
  'tcp.reset': { layer: 4, sides: 'PS', title: 'the connection is reset after data' },
  'udp.port-unreachable': { layer: 4, sides: 'S', title: 'nothing listens on the UDP port' },
  'firewall.egress-drop': {
    layer: 4,
    sides: 'CS',
    title: 'a firewall rule of the sender drops the packets',
  },
  'firewall.egress-reject': {
    layer: 4,
    sides: 'CS',
    title: 'a firewall rule of the sender rejects the packets',
  },
  'firewall.ingress-drop': {
    layer: 4,
    sides: 'SC',
    title: 'a firewall rule of the receiver drops the packets',
  },
  'firewall.ingress-reject': {
    layer: 4,
    sides: 'S',
    title: 'a firewall rule of the server rejects the packets',
  },
  'firewall.ingress-reset': {
    layer: 4,
    sides: 'S',
    title: 'a firewall rule of the server resets the connection',
  },
  'firewall.forward-drop': {
    layer: 4,
    sides: 'SP',
    title: 'a forwarding firewall drops the packets',
  },
  'firewall.path-drop': { layer: 4, sides: 'P', title: 'something on the path drops the packets' },
  'firewall.forward-reject': {
    layer: 4,
    sides: 'SP',
    title: 'a forwarding firewall rejects the packets',
  },
  'firewall.path-reject': {
    layer: 4,
    sides: 'P',
    title: 'something on the path rejects the packets',
  },
  'firewall.path-reset': {
    layer: 4,
    sides: 'P',
    title: 'something on the path resets the connection',
  },
  'firewall.redirect': {
    layer: 4,
    sides: 'CPS',
    title: 'a firewall rule redirects the connection elsewhere',
  },
  'firewall.banned': { layer: 4, sides: 'S', title: "the client's address is banned" },
  'firewall.bpf-drop': { layer: 4, sides: 'CS', title: 'a BPF program drops the packets' },
  'session.accepted-then-closed': {
    layer: 5,
    sides: 'S',
    title: 'the server closes without having said a byte',
  },
  'session.login-refused': { layer: 5, sides: 'S', title: 'the login is refused' },
  'proxy.broken': { layer: 5, sides: 'CP', title: 'the configured proxy does not work' },
  'proxy.required': { layer: 5, sides: 'CP', title: 'only the proxy leads out' },
  'portal.captive': {
    layer: 5,
    sides: 'P',
    title: 'a captive portal answers in place of the server',
  },
  'tls.not-tls': { layer: 6, sides: 'S', title: 'the port does not speak TLS' },
  'tls.expired': { layer: 6, sides: 'S', title: 'the certificate is not valid at this time' },
  'tls.clock-skew': { layer: 6, sides: 'CS', title: 'a clock is wrong' },
  'tls.wrong-name': { layer: 6, sides: 'S', title: 'the certificate is for another name' },
  'tls.untrusted': { layer: 6, sides: 'SC', title: 'the certificate has no trusted issuer' },
  'tls.no-common-version': {
    layer: 6,
    sides: 'SC',
    title: 'client and server have no TLS version or cipher in common',
  },
  'tls.client-certificate': {
    layer: 6,
    sides: 'C',
    title: 'the server wants a certificate of the client',
  },
  'tls.intercepted': {
    layer: 6,
    sides: 'P',
    title: 'something on the path replaces the certificate',
  },
  'service.stopped': { layer: 7, sides: 'S', title: 'the service is stopped' },
  'service.crash-loop': { layer: 7, sides: 'S', title: 'the service crashes again and again' },
  'service.no-resources': { layer: 7, sides: 'S', title: 'the service is out of resources' },
  'service.denied': { layer: 7, sides: 'S', title: 'the service denies access' },
  'service.rate-limited': { layer: 7, sides: 'S', title: 'the service limits the rate' },
  'ssh.key-exchange': {
    layer: 7,
    sides: 'CS',
    title: 'the two ends have no key exchange in common',
  },
  'service.wrong-protocol': { layer: 7, sides: 'SC', title: 'another service answers on the port' },
  'http.server-error': { layer: 7, sides: 'S', title: 'the application fails' },
  'http.upstream-down': {
    layer: 7,
    sides: 'S',
    title: 'the backend behind the server does not answer',
  },
  'http.redirect-loop': { layer: 7, sides: 'S', title: 'the redirects lead in a circle' },
  'http.not-found': { layer: 7, sides: 'S', title: 'the path or the virtual host does not exist' },
  'ftp.data-channel': { layer: 7, sides: 'CPS', title: 'the data connection of FTP fails' },
  'smtp.refused': { layer: 7, sides: 'S', title: 'the mail server refuses' },
} as const

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
    (/^(link\.neighbour-failed|address|route|path|mtu|dns\.(unreachable|slow))/.test(code) &&
      // A choice of this host, whatever carries it.
      !/^route\.(overlap|wrong-egress|rejecting)$/.test(code)) ||
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
  'link.bridge-port': beyond(),
  'link.neighbour-wrong': beyond(),
  'service.network-down': ['address.none', 'address.link-local-only', 'route.none', 'link.down'],
  'address.none': ['route.none', 'route.gateway-dead', 'dns.unreachable', 'address.ipv6-broken'],
  'address.link-local-only': [
    'route.none',
    'route.gateway-dead',
    'dns.unreachable',
    'address.none',
  ],
  'address.wrong-prefix': [
    'link.neighbour-failed',
    'route.none',
    'route.gateway-dead',
    'dns.unreachable',
    'firewall.path-drop',
    'route.return-missing',
  ],
  'address.not-on-server': ['firewall.path-drop', 'dns.wrong-answer', 'link.neighbour-failed'],
  'address.duplicate-detected': ['address.none', 'address.ipv6-broken', 'link.duplicate-address'],
  'route.none': ['dns.unreachable', 'address.ipv6-broken'],
  'route.rejecting': [
    'route.none',
    'dns.unreachable',
    'address.ipv6-broken',
    'route.return-missing',
  ],
  'route.gateway-dead': [
    'link.neighbour-failed',
    'dns.unreachable',
    'address.ipv6-broken',
    'firewall.path-drop',
  ],
  'route.wrong-egress': [
    'physical.no-carrier',
    'route.gateway-dead',
    'link.neighbour-failed',
    'firewall.path-drop',
    'address.ipv6-broken',
  ],
  'route.overlap': [
    'physical.no-carrier',
    'link.neighbour-failed',
    'route.wrong-egress',
    'firewall.path-drop',
    'dns.unreachable',
  ],
  'route.return-missing': [
    'route.gateway-dead',
    'firewall.path-drop',
    'address.ipv6-broken',
    'route.reverse-path-filter',
  ],
  'route.reverse-path-filter': ['address.ipv6-broken', 'route.asymmetric'],
  'route.forwarding-off': [
    'firewall.path-drop',
    'dns.unreachable',
    'address.ipv6-broken',
    'route.dead-end',
  ],
  'route.loop': ['route.dead-end', 'firewall.path-drop', 'address.ipv6-broken'],
  'route.dead-end': ['firewall.path-drop', 'address.ipv6-broken', 'dns.unreachable'],
  'mtu.local-mismatch': ['mtu.black-hole'],
  'mtu.black-hole': ['tcp.frozen', 'tcp.stalled', 'service.slow-greeting'],
  'path.loss': ['tcp.stalled'],
  'dns.no-resolver': ['dns.unreachable'],
  'dns.hosts-override': [
    'dns.wrong-answer',
    'link.neighbour-failed',
    'service.wrong-protocol',
    'tls.wrong-name',
    'tls.untrusted',
    'tcp.no-listener',
    'firewall.path-drop',
    'firewall.ingress-drop',
    'route.none',
    'address.not-on-server',
    'route.dead-end',
  ],
  'dns.wrong-answer': [
    'service.wrong-protocol',
    'tls.wrong-name',
    'tls.untrusted',
    'http.not-found',
    'tcp.no-listener',
    'firewall.path-drop',
    'firewall.ingress-drop',
    'link.neighbour-failed',
    'route.dead-end',
  ],
  'service.stopped': ['tcp.no-listener', 'udp.port-unreachable', 'http.upstream-down'],
  'service.crash-loop': [
    'service.stopped',
    'tcp.no-listener',
    'session.accepted-then-closed',
    'http.upstream-down',
  ],
  'tcp.frozen': [
    'tcp.accept-queue-full',
    'service.slow-greeting',
    'firewall.ingress-drop',
    'http.upstream-down',
  ],
  'tcp.bound-to-loopback': ['tcp.no-listener'],
  'tcp.bound-elsewhere': ['tcp.no-listener'],
  'firewall.egress-drop': [
    'dns.unreachable',
    'address.ipv6-broken',
    'route.gateway-dead',
    'route.return-missing',
    'firewall.path-drop',
    'mtu.black-hole',
  ],
  'firewall.egress-reject': [
    'dns.unreachable',
    'address.ipv6-broken',
    'firewall.path-reject',
    'firewall.path-reset',
    'route.rejecting',
  ],
  'firewall.ingress-drop': ['address.ipv6-broken', 'dns.unreachable', 'firewall.path-drop'],
  'firewall.ingress-reject': ['address.ipv6-broken', 'tcp.no-listener', 'firewall.path-reject'],
  'firewall.ingress-reset': ['tcp.no-listener', 'address.ipv6-broken', 'firewall.path-reset'],
  'firewall.forward-drop': ['firewall.path-drop', 'address.ipv6-broken', 'dns.unreachable'],
  'firewall.forward-reject': ['firewall.path-reject', 'firewall.path-reset', 'address.ipv6-broken'],
  'firewall.banned': [
    'firewall.ingress-drop',
    'firewall.ingress-reject',
    'firewall.ingress-reset',
    'firewall.path-drop',
    'firewall.path-reject',
    'tcp.no-listener',
  ],
  'firewall.path-drop': ['address.ipv6-broken'],
  'firewall.path-reject': ['address.ipv6-broken'],
  'firewall.path-reset': ['tcp.no-listener', 'address.ipv6-broken'],
  'firewall.redirect': [
    'service.wrong-protocol',
    'tls.not-tls',
    'tls.wrong-name',
    'tls.untrusted',
    'http.not-found',
    'tcp.no-listener',
    'session.accepted-then-closed',
  ],
  'nat.wrong-target': [
    'firewall.redirect',
    'service.wrong-protocol',
    'tcp.no-listener',
    'tls.not-tls',
    'tls.wrong-name',
  ],
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
