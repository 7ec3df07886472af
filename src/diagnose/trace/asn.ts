/**
 * Autonomous systems by DNS, as Team Cymru serves them: what is asked, and how its answers read. The origin of
 * an address is a text such as `64500 64501 | 192.0.2.0/24 | ZZ | test | 2026-11-28`, the name of one
 * `64500 | ZZ | test | 2026-11-28 | EXAMPLE - An example, ZZ`.
 */
import { type Address, classify } from '../../wire/address.ts'
import { reverseName } from '../../wire/name.ts'
import type { AsNumber } from './hop.ts'

/** Addresses of these kinds are announced by nobody. */
const NOT_ANNOUNCED: readonly string[] = [
  'loopback',
  'unspecified',
  'link-local',
  'private',
  'shared',
  'multicast',
]

/** Whether anybody can announce the address; of others nobody is asked. */
export const mayBeAnnounced = (address: Address): boolean =>
  !NOT_ANNOUNCED.includes(classify(address))

/** The name whose TXT record tells the origin of an address. */
export const originName = (address: Address): string =>
  address.family === 4
    ? reverseName(address.bytes).replace(/in-addr\.arpa$/, 'origin.asn.cymru.com')
    : reverseName(address.bytes).replace(/ip6\.arpa$/, 'origin6.asn.cymru.com')

/** The name whose TXT record tells what an autonomous system is called. */
export const asName = (number: number): string => `AS${number}.asn.cymru.com`

const MOST_AS = 0xffff_ffff

/** The number in a text such as `64500` or `AS64500`; null for another. */
export function parseAsNumber(text: string): number | null {
  const [, digits] = /^(?:AS)?(\d{1,10})$/i.exec(text.trim()) ?? []
  const number = Number(digits ?? Number.NaN)
  return number >= 1 && number <= MOST_AS ? number : null
}

const fields = (text: string): string[] => text.split('|').map((field) => field.trim())

/** The origin in a text; of several the first; null where it tells none. */
export function parseOrigin(text: string): AsNumber | null {
  const [numbers = '', prefix = ''] = fields(text)
  const number = parseAsNumber(numbers.split(/\s+/)[0] ?? '')
  return number === null ? null : { number, name: null, prefix: prefix === '' ? null : prefix }
}

/** The name in a text; null where it tells none. */
export function parseAsName(text: string): string | null {
  const name = fields(text)[4] ?? ''
  return name === '' ? null : name
}

/** The most specific of several origins: an address may be announced by several prefixes. */
export function mostSpecific(origins: readonly AsNumber[]): AsNumber | null {
  const length = ({ prefix }: AsNumber): number => Number(prefix?.split('/')[1] ?? -1)
  return origins.toSorted((one, other) => length(other) - length(one))[0] ?? null
}
