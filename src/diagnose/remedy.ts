/** The remedies that more than one check prints. */
import { shellWord } from '../base/shell-word.ts'
import type { Remedy } from './diagnosis.ts'

type Draft = {
  readonly host: string
  readonly command: string
  readonly why: string
  readonly turnsGreen: string
  readonly risk?: string
  readonly undo?: string | null
  readonly persist?: string | null
}

/** A remedy, with what most of them have in common. */
export const remedy = (draft: Draft): Remedy => ({
  risk: 'none beyond what it says',
  undo: null,
  persist: null,
  ...draft,
})

const PERSIST_ROUTE =
  'in /etc/network/interfaces (`gateway`, or `up ip route …`), NetworkManager or systemd-networkd'

export const bringUp = (host: string, device: string): Remedy =>
  remedy({
    host,
    command: `ip link set ${shellWord(device)} up`,
    why: `${device} is administratively down`,
    undo: `ip link set ${shellWord(device)} down`,
    persist: `in /etc/network/interfaces (\`auto ${device}\`), NetworkManager or systemd-networkd`,
    turnsGreen: 'link.state',
  })

/** `-6 ` for ip(8) where the family has to be said. */
export const familyFlag = (family: 4 | 6): string => (family === 6 ? '-6 ' : '')

export const addRoute = (
  host: string,
  family: 4 | 6,
  destination: string,
  gateway: string,
  device: string | null,
  turnsGreen: string,
): Remedy => {
  const rest = `${destination} via ${gateway}${device ? ` dev ${shellWord(device)}` : ''}`
  return remedy({
    host,
    command: `ip ${familyFlag(family)}route replace ${rest}`,
    why: `no route leads to ${destination}`,
    undo: `ip ${familyFlag(family)}route del ${rest}`,
    persist: PERSIST_ROUTE,
    turnsGreen,
  })
}

export const deleteRoute = (
  host: string,
  family: 4 | 6,
  route: string,
  why: string,
  turnsGreen: string,
): Remedy =>
  remedy({
    host,
    command: `ip ${familyFlag(family)}route del ${route}`,
    why,
    risk: 'traffic that the route was meant to stop will pass',
    undo: `ip ${familyFlag(family)}route add ${route}`,
    persist: PERSIST_ROUTE,
    turnsGreen,
  })

export const setSysctl = (
  host: string,
  name: string,
  value: string,
  before: string,
  why: string,
  turnsGreen: string,
): Remedy =>
  remedy({
    host,
    command: `sysctl -w ${shellWord(name)}=${shellWord(value)}`,
    why,
    undo: `sysctl -w ${shellWord(name)}=${shellWord(before)}`,
    persist: `echo ${shellWord(`${name} = ${value}`)} >> /etc/sysctl.d/90-rungs.conf`,
    turnsGreen,
  })

/** The kernel parameter that is the reverse path filter of an interface. */
export const reversePathFilter = (device: string): string =>
  `net.ipv4.conf.${device.replaceAll('.', '/')}.rp_filter`

/** Loose mode in place of strict. */
export const loosenReversePath = (host: string, device: string): Remedy =>
  setSysctl(
    host,
    reversePathFilter(device),
    '2',
    '1',
    'loose mode takes packets whose way back is another interface (RFC 3704 §2.4)',
    'transport.port',
  )
