/**
 * What `nft -j list ruleset` prints (libnftables-json(5)). Most of it are rules of the usual shape: a pattern finds
 * that they are whole, and they are parsed when they are asked for. All else is parsed at once.
 */
import { jsonIsOfOthers } from './nft-glance.ts'
import { fieldsOf, onlyEntry } from './nft-json.ts'
import { emptyListing, type NftListing, ownerIn } from './nft-listing.ts'
import { addRead, addWaiting, type NftForm, type NftOwner, type NftParts } from './nft-unread.ts'
import { describeNft, formatNftRule } from './nft-words.ts'

type Fields = Readonly<Record<string, unknown>>

const STRING = String.raw`"[^"\\\u0000-\u001f]*"`
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?![\d.eE])`

/** A value that is nested no deeper than `depth`, with the blanks that nft puts between its parts. */
function value(depth: number): string {
  const plain = `${STRING}|${NUMBER}|null|true|false`
  if (depth === 0) return `(?:${plain})`
  const inner = value(depth - 1)
  const object = String.raw`\{(?:${STRING}: ${inner}(?:, (?=")|(?=\})))*\}`
  const list = String.raw`\[(?:${inner}(?:, (?!\])|(?=\])))*\]`
  return `(?:${object}|${list}|${plain})`
}

/** A list of prefixes in a set on the right of a comparison; a deeper one is parsed at once. */
const DEPTH = 5
const STATEMENTS = String.raw`(?:\{${STRING}: ${value(DEPTH)}\}(?:, (?=\{)|(?=\])))*`
const HEAD = String.raw`\{"rule": \{"family": ${STRING}, "table": ${STRING}, "chain": ${STRING}, `
/** A rule: what it begins with, and its handle. */
const RULE = new RegExp(
  String.raw`(${HEAD})"handle": (0|[1-9]\d*), (?:"comment": ${STRING}, )?"expr": \[${STATEMENTS}\]\}\}`,
  'y',
)
/** In JSON nothing but an object can begin so: a quote in a string has a backslash before it. */
const NEXT_RULE = ', {"rule": {'

const BEGINNING = /^\s*\{"nftables": \[/
const END = ']}'

const parts = (rule: Fields, family: string): NftParts => {
  const { expr } = rule
  const comment = typeof rule.comment === 'string' ? rule.comment : null
  return { expr, comment, words: () => formatNftRule(expr, comment, family) ?? describeNft(expr) }
}

const ruleOf = (json: string): Fields => fieldsOf(fieldsOf(JSON.parse(json)).rule)

/** A rule in JSON, as nft writes it. */
const NFT_JSON: NftForm = {
  isOfOthers: jsonIsOfOthers,
  read: (json, family) => parts(ruleOf(json), family),
  inPart: null,
}

/** Adds objects that were parsed. */
function add(listing: NftListing, objects: readonly unknown[]): void {
  for (const object of objects) {
    const [kind, inner] = onlyEntry(object)
    if (kind !== 'rule') listing.objects.push(object)
    else {
      const rule = fieldsOf(inner)
      const [family, table, chain] = [rule.family, rule.table, rule.chain].map(String)
      const owner = ownerIn(listing, `${family}`, `${table}`, `${chain}`)
      const handle = typeof rule.handle === 'number' ? rule.handle : null
      addRead(owner, handle, parts(rule, owner.family))
    }
  }
}

/** The listing of these objects. */
export function nftListingOf(objects: readonly unknown[]): NftListing {
  const listing = emptyListing()
  add(listing, objects)
  return listing
}

/** Whether the list ends at `at`, or another element follows. */
const isFollowed = (text: string, at: number, end: number): boolean =>
  at === end || (text.startsWith(', ', at) && at + 2 < end)

/** Reads elements of the list from `from` up to `end`; throws where they are no JSON. */
function readElements(text: string, from: number, end: number): NftListing {
  const listing = emptyListing()
  let owner: NftOwner | null = null
  let ownersHead = ''
  for (let at = from; at < end; ) {
    RULE.lastIndex = at
    const found = RULE.exec(text)
    if (found === null || !isFollowed(text, RULE.lastIndex, end)) {
      const next = text.indexOf(NEXT_RULE, at + 1)
      const until = next < 0 ? end : next
      add(listing, JSON.parse(`[${text.slice(at, until)}]`))
      at = until + 2
      continue
    }
    const [json, head = '', handle] = found
    if (owner === null || head !== ownersHead) {
      const { family, table, chain } = ruleOf(`${head.slice(0, -2)}}}`)
      owner = ownerIn(listing, String(family), String(table), String(chain))
      ownersHead = head
    }
    addWaiting(owner, Number(handle), NFT_JSON, json)
    at = RULE.lastIndex + 2
  }
  return listing
}

/** The listing as far as it is written as nft does; null where it is not, or not whole. */
function readAsWritten(text: string): NftListing | null {
  const whole = text.trimEnd()
  const [beginning] = BEGINNING.exec(whole) ?? []
  if (beginning === undefined || !whole.endsWith(END)) return null
  try {
    return readElements(whole, beginning.length, whole.length - END.length)
  } catch {
    return null
  }
}

/** The listing that the text is; null where it is none. */
export function nftJsonListing(text: string): NftListing | null {
  const read = readAsWritten(text)
  if (read !== null) return read
  try {
    const objects = fieldsOf(JSON.parse(text)).nftables
    return Array.isArray(objects) ? nftListingOf(objects) : null
  } catch {
    return null
  }
}
