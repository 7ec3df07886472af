/** The remedies that more than one check prints. */
import { shellWord } from '../base/shell-word.ts'
import type { Place } from '../facts/rule-set.ts'
import type { Mend } from '../policy/rule-owner.ts'
import type { Remedy } from './diagnosis.ts'
import type { Intent } from './persist/intent.ts'

/**
 * A remedy as a check proposes it. Where its effect ends with the next start, `keep` says what is
 * meant to stay; who keeps it on that host is found out for what is printed (persist/persist.ts).
 */
export type Proposal = Remedy & { readonly keep?: Intent }

type Draft = {
  readonly host: string
  readonly command: string
  readonly why: string
  readonly turnsGreen: string
  readonly risk?: string
  readonly undo?: string | null
  readonly persist?: string | null
  readonly keep?: Intent
}

/** A remedy, with what most of them have in common. */
export const remedy = (draft: Draft): Proposal => ({
  risk: 'none beyond what it says',
  undo: null,
  persist: null,
  ...draft,
})

export const bringUp = (host: string, device: string): Proposal =>
  remedy({
    host,
    command: `ip link set ${shellWord(device)} up`,
    why: `${device} is administratively down`,
    undo: `ip link set ${shellWord(device)} down`,
    keep: { kind: 'link-up', device },
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
): Proposal => {
  const rest = `${destination} via ${gateway}${device ? ` dev ${shellWord(device)}` : ''}`
  return remedy({
    host,
    command: `ip ${familyFlag(family)}route replace ${rest}`,
    why: `no route leads to ${destination}`,
    undo: `ip ${familyFlag(family)}route del ${rest}`,
    keep: { kind: 'route', family, destination, gateway, device },
    turnsGreen,
  })
}

export const deleteRoute = (
  host: string,
  family: 4 | 6,
  route: string,
  why: string,
  turnsGreen: string,
): Proposal =>
  remedy({
    host,
    command: `ip ${familyFlag(family)}route del ${route}`,
    why,
    risk: 'traffic that the route was meant to stop will pass',
    undo: `ip ${familyFlag(family)}route add ${route}`,
    keep: { kind: 'no-route', family, route },
    turnsGreen,
  })

/** What lets a packet pass a rule, kept by the rule's owner or where the host loads its rules from. */
export const mendRule = (
  host: string,
  { backend }: Pick<Place, 'backend'>,
  { removes, ...mend }: Mend,
  why: string,
  turnsGreen = 'transport.port',
): Proposal => {
  const draft = { ...mend, host, why, turnsGreen }
  return mend.persist === null
    ? remedy({ ...draft, keep: { kind: 'firewall', backend, deletes: removes ?? null } })
    : remedy(draft)
}

export const setSysctl = (
  host: string,
  name: string,
  value: string,
  before: string,
  why: string,
  turnsGreen: string,
): Proposal =>
  remedy({
    host,
    command: `sysctl -w ${shellWord(name)}=${shellWord(value)}`,
    why,
    undo: `sysctl -w ${shellWord(name)}=${shellWord(before)}`,
    keep: { kind: 'sysctl', name, value },
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
