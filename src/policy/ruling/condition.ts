/**
 * What a new rule says of the packets that it is about, in the words of nft(8) and of
 * iptables-extensions(8). Only what a person has named is said: all else fits.
 */
import { protocolText } from '../../facts/packet-word.ts'
import type { Packet } from '../packet.ts'

/** A port; the word stands for one that a person has to choose. */
export type Port = number | 'PORT'

/** Null: not said, any fits. */
export type Condition = {
  readonly family: 4 | 6
  readonly protocol: Packet['protocol']
  readonly inputDevice: string | null
  readonly outputDevice: string | null
  readonly source: string | null
  readonly destination: string | null
  readonly sourcePort: Port | null
  readonly destinationPort: Port | null
  /** Of ICMP, by nft's name. */
  readonly icmpType: string | null
  /** Of its connection; null where the first packet is meant. */
  readonly state: 'established' | null
}

/** True where the words of nft hold for one family only. */
export const namesAddress = ({ source, destination, protocol }: Condition): boolean =>
  source !== null || destination !== null || protocol === 'icmp'

const pair = (word: string, value: string | number | null): string[] =>
  value === null ? [] : [`${word} ${value}`]

const device = (word: string, name: string | null): string[] =>
  name === null ? [] : [`${word} "${name}"`]

/** A rule's addresses have no zone. */
const bareAddress = (address: string | null): string | null => address?.replace(/%.*$/, '') ?? null

/** `oifname "eth0" ip daddr 192.0.2.5 tcp dport 25`, as nft's own listing spells it. */
export function nftCondition(condition: Condition): string {
  const { family, protocol, sourcePort, destinationPort } = condition
  const ip = family === 4 ? 'ip' : 'ip6'
  const ports = [
    ...pair(`${protocol} sport`, sourcePort),
    ...pair(`${protocol} dport`, destinationPort),
  ]
  const icmp = pair(family === 4 ? 'icmp type' : 'icmpv6 type', condition.icmpType)
  const inner = protocol === 'icmp' ? icmp : ports
  return [
    ...device('iifname', condition.inputDevice),
    ...device('oifname', condition.outputDevice),
    ...pair(`${ip} saddr`, bareAddress(condition.source)),
    ...pair(`${ip} daddr`, bareAddress(condition.destination)),
    ...(inner.length > 0 ? inner : [`meta l4proto ${protocolName(condition, 'ipv6-icmp')}`]),
    ...pair('ct state', condition.state),
  ].join(' ')
}

const protocolName = ({ family, protocol }: Condition, icmp6: string): string =>
  protocol === 'icmp' && family === 6 ? icmp6 : protocolText(protocol)

const option = (word: string, value: string | number | null): string[] =>
  value === null ? [] : [word, String(value)]

/** `-o eth0 -d 192.0.2.5 -p tcp --dport 25`, word by word. */
export function iptablesCondition(condition: Condition): string[] {
  const { family, protocol } = condition
  const type = option(family === 4 ? '--icmp-type' : '--icmpv6-type', condition.icmpType)
  const ports = [
    ...option('--sport', condition.sourcePort),
    ...option('--dport', condition.destinationPort),
  ]
  return [
    ...option('-i', condition.inputDevice),
    ...option('-o', condition.outputDevice),
    ...option('-s', bareAddress(condition.source)),
    ...option('-d', bareAddress(condition.destination)),
    '-p',
    protocolName(condition, 'ipv6-icmp'),
    ...(protocol === 'icmp' ? type : ports),
    ...(condition.state === null ? [] : ['-m', 'conntrack', '--ctstate', 'ESTABLISHED']),
  ]
}
