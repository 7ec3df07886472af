/** An identifier with its qualifiers: what it means (numbers, addresses, names) and which test it is. */

import { type Address, parseAddress } from '../wire/address.ts'
import { ip4Is, ip6Is } from './code-host.ts'
import { arcnetIs, macIs } from './code-mac.ts'
import { portTest, protocolTest } from './code-name.ts'
import type { CodeState } from './code-state.ts'
import { type Condition, or } from './condition.ts'
import type { Protocol } from './keyword.ts'
import type { ExpressionOf, Identifier, Qualifiers } from './tree.ts'

const WHOLE = 0xffff_ffff
const IP6_BITS = 128

/** The test that an identifier is. */
export function addressIs(state: CodeState, node: ExpressionOf<'address'>): Condition {
  const { identifier, qualifiers } = node
  if (qualifiers.kind === 'gateway')
    return state.refuse('“gateway” cannot be told where IPv6 is known, as it is here')
  switch (identifier.form) {
    case 'name':
    case 'number':
      return nameOrNumberIs(state, identifier, qualifiers)
    case 'ipv4':
      return identifier.mask === null
        ? quadIs(state, identifier.text, qualifiers)
        : maskedQuadIs(state, identifier.text, identifier.mask, qualifiers)
    case 'ipv6':
      return longAddressIs(state, identifier.text, identifier.length, qualifiers)
    case 'ether':
      if (qualifiers.protocol === 'link' && isHost(qualifiers))
        return macIs(state, macBytes(identifier.text), qualifiers.direction)
      return state.refuse(
        'an Ethernet address needs “ether host” before it',
        `ether host ${identifier.text}`,
      )
    case 'arcnet':
      if (qualifiers.protocol === 'link' && isHost(qualifiers))
        return arcnetIs(state, arcnetAddress(identifier.text), qualifiers.direction)
      return state.refuse(
        'an ARCNET address needs “link host” before it',
        `link host $${identifier.text}`,
      )
  }
}

/** libpcap reads the `$` as if it were a digit, so that `$10` is d1; a filter that is carried over must select the same. */
const arcnetAddress = (digits: string): number => 0xd0 | Number.parseInt(digits.slice(0, 1), 16)

const isHost = ({ kind }: Qualifiers): boolean => kind === null || kind === 'host'

function nameOrNumberIs(
  state: CodeState,
  identifier: Extract<Identifier, { form: 'name' | 'number' }>,
  qualifiers: Qualifiers,
): Condition {
  switch (qualifiers.kind) {
    case 'port':
    case 'portrange':
      return portTest(state, identifier, qualifiers)
    case 'proto':
    case 'protochain':
      return protocolTest(state, identifier, qualifiers)
    default:
      if (identifier.form === 'number') return numberIsAddress(state, identifier.value, qualifiers)
      return qualifiers.kind === 'net'
        ? networkIs(state, identifier.text, qualifiers)
        : hostIs(state, identifier.text, qualifiers)
  }
}

/** A plain number as an address; as a network it is as long as it has bytes: `net 10` is 10.0.0.0/8. */
function numberIsAddress(state: CodeState, value: number, qualifiers: Qualifiers): Condition {
  const { protocol, direction, kind } = qualifiers
  if (protocol === 'link') return state.refuse('a number is no link-layer address')
  const [address, mask] =
    kind === 'net' && protocol !== 'decnet' ? leftJustified(value) : [value, WHOLE]
  return ip4Is(state, address, mask, protocol, direction, kind === 'net' ? 'net' : 'host')
}

function leftJustified(value: number): readonly [number, number] {
  let [address, mask] = [value, WHOLE]
  while (address !== 0 && address >>> 24 === 0) {
    address = (address << 8) >>> 0
    mask = (mask << 8) >>> 0
  }
  return [address, mask]
}

function networkIs(state: CodeState, name: string, { protocol, direction }: Qualifiers): Condition {
  const network = state.circumstances.names.network(name)
  if (network === null || network === 0)
    return state.refuse(`the network “${name}” is not known; write its address, as in 10.0.0.0/8`)
  const [address, mask] = leftJustified(network)
  return ip4Is(state, address, mask, protocol, direction, 'net')
}

/** Up to four bytes; as many bits as there are bytes count. Null where a byte is above 255. */
function quadOf(text: string): { readonly value: number; readonly bits: number } | null {
  const bytes = text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : 256))
  if (bytes.some((byte) => byte > 255)) return null
  const value = bytes.reduce((whole, byte) => whole * 256 + byte, 0)
  const missing = 8 * (4 - bytes.length)
  return { value: value * 2 ** missing, bits: 32 - missing }
}

function requireQuad(
  state: CodeState,
  text: string,
): { readonly value: number; readonly bits: number } {
  return quadOf(text) ?? state.refuse(`“${text}” is no IPv4 address: no byte is above 255`)
}

/** The first `bits` of 32. */
const maskOf = (bits: number): number => (bits === 0 ? 0 : (WHOLE << (32 - bits)) >>> 0)

function quadIs(
  state: CodeState,
  text: string,
  { protocol, direction, kind }: Qualifiers,
): Condition {
  if (kind !== null && kind !== 'host' && kind !== 'net')
    return state.refuse(`“${kind}” takes no address`, `host ${text}`)
  if (protocol === 'decnet')
    return ip4Is(state, decnetAddress(text), 0, protocol, direction, 'host')
  const { value, bits } = requireQuad(state, text)
  if (protocol === 'link')
    return state.refuse(`“${text}” is no link-layer address`, `ip host ${text}`)
  return ip4Is(state, value, maskOf(bits), protocol, direction, kind === 'net' ? 'net' : 'host')
}

/** DECnet's `area.node`: six bits and ten. */
function decnetAddress(text: string): number {
  const [area = 0, node = 0] = text.split('.').map(Number)
  return ((area << 10) & 0xfc00) | (node & 0x3ff)
}

function maskedQuadIs(
  state: CodeState,
  text: string,
  written: string | number,
  { protocol, direction, kind }: Qualifiers,
): Condition {
  const { value } = requireQuad(state, text)
  if (typeof written === 'number' && written > 32)
    return state.refuse('a network of IPv4 has at most 32 bits')
  const mask = typeof written === 'number' ? maskOf(written) : requireQuad(state, written).value
  if ((value & ~mask) !== 0)
    return state.refuse(
      `“${text}” has bits that are not in its network`,
      typeof written === 'number' ? `net ${quadText((value & mask) >>> 0)}/${written}` : null,
    )
  if (kind !== 'net')
    return state.refuse(
      'a mask belongs to a network',
      typeof written === 'number' ? `net ${text}/${written}` : `net ${text} mask ${written}`,
    )
  return ip4Is(state, value, mask, protocol, direction, 'net')
}

const quadText = (value: number): string =>
  [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.')

function longAddressIs(
  state: CodeState,
  text: string,
  written: number | null,
  { protocol, direction, kind }: Qualifiers,
): Condition {
  const address = parseAddress(text)
  if (address === null) return state.refuse(`“${text}” is no IPv6 address`)
  const bits = written ?? IP6_BITS
  if (bits > IP6_BITS) return state.refuse(`a network of IPv6 has at most ${IP6_BITS} bits`)
  const mask = longMask(bits)
  if (address.bytes.some((byte, index) => (byte & ~(mask[index] ?? 0)) !== 0))
    return state.refuse(`“${text}” has bits that are not in its network of ${bits} bits`)
  if (kind !== 'net') {
    if (kind !== null && kind !== 'host') return state.refuse(`“${kind}” takes no address`)
    if (bits !== IP6_BITS)
      return state.refuse('a length belongs to a network', `net ${text}/${bits}`)
  }
  return ip6Is(state, address.bytes, mask, protocol, direction, kind === 'net' ? 'net' : 'host')
}

const longMask = (bits: number): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, index) => {
    const here = Math.max(0, Math.min(8, bits - 8 * index))
    return (0xff00 >> here) & 0xff
  })

/** Six bytes of `1:2:3:4:5:6`, `0102.0304.0506`, `010203040506` and the like, as the lexer lets them through. */
function macBytes(text: string): Uint8Array {
  const parts = text.split(/[:.-]/)
  const pairs = parts.length === 6 ? parts : (parts.join('').match(/../g) ?? [])
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16))
}

function hostIs(state: CodeState, name: string, { protocol, direction }: Qualifiers): Condition {
  if (protocol === 'link') {
    if (state.layer.macs === null || state.layer.macs === 'arcnet')
      return state.refuse(`${state.layer.name} packets have no Ethernet addresses`)
    const mac = state.circumstances.names.ether(name)
    return mac === null
      ? state.refuse(`the Ethernet address of “${name}” is not known (/etc/ethers)`)
      : macIs(state, mac, direction)
  }
  if (protocol === 'decnet')
    return state.refuse('names of DECnet hosts are not known; write area.node')
  const addresses = state.circumstances.names.hosts(name)
  const condition = anyOf(state, addresses ?? [], protocol, direction)
  if (condition !== null) return condition
  return state.refuse(
    addresses === null
      ? `the host “${name}” is not known`
      : `the host “${name}” has no address of that family`,
  )
}

function anyOf(
  state: CodeState,
  addresses: readonly Address[],
  protocol: Protocol | null,
  direction: Qualifiers['direction'],
): Condition | null {
  // Where the link type says nothing of what it carries, ARP cannot be asked for.
  const untyped = protocol === null && state.layer.typeAt === null
  let any: Condition | null = null
  for (const { family, bytes } of addresses) {
    if (protocol === (family === 4 ? 'ip6' : 'ip')) continue
    const next =
      family === 4
        ? ip4Is(state, wordOf(bytes), WHOLE, untyped ? 'ip' : protocol, direction, 'host')
        : ip6Is(state, bytes, longMask(IP6_BITS), untyped ? 'ip6' : protocol, direction, 'host')
    any = any === null ? next : or(any, next)
  }
  return any
}

const wordOf = (bytes: Uint8Array): number => bytes.reduce((whole, byte) => whole * 256 + byte, 0)
