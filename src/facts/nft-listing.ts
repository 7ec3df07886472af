/** What nft(8) lists: the objects of libnftables-json(5), and the rules of each chain, which wait to be read. */
import type { NftSet } from './nft-match.ts'
import type { NftOwner, NftUnread } from './nft-unread.ts'
import type { Counter } from './rule-set.ts'

/** What a table's rules refer to by name. */
export type NftNames = {
  readonly sets: Map<string, NftSet>
  /** Counters that one rule alone counts with. */
  readonly counters: Map<string, Counter>
}

export type NftListing = {
  /** All but the rules, each under the key that tells its kind. */
  readonly objects: unknown[]
  /** By `family table`. */
  readonly names: Map<string, NftNames>
  /** By `family table chain`. */
  readonly owners: Map<string, NftOwner>
}

/** A listing of nothing. */
export const emptyListing = (): NftListing => ({
  objects: [],
  names: new Map(),
  owners: new Map(),
})

/** What the rules of a table, `family table`, refer to by name; nothing as yet where it is new. */
export function namesIn({ names }: NftListing, table: string): NftNames {
  const known = names.get(table)
  if (known !== undefined) return known
  const made: NftNames = { sets: new Map(), counters: new Map() }
  names.set(table, made)
  return made
}

/** The place of the rules of a chain; without any as yet where it is new. */
export function ownerIn(
  listing: NftListing,
  family: string,
  table: string,
  chain: string,
): NftOwner {
  const key = `${family} ${table} ${chain}`
  const known = listing.owners.get(key)
  if (known !== undefined) return known
  const names = namesIn(listing, `${family} ${table}`)
  const made: NftOwner = { family, table, chain, names, rules: [] }
  listing.owners.set(key, made)
  return made
}

/** The rules of a chain, `family table chain`, in their order. */
export const rulesIn = ({ owners }: NftListing, chain: string): readonly NftUnread[] =>
  owners.get(chain)?.rules ?? []
