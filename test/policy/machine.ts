/** Hosts and packets for tests, from the text of the tools. */
import { parseIpAddressText } from '../../src/facts/ip-address-text.ts'
import { parseIpRouteText } from '../../src/facts/ip-route-text.ts'
import { parseIpRuleText } from '../../src/facts/ip-rule.ts'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftText } from '../../src/facts/nft.ts'
import type { RuleSet } from '../../src/facts/rule-set.ts'
import type { Party, Wording } from '../../src/policy/asked.ts'
import type { Machine } from '../../src/policy/journey.ts'
import type { Packet } from '../../src/policy/packet.ts'
import type { Routing } from '../../src/policy/routing.ts'

const must = <T>(value: T | null): T => {
  if (value === null) throw new Error('nothing was read')
  return value
}

/** The first segment of a connection from outside to this host. */
export const syn: Packet = {
  family: 4,
  protocol: 'tcp',
  source: '10.0.0.9',
  destination: '10.0.0.1',
  sourcePort: null,
  destinationPort: 443,
  inputDevice: 'eth0',
  outputDevice: null,
  state: 'new',
  syn: true,
  icmpType: null,
}

/** A base chain of the table `inet t`, or a regular one, and tables around them. */
export const base = (name: string, head: string, ...rules: readonly string[]): string =>
  `chain ${name} {\ntype ${head}\n${rules.join('\n')}\n}\n`
export const chain = (name: string, ...rules: readonly string[]): string =>
  `chain ${name} {\n${rules.join('\n')}\n}\n`
export const table = (name: string, ...chains: readonly string[]): string =>
  `table inet ${name} {\n${chains.join('')}}\n`

/** Rule sets as the tools list them. */
export const nft = (...tables: readonly string[]): RuleSet => must(parseNftText(tables.join('')))
export const iptables = (text: string, family: 4 | 6 = 4): RuleSet =>
  must(parseIptablesSave(text, family))

/**
 * A host with the devices eth0 (10.0.0.1/24, fd00::1/64) and eth1 (10.1.0.1/24, fd00:1::1/64), a
 * default route by eth1, and forwarding.
 */
export function routing(
  more: {
    readonly routes?: readonly string[]
    readonly rules?: readonly string[]
    readonly parameters?: Readonly<Record<string, string>>
  } = {},
): Routing {
  const addresses = `1: lo: <LOOPBACK,UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
    inet6 ::1/128 scope host
2: eth0: <BROADCAST,UP> mtu 1500
    inet 10.0.0.1/24 scope global eth0
    inet6 fd00::1/64 scope global
3: eth1: <BROADCAST,UP> mtu 1500
    inet 10.1.0.1/24 scope global eth1
    inet6 fd00:1::1/64 scope global
`
  const four = [
    'local 10.0.0.1 dev eth0 table local proto kernel scope host src 10.0.0.1',
    'local 10.1.0.1 dev eth1 table local proto kernel scope host src 10.1.0.1',
    'local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1',
    'broadcast 10.0.0.255 dev eth0 table local proto kernel scope link src 10.0.0.1',
    '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1',
    '10.1.0.0/24 dev eth1 proto kernel scope link src 10.1.0.1',
    'default via 10.1.0.254 dev eth1',
    ...(more.routes ?? []),
  ]
  const six = [
    'local ::1 dev lo table local proto kernel metric 0',
    'local fd00::1 dev eth0 table local proto kernel metric 0',
    'local fd00:1::1 dev eth1 table local proto kernel metric 0',
    'multicast ff00::/8 dev eth0 table local proto kernel metric 256',
    'fd00::/64 dev eth0 proto kernel metric 256',
    'fd00:1::/64 dev eth1 proto kernel metric 256',
    'default via fd00:1::fe dev eth1 metric 1024',
  ]
  return {
    interfaces: must(parseIpAddressText(addresses)),
    4: {
      routes: must(parseIpRouteText(four.join('\n'), 4)),
      rules: more.rules ? must(parseIpRuleText(more.rules.join('\n'), 4)) : null,
    },
    6: { routes: must(parseIpRouteText(six.join('\n'), 6)), rules: null },
    parameters: new Map(
      Object.entries({
        'net.ipv4.ip_forward': '1',
        'net.ipv6.conf.all.forwarding': '1',
        'net.ipv4.conf.all.rp_filter': '0',
        ...more.parameters,
      }),
    ),
  }
}

/** That host with these rules. */
export const machine = (...ruleSets: readonly RuleSet[]): Machine => ({
  ruleSets,
  routing: routing(),
})

/** A person's words for an address. */
export const at = (address: string): Party => ({ kind: 'address', address })

/** A question of which only protocol and port are said. */
export const unsaid: Wording = {
  from: { kind: 'unsaid' },
  to: { kind: 'unsaid' },
  sourcePort: null,
  destinationPort: 443,
  protocol: 'tcp',
  state: 'new',
  family: 4,
  inputDevice: null,
  outputDevice: null,
}

/** The first segment of a connection between two strangers, as it comes in by eth0. */
export const passing: Packet = {
  ...syn,
  source: '192.0.2.1',
  destination: '198.51.100.7',
}
