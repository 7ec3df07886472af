/**
 * The options of iptables that compare one field of a packet with the word behind them
 * (iptables(8), iptables-extensions(8)).
 */
import { icmpTypeText, isIcmpType, protocolText, serviceClassText } from './packet-word.ts'
import { type Field, one, type Value } from './rule-set.ts'

/** What an option looks at, and the values that its word names; null for a word that is none. */
export type IptablesOption = {
  readonly field: Field
  readonly values: (text: string, family: 4 | 6) => readonly Value[] | null
}

/** 255.255.255.0 as a number of bits; null when its bits are not in one row. */
function maskBits(mask: string): number | null {
  if (/^\d{1,3}$/.test(mask)) return Number(mask)
  const bytes = mask.split('.').map(Number)
  if (bytes.length !== 4 || bytes.some((byte) => !(byte >= 0 && byte <= 255))) return null
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : null
}

/** `10.0.0.0/8,192.0.2.1`, and a mask of any bits. */
const addresses = (text: string): readonly Value[] =>
  text.split(',').map((word): Value => {
    const [address = '', mask] = word.split('/')
    if (mask === undefined) return one(address)
    const length = maskBits(mask)
    return length === null
      ? { kind: 'masked', value: address, mask }
      : { kind: 'prefix', address, length }
  })

/** `80,443,1000:2000`, also `1024:` and `:80`; an open end is `most`. */
const numbers =
  (most: number) =>
  (text: string): readonly Value[] =>
    text.split(',').map((word): Value => {
      const [from = '', to] = word.split(':')
      return to === undefined
        ? one(from)
        : { kind: 'range', from: from || '0', to: to || String(most) }
    })

const ports = numbers(65_535)

const lowered = (text: string): readonly Value[] =>
  text.split(',').map((word) => one(word.toLowerCase()))

/** For IPv6 `UNICAST` is about the address alone, and this host's own are such (xt_addrtype.c match_type6). */
const addressTypes = (text: string, family: 4 | 6): readonly Value[] => {
  const types = lowered(text)
  const isUnicast = types.some((type) => type.kind === 'one' && type.value === 'unicast')
  return family === 6 && isUnicast ? [...types, one('local'), one('anycast')] : types
}

function addressRange(text: string): readonly Value[] {
  const [from = '', to = from] = text.split('-')
  return [{ kind: 'range', from, to }]
}

/** A user or group: an id, a name, or a range of ids. */
const owner = (text: string): readonly Value[] =>
  /^\d+-\d+$/.test(text) ? addressRange(text) : [one(text)]

/** A name; `eth+` is any that begins so, and `+` alone is any. */
const device = (text: string): readonly Value[] => [one(text.replace(/\+$/, '*'))]

const icmpType =
  (family: 4 | 6) =>
  (text: string): readonly Value[] | null => {
    if (text === 'any' || text === '255') return [one('*')]
    const type = icmpTypeText(text, family)
    return isIcmpType(type, family) ? [one(type)] : null
  }

/** `0x1/0xff`: only the bits of the mask count. */
function mark(text: string): readonly Value[] {
  const [value = '', mask] = text.split('/')
  return [mask === undefined ? one(value) : { kind: 'masked', value, mask }]
}

/** conntrack's bits; NONE is none of them, which no value stands for. */
function status(text: string): readonly Value[] | null {
  const words = text.toLowerCase().replaceAll('_', '-').split(',')
  return words.includes('none') ? null : words.map(one)
}

/** Fewer or more hops than a number. */
const hops =
  (how: 'lt' | 'gt') =>
  (text: string): readonly Value[] | null => {
    const number = Number(text)
    if (!Number.isInteger(number)) return null
    const [from, to] = how === 'lt' ? [0, number - 1] : [number + 1, 255]
    return from > to ? null : [{ kind: 'range', from: String(from), to: String(to) }]
  }

const single = (text: string): readonly Value[] => [one(text)]

const OPTIONS: ReadonlyMap<string, IptablesOption> = new Map<string, IptablesOption>([
  ['-s', { field: 'source', values: addresses }],
  ['-d', { field: 'destination', values: addresses }],
  ['-i', { field: 'inputDevice', values: device }],
  ['-o', { field: 'outputDevice', values: device }],
  ['--sport', { field: 'sourcePort', values: ports }],
  ['--dport', { field: 'destinationPort', values: ports }],
  ['--sports', { field: 'sourcePort', values: ports }],
  ['--dports', { field: 'destinationPort', values: ports }],
  ['--ports', { field: 'anyPort', values: ports }],
  ['--ctstate', { field: 'state', values: lowered }],
  ['--state', { field: 'state', values: lowered }],
  ['--ctstatus', { field: 'connectionStatus', values: status }],
  ['--ctdir', { field: 'direction', values: lowered }],
  ['--ctproto', { field: 'protocol', values: (text) => [one(protocolText(text))] }],
  ['--ctorigsrc', { field: 'originalSource', values: addresses }],
  ['--ctorigdst', { field: 'originalDestination', values: addresses }],
  ['--ctorigsrcport', { field: 'originalSourcePort', values: ports }],
  ['--ctorigdstport', { field: 'originalDestinationPort', values: ports }],
  ['--src-range', { field: 'source', values: addressRange }],
  ['--dst-range', { field: 'destination', values: addressRange }],
  ['--src-type', { field: 'sourceType', values: addressTypes }],
  ['--dst-type', { field: 'destinationType', values: addressTypes }],
  [
    '--pkt-type',
    { field: 'packetType', values: (text) => lowered(text.replace(/^unicast$/, 'host')) },
  ],
  ['--mac-source', { field: 'sourceHardware', values: lowered }],
  ['--mark', { field: 'mark', values: mark }],
  ['--uid-owner', { field: 'user', values: owner }],
  ['--gid-owner', { field: 'group', values: owner }],
  ['--length', { field: 'length', values: numbers(65_535) }],
  ['--dscp', { field: 'serviceClass', values: (text) => [one(serviceClassText(text))] }],
  ['--dscp-class', { field: 'serviceClass', values: (text) => [one(serviceClassText(text))] }],
  ...['ttl', 'hl'].flatMap((name): [string, IptablesOption][] => [
    [`--${name}-eq`, { field: 'hopLimit', values: single }],
    [`--${name}-lt`, { field: 'hopLimit', values: hops('lt') }],
    [`--${name}-gt`, { field: 'hopLimit', values: hops('gt') }],
  ]),
  ['--icmp-type', { field: 'icmpType', values: icmpType(4) }],
  ['--icmpv6-type', { field: 'icmpType', values: icmpType(6) }],
])

/** What an option of the module `of` compares; null for one that is not known here. */
export function iptablesOption(name: string, of: string): IptablesOption | null {
  const option = OPTIONS.get(name) ?? null
  return name === '--mark' && of === 'connmark' ? { field: 'connectionMark', values: mark } : option
}
