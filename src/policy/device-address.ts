/**
 * Which of a host's addresses a device lends to a packet: as the source of what leaves by it
 * (net/ipv4/devinet.c inet_select_addr, net/ipv6/addrconf.c ipv6_dev_get_saddr, RFC 6724), or as the
 * destination of what is redirected to the host (net/netfilter/nf_nat_redirect.c).
 */
import type { InterfaceAddress } from '../facts/ip-address.ts'
import {
  type Address,
  canonicalAddress,
  contains,
  parseAddress,
  parsePrefix,
} from '../wire/address.ts'
import type { Routing } from './routing.ts'

const UNUSABLE: ReadonlySet<string> = new Set(['tentative', 'dadfailed', 'secondary', 'deprecated'])

const usable = (one: InterfaceAddress, family: 4 | 6): boolean =>
  one.family === family && !one.flags.some((flag) => UNUSABLE.has(flag))

const isLinkLocal = (text: string): boolean => /^fe[89ab]/i.test(text)

/** Addresses of a wide scope; `scope` is empty where the tool tells none. */
const isGlobal = ({ scope }: InterfaceAddress): boolean => scope === 'global' || scope === ''

/** How many bits two addresses have in common from the front. */
function commonBits(one: Address, other: Address): number {
  for (const [at, byte] of one.bytes.entries()) {
    const difference = byte ^ (other.bytes[at] ?? 0)
    if (difference !== 0) return 8 * at + Math.clz32(difference) - 24
  }
  return 8 * one.bytes.length
}

/** The one that has most in common with the destination (RFC 6724 §5 rule 8); null where two do. */
function closest(candidates: readonly InterfaceAddress[], destination: string): string | null {
  const target = parseAddress(destination)
  if (candidates.length === 1 || target === null) {
    return candidates.length === 1 ? (candidates[0]?.address ?? null) : null
  }
  const rated = candidates.flatMap(({ address, flags }) => {
    const parsed = parseAddress(address)
    return parsed ? [{ address, flags, bits: commonBits(parsed, target) }] : []
  })
  // Whether temporary addresses go first is the host's own choice.
  if (rated.some(({ flags }) => flags.includes('temporary'))) return null
  const most = Math.max(...rated.map(({ bits }) => bits))
  const [only, ...others] = rated.filter(({ bits }) => bits === most)
  return others.length > 0 ? null : (only?.address ?? null)
}

/** The device's own address that stands nearest to `other`; null for none, or one of several. */
export function nearAddress(
  routing: Routing | null,
  device: string,
  family: 4 | 6,
  other: string,
): string | null {
  const own = routing?.interfaces?.find(({ name }) => name === device)?.addresses ?? []
  const fitting = own.filter((one) => usable(one, family))
  if (family === 6)
    return closest(
      fitting.filter(({ address }) => isLinkLocal(address) === isLinkLocal(other)),
      other,
    )
  const target = parseAddress(other)
  const wide = fitting.filter(isGlobal)
  const near = wide.find(({ address, prefixLength }) => {
    const prefix = parsePrefix(`${address}/${prefixLength}`)
    return prefix !== null && target !== null && contains(prefix, target)
  })
  return (near ?? wide[0])?.address ?? null
}

/**
 * The source that a device lends to a packet to `nextHop`: its own, or, in IPv4, the first that
 * another device has. Null where none is known, or which of several it is.
 */
export function deviceAddress(
  routing: Routing | null,
  device: string,
  family: 4 | 6,
  nextHop: string,
): string | null {
  if (family === 6 && device === 'lo') return nextHop // rule 1: the destination's own address
  const near = nearAddress(routing, device, family, nextHop)
  if (near !== null || family === 6) return near
  const all = (routing?.interfaces ?? []).flatMap(({ addresses }) => addresses)
  return all.find((one) => one.family === 4 && isGlobal(one))?.address ?? null
}

/** The address to which what comes in by a device is redirected; null where it is not known. */
export function receivingAddress(
  routing: Routing | null,
  device: string,
  family: 4 | 6,
  destination: string,
): string | null {
  const own = routing?.interfaces?.find(({ name }) => name === device)?.addresses ?? []
  const fitting = own.filter(
    (one) =>
      one.family === family &&
      (family === 4 || (usable(one, 6) && isLinkLocal(one.address) === isLinkLocal(destination))),
  )
  return fitting[0]?.address ?? null
}

/** The device whose address it is; null where it is none of the host's, or none is known. */
export function holderOf(routing: Routing | null, address: string): string | null {
  const wanted = canonicalAddress(address)
  const holder = routing?.interfaces?.find(({ addresses }) =>
    addresses.some((one) => canonicalAddress(one.address) === wanted),
  )
  return holder?.name ?? null
}
