/**
 * What the records of the DNS hold: RFC 1035 §3.3 and §3.4 (A, CNAME, MX, NS, PTR, SOA, TXT),
 * RFC 3596 §2.2 (AAAA), RFC 2782 (SRV), RFC 8659 §4.1 (CAA). All others stay hexadecimal.
 */
import { isStopped, type Stopped } from '../base/stopped.ts'
import { formatAddress, parseAddress } from './address.ts'
import { bytesBetween, formatHex, joinBytes, latin1, parseHex, stoppedAt, viewOf } from './bytes.ts'
import { readName, writeName } from './name.ts'

/** One record's data. Names are text as in `name.ts`; strings have one character a byte. */
export type DnsData =
  | { readonly kind: 'A' | 'AAAA'; readonly address: string }
  | { readonly kind: 'CNAME' | 'NS' | 'PTR'; readonly name: string }
  | { readonly kind: 'MX'; readonly preference: number; readonly exchange: string }
  | { readonly kind: 'TXT'; readonly texts: readonly string[] }
  | DnsSoa
  | {
      readonly kind: 'SRV'
      readonly priority: number
      readonly weight: number
      readonly port: number
      readonly target: string
    }
  | { readonly kind: 'CAA'; readonly flags: number; readonly tag: string; readonly value: string }
  | { readonly kind: 'other'; readonly hex: string }

/** The start of a zone of authority, RFC 1035 §3.3.13. */
export type DnsSoa = {
  readonly kind: 'SOA'
  readonly primary: string
  /** A mail address whose first dot stands for the at sign. */
  readonly mailbox: string
  readonly serial: number
  readonly refreshSeconds: number
  readonly retrySeconds: number
  readonly expireSeconds: number
  /** How long the absence of a name may be remembered, RFC 2308 §4. */
  readonly minimumSeconds: number
}

/** Where a record's data lies: `message` is the start that compression counts from. */
export type DataPlace = {
  readonly view: DataView
  readonly message: number
  readonly at: number
  readonly end: number
}

type Reader = (place: DataPlace) => DnsData | Stopped

const address =
  (kind: 'A' | 'AAAA', family: 4 | 6, length: number): Reader =>
  ({ view, at, end }) =>
    end - at === length
      ? { kind, address: formatAddress({ family, bytes: bytesBetween(view, at, end), zone: null }) }
      : stoppedAt(`dns ${kind}`, at, length, end)

const oneName =
  (kind: 'CNAME' | 'NS' | 'PTR'): Reader =>
  ({ view, message, at, end }) => {
    const name = readName(view, message, at, end)
    return isStopped(name) ? name : { kind, name: name.name }
  }

const readMx: Reader = ({ view, message, at, end }) => {
  if (end - at < 3) return stoppedAt('dns MX', at, 3, end)
  const exchange = readName(view, message, at + 2, end)
  return isStopped(exchange)
    ? exchange
    : { kind: 'MX', preference: view.getUint16(at), exchange: exchange.name }
}

const readTxt: Reader = ({ view, at, end }) => {
  const texts: string[] = []
  for (let place = at; place < end; ) {
    const next = place + 1 + view.getUint8(place)
    if (next > end) return stoppedAt('dns TXT', place, next - place, end)
    texts.push(latin1(bytesBetween(view, place + 1, next)))
    place = next
  }
  return { kind: 'TXT', texts }
}

const readSoa: Reader = ({ view, message, at, end }) => {
  const primary = readName(view, message, at, end)
  if (isStopped(primary)) return primary
  const mailbox = readName(view, message, primary.next, end)
  if (isStopped(mailbox)) return mailbox
  const from = mailbox.next
  if (end - from < 20) return stoppedAt('dns SOA', from, 20, end)
  return {
    kind: 'SOA',
    primary: primary.name,
    mailbox: mailbox.name,
    serial: view.getUint32(from),
    refreshSeconds: view.getUint32(from + 4),
    retrySeconds: view.getUint32(from + 8),
    expireSeconds: view.getUint32(from + 12),
    minimumSeconds: view.getUint32(from + 16),
  }
}

const readSrv: Reader = ({ view, message, at, end }) => {
  if (end - at < 7) return stoppedAt('dns SRV', at, 7, end)
  const target = readName(view, message, at + 6, end)
  if (isStopped(target)) return target
  return {
    kind: 'SRV',
    priority: view.getUint16(at),
    weight: view.getUint16(at + 2),
    port: view.getUint16(at + 4),
    target: target.name,
  }
}

const readCaa: Reader = ({ view, at, end }) => {
  const valueAt = end - at < 2 ? at + 2 : at + 2 + view.getUint8(at + 1)
  if (valueAt > end) return stoppedAt('dns CAA', at, valueAt - at, end)
  return {
    kind: 'CAA',
    flags: view.getUint8(at),
    tag: latin1(bytesBetween(view, at + 2, valueAt)),
    value: latin1(bytesBetween(view, valueAt, end)),
  }
}

/** By record type, as `typeNumber` gives it. */
const READERS: ReadonlyMap<number, Reader> = new Map([
  [1, address('A', 4, 4)],
  [2, oneName('NS')],
  [5, oneName('CNAME')],
  [6, readSoa],
  [12, oneName('PTR')],
  [15, readMx],
  [16, readTxt],
  [28, address('AAAA', 6, 16)],
  [33, readSrv],
  [257, readCaa],
])

/** Reads the data of a record of `type`; one without a reader stays hexadecimal. */
export function readData(type: number, place: DataPlace): DnsData | Stopped {
  const reader = READERS.get(type)
  return reader === undefined ? hexData(place) : reader(place)
}

/** The data as it is, undecoded. */
export const hexData = ({ view, at, end }: DataPlace): DnsData => ({
  kind: 'other',
  hex: formatHex(bytesBetween(view, at, end)),
})

const word = (...numbers: readonly number[]): Uint8Array =>
  Uint8Array.from(numbers.flatMap((number) => [(number >> 8) & 0xff, number & 0xff]))

const characters = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0))

/** A character-string, RFC 1035 §3.3: its length, at most 255, and its bytes. */
const counted = (text: string): Uint8Array =>
  text.length > 0xff
    ? fail(`a string of ${text.length} characters`)
    : joinBytes(Uint8Array.of(text.length), characters(text))

/** A writer is given what cannot be written only by its own program's mistake. */
function fail(what: string): never {
  throw new RangeError(`${what} does not fit a DNS message`)
}

const name = (text: string): Uint8Array => writeName(text) ?? fail(`the name ${text}`)

function writeSoa(data: DnsSoa): Uint8Array {
  const numbers = new Uint8Array(20)
  const view = viewOf(numbers)
  view.setUint32(0, data.serial)
  view.setUint32(4, data.refreshSeconds)
  view.setUint32(8, data.retrySeconds)
  view.setUint32(12, data.expireSeconds)
  view.setUint32(16, data.minimumSeconds)
  return joinBytes(name(data.primary), name(data.mailbox), numbers)
}

/** The uncompressed bytes of a record's data; throws a RangeError for a name or text that is none. */
export function writeData(data: DnsData): Uint8Array {
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return parseAddress(data.address)?.bytes ?? fail(`the address ${data.address}`)
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return name(data.name)
    case 'MX':
      return joinBytes(word(data.preference), name(data.exchange))
    case 'TXT':
      return joinBytes(...data.texts.map(counted))
    case 'SOA':
      return writeSoa(data)
    case 'SRV':
      return joinBytes(word(data.priority, data.weight, data.port), name(data.target))
    case 'CAA':
      return joinBytes(Uint8Array.of(data.flags), counted(data.tag), characters(data.value))
    case 'other':
      return parseHex(data.hex) ?? fail(`the hexadecimal ${data.hex}`)
  }
}

/** A string in quotes, as a master file has it (RFC 1035 §5.1). */
function quoted(text: string): string {
  const inner = text.replace(/[^ !#-[\]-~]/g, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\${String(character.charCodeAt(0)).padStart(3, '0')}`,
  )
  return `"${inner}"`
}

/** A name with its last dot, as a master file and dig have it. */
export const absolute = (text: string): string => (text === '.' ? text : `${text}.`)

/** The data as dig prints it, with single spaces. */
export function describeData(data: DnsData): string {
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return data.address
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return absolute(data.name)
    case 'MX':
      return `${data.preference} ${absolute(data.exchange)}`
    case 'TXT':
      return data.texts.map(quoted).join(' ')
    case 'SOA':
      return [
        absolute(data.primary),
        absolute(data.mailbox),
        data.serial,
        data.refreshSeconds,
        data.retrySeconds,
        data.expireSeconds,
        data.minimumSeconds,
      ].join(' ')
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${absolute(data.target)}`
    case 'CAA':
      return `${data.flags} ${data.tag} ${quoted(data.value)}`
    case 'other': // RFC 3597 §5
      return `\\# ${data.hex.length / 2} ${data.hex.toUpperCase()}`.trimEnd()
  }
}
