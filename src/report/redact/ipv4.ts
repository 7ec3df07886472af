/**
 * IPv4 addresses disguised: a private one stays in its range (RFC 1918, RFC 6598, RFC 3927), a public one
 * becomes one of the documentation ranges (RFC 5737) or, when those are used up, of the benchmarking
 * range (RFC 2544) or class E. Behind that it gets a new number: who shared a network with whom still does,
 * whatever its length, and nothing else is told. What names nobody (loopback, multicast, masks, public resolvers) stays as it is.
 */
import { type Address, classify, contains, formatAddress, parsePrefix } from '../../wire/address.ts'
import { renumbering } from './renumber.ts'

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

/** The ranges that an address stays in. */
const KEPT_RANGES = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
] as const

export type Disguise = (address: Address) => Address

const numberOf = ({ bytes }: Address): number =>
  bytes.reduce((number, byte) => number * 256 + byte, 0)

const addressOf = (number: number): Address => ({
  family: 4,
  bytes: Uint8Array.from([24, 16, 8, 0], (shift) => number >>> shift),
  zone: null,
})

const blockOf = ({ bytes }: Address, length: number): string => bytes.slice(0, length).join('.')

/** Whether the last byte is that of a network or of its broadcast. */
const isEdge = (number: number): boolean => number % 256 === 0 || number % 256 === 255

/** New numbers for what stands behind the first bits, which `head` takes the place of. */
function moved(
  head: number,
  length: number,
  addresses: readonly Address[],
  all: ReadonlySet<number>,
): Disguise {
  const bits = 32 - length
  const tail = (number: number): number => number % 2 ** bits
  // No host becomes a network's own address or its broadcast, and none what the report itself speaks of.
  const renumber = renumbering(
    [...new Set(addresses.map((one) => tail(numberOf(one))))],
    bits,
    (image, original) => !all.has(head + image) && (isEdge(original) || !isEdge(image)),
  )
  return (address) => addressOf(head + renumber(tail(numberOf(address))))
}

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
  const all = new Set(addresses.map(numberOf))
  const ranges = KEPT_RANGES.flatMap((text) => {
    const range = parsePrefix(text)
    if (!range) return []
    const inside = addresses.filter((one) => contains(range, one))
    const move = moved(numberOf(range.address), range.length, inside, all)
    return [{ holds: (one: Address) => contains(range, one), move }]
  })
  const isPublic = (one: Address): boolean =>
    /^(?:global|documentation|benchmarking)$/.test(classify(one)) &&
    !PUBLIC_RESOLVERS.has(formatAddress(one))
  const open = addresses.filter(isPublic)
  const blocks = [...publicBlocks(open)].map(([block, bytes]) => {
    const holds = (one: Address): boolean => isPublic(one) && blockOf(one, 2) === block
    const head = numberOf({
      family: 4,
      bytes: Uint8Array.from([...bytes, 0, 0].slice(0, 4)),
      zone: null,
    })
    return { holds, move: moved(head, 8 * bytes.length, open.filter(holds), all) }
  })
  const moves = [...ranges, ...blocks]
  return (address) => moves.find(({ holds }) => holds(address))?.move(address) ?? address
}
