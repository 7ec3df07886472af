/** The remedies that more than one check prints. */
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

/** A word for a shell, quoted where it needs to be. */
export const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

const PERSIST_LINK = 'in /etc/network/interfaces (`auto IF`), NetworkManager or systemd-networkd'
const PERSIST_ROUTE =
  'in /etc/network/interfaces (`gateway`, or `up ip route …`), NetworkManager or systemd-networkd'

export const bringUp = (host: string, device: string): Remedy =>
  remedy({
    host,
    command: `ip link set ${word(device)} up`,
    why: `${device} is administratively down`,
    undo: `ip link set ${word(device)} down`,
    persist: PERSIST_LINK.replace('IF', device),
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
  const rest = `${destination} via ${gateway}${device ? ` dev ${word(device)}` : ''}`
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
    command: `sysctl -w ${name}=${value}`,
    why,
    undo: `sysctl -w ${name}=${before}`,
    persist: `echo '${name} = ${value}' > /etc/sysctl.d/90-rungs.conf`,
    turnsGreen,
  })
