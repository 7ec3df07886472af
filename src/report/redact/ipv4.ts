/**
 * IPv4 addresses disguised: a private one stays in its range (RFC 1918, RFC 6598, RFC 3927), a public one
 * becomes one of the documentation ranges (RFC 5737) or, when those are used up, of the benchmarking
 * range (RFC 2544) or class E. The last byte is kept and whole blocks move together, so that who was on one
 * subnet still is; what names nobody (loopback, multicast, masks, public resolvers) stays as it is.
 */
import { type Address, classify, contains, formatAddress, parsePrefix } from '../../wire/address.ts'

/** Resolvers that anybody may use; they tell nothing of who asks. */
const PUBLIC_RESOLVERS = new Set([
  '8.8.8.8',
  '8.8.4.4',
  '1.1.1.1',
  '1.0.0.1',
  '9.9.9.9',
  '149.112.112.112',
])

const DOCUMENTATION: readonly (readonly [number, number, number])[] = [
  [192, 0, 2],
  [198, 51, 100],
  [203, 0, 113],
]

/** The ranges that keep their beginning, and which bits of which byte are changed in them. */
const KEPT_RANGES = [
  ['10.0.0.0/8', 1, 0xff],
  ['172.16.0.0/12', 1, 0x0f],
  ['192.168.0.0/16', 2, 0xff],
  ['100.64.0.0/10', 1, 0x3f],
  ['169.254.0.0/16', 2, 0xff],
] as const

export type Disguise = (address: Address) => Address

const quad = (...bytes: number[]): Address => ({
  family: 4,
  bytes: Uint8Array.from(bytes),
  zone: null,
})

/** A mask that turns no byte of the set into another of the set, where there is one. */
function maskFor(bytes: ReadonlySet<number>, bits: number): number {
  for (let mask = 1; mask <= bits; mask++)
    if (![...bytes].some((byte) => bytes.has(byte ^ mask))) return mask
  return bits
}

const blockOf = ({ bytes }: Address, length: number): string => bytes.slice(0, length).join('.')

/** Where each /16 of public addresses goes: a block of documentation if it is one /24, else a /16. */
function publicBlocks(addresses: readonly Address[]): ReadonlyMap<string, readonly number[]> {
  const seen = new Set(addresses.map((one) => blockOf(one, 3)))
  const free = DOCUMENTATION.filter((block) => !seen.has(block.join('.')))
  const wide = [
    [198, 18],
    [198, 19],
    ...Array.from({ length: 240 }, (_, index) => [240, index]),
  ].filter((block) => ![...seen].some((one) => one.startsWith(`${block.join('.')}.`)))
  const blocks = new Map<string, Set<string>>()
  for (const one of addresses)
    blocks.set(blockOf(one, 2), (blocks.get(blockOf(one, 2)) ?? new Set()).add(blockOf(one, 3)))
  return new Map(
    [...blocks].map(([block, parts]) => [
      block,
      (parts.size === 1 ? free.shift() : undefined) ?? wide.shift() ?? [240, 240],
    ]),
  )
}

/** The disguise for a report in which these addresses occur. */
export function disguiseIpv4(addresses: readonly Address[]): Disguise {
  const ranges = KEPT_RANGES.flatMap(([text, at, bits]) => {
    const prefix = parsePrefix(text)
    if (!prefix) return []
    const inside = addresses.filter((one) => contains(prefix, one))
    return [{ prefix, at, mask: maskFor(new Set(inside.map(({ bytes }) => bytes[at] ?? 0)), bits) }]
  })
  const isPublic = (one: Address): boolean =>
    /^(?:global|documentation|benchmarking)$/.test(classify(one)) &&
    !PUBLIC_RESOLVERS.has(formatAddress(one))
  const blocks = publicBlocks(addresses.filter(isPublic))
  return (address) => {
    const range = ranges.find(({ prefix }) => contains(prefix, address))
    const [a = 0, b = 0, c = 0, d = 0] = address.bytes
    if (range) {
      const bytes = [a, b, c, d].map((byte, at) => (at === range.at ? byte ^ range.mask : byte))
      return quad(...bytes)
    }
    const block = isPublic(address) ? blocks.get(blockOf(address, 2)) : undefined
    if (!block) return address
    return quad(...block, ...(block.length === 2 ? [c ^ 0x55] : []), d)
  }
}
