/**
 * IPv6 addresses disguised: a public site (/48) becomes one of 2001:db8::/32 (RFC 3849), a unique local one
 * stays unique local (RFC 4193), a link-local one link-local. Subnets of a site stay apart and together, by new numbers; the
 * interface part, which may hold a MAC address, is replaced by a number that is the same in every subnet.
 */
import { type Address, classify } from '../../wire/address.ts'
import type { Disguise } from './ipv4.ts'
import { pseudonyms } from './pseudonym.ts'
import { renumbering } from './renumber.ts'

/** Interface parts as people choose them, such as ::1 and ::53, are numbered among themselves. */
const isChosen = (bytes: Uint8Array): boolean => bytes.slice(8, 14).every((byte) => byte === 0)

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const fromHex = (digits: string): number[] =>
  Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  )

const four = (index: number): string => index.toString(16).padStart(4, '0')

/** The disguise for a report that holds these addresses; an IPv4 address inside one is disguised as such. */
export function disguiseIpv6(addresses: readonly Address[], ipv4: Disguise): Disguise {
  const held = addresses.map(({ bytes }) => hex(bytes)).join(' ')
  const site = pseudonyms(held, (index) => `20010db8${four(index)}`)
  const localSite = pseudonyms(held, (index) => `fd000db8${four(index)}`)
  const part = pseudonyms(held, (index) => `000000000001${four(index)}`)
  const word = ({ bytes }: Address, at: number): number =>
    (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
  const chosen = addresses.filter(({ bytes }) => isChosen(bytes))
  const ends = new Set(chosen.map((one) => word(one, 14)).filter((end) => end !== 0))
  const renumberEnd = renumbering([...ends], 16, (image) => image !== 0 && !ends.has(image))
  const subnets = new Set(addresses.map((one) => word(one, 6)).filter((subnet) => subnet !== 0))
  const renumberSubnet = renumbering(
    [...subnets],
    16,
    (image) => image !== 0 && !subnets.has(image),
  )
  const renumbered = (number: number, renumber: (number: number) => number): string =>
    number === 0 ? four(0) : four(renumber(number))
  const embedded = (address: Address): Address => {
    const { bytes } = ipv4({ family: 4, bytes: address.bytes.slice(12), zone: null })
    return { ...address, bytes: Uint8Array.from([...address.bytes.slice(0, 12), ...bytes]) }
  }
  return (address) => {
    const { bytes } = address
    if (isMapped(bytes) || classify(address) === 'translation') return embedded(address)
    const kind = classify(address)
    const subnet = (): string => renumbered(word(address, 6), renumberSubnet)
    const end = (): string =>
      isChosen(bytes)
        ? renumbered(word(address, 14), renumberEnd).padStart(16, '0')
        : part(hex(bytes.slice(8)))
    const moved = (head: string): Address => ({
      ...address,
      bytes: Uint8Array.from(fromHex(head + end())),
    })
    if (kind === 'link-local') return moved('fe80000000000000')
    // The group of a solicited node ends in the last bytes of an address (RFC 4291 §2.7.1).
    if (hex(bytes).startsWith('ff0200000000000000000001ff'))
      return {
        ...address,
        bytes: Uint8Array.from([
          ...bytes.slice(0, 13),
          0,
          ...fromHex(part(hex(bytes.slice(13))).slice(-4)),
        ]),
      }
    if (kind === 'private') return moved(localSite(hex(bytes.slice(0, 6))) + subnet())
    return /^(?:global|documentation|benchmarking)$/.test(kind)
      ? moved(site(hex(bytes.slice(0, 6))) + subnet())
      : address
  }
}

/** ::ffff:192.0.2.1 (RFC 4291 §2.5.5.2). */
const isMapped = (bytes: Uint8Array): boolean =>
  hex(bytes.slice(0, 12)) === '00000000000000000000ffff'
