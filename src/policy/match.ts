/**
 * Does a rule fit a packet? Three answers: what a rule asks may be unknown here (a rate, a mark,
 * an extension), and unknown is not no.
 */
import type { Field, Hook, Match, Rule, RuleFamily, Value } from '../facts/rule-set.ts'
import { type Address, classify, contains, inRange, parseAddress } from '../wire/address.ts'
import { all, any, type Fit, NO, not, unknown, YES } from './fit.ts'
import { acknowledges, type Packet } from './packet.ts'

/** What a packet does not carry, and a rule may ask all the same. */
export type Surroundings = {
  readonly hook: Hook | null
  /** All addresses of this host, where they are known. */
  readonly localAddresses: readonly string[] | null
  /** The packet's mark and its connection's, where they are known. */
  readonly mark: number | null
  readonly connectionMark: number | null
  /** Which translations the connection has (`--ctstate SNAT,DNAT`), where that is known. */
  readonly translations: readonly ('snat' | 'dnat')[] | null
}

const NOWHERE: Surroundings = {
  hook: null,
  localAddresses: null,
  mark: null,
  connectionMark: null,
  translations: null,
}

/** The field's value; a reason why it is not known; or none, so that no condition fits. */
type Known =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'unknown'; readonly because: string }
  | { readonly kind: 'none' }

const value = (text: string): Known => ({ kind: 'value', text })
const NONE: Known = { kind: 'none' }
const orUnknown = (text: string | number | null, what: string): Known =>
  text === null
    ? { kind: 'unknown', because: `${what} is not known` }
    : { kind: 'value', text: String(text) }

/** What the address is to this host, as far as the hook or the list of addresses tells. */
function addressType(text: string, side: 'source' | 'destination', around: Surroundings): Known {
  const address = parseAddress(text)
  const kind = address && classify(address)
  if (kind === 'loopback') return value('local')
  if (kind === 'multicast' || kind === 'broadcast') return value(kind)
  const isOwn = around.localAddresses?.includes(text)
  if (isOwn !== undefined) return value(isOwn ? 'local' : 'unicast')
  if (around.hook === 'input' && side === 'destination') return value('local')
  if (around.hook === 'output' && side === 'source') return value('local')
  if (around.hook === 'forward' && side === 'destination') return value('unicast')
  return { kind: 'unknown', because: `whether ${text} is an address of this host is not known` }
}

/** Whose socket sent it: nobody's here, where a new packet has come in from outside. */
function owner(packet: Packet, around: Surroundings): Known {
  const incoming = ['prerouting', 'input', 'forward'].includes(around.hook ?? '')
  if (incoming && packet.state === 'new') return NONE
  return { kind: 'unknown', because: 'whose process sends it is not known' }
}

/** Stands for a port that the sender's system chose. */
const EPHEMERAL = 'ephemeral'
/** Which ports that may be: Linux's ip_local_port_range, and upwards for other systems (RFC 6335 §6). */
const EPHEMERAL_FIRST = 32_768
const EPHEMERAL_LAST = 65_535

/** Fields that a packet of the walk does not carry, in words. */
const NAMES = {
  icmpCode: 'the ICMP code',
  tcpFlags: 'the set of its flags',
  reversePath: 'the way back to the source',
  reversePathLoose: 'the way back to the source',
  sourceHardware: 'the hardware address of the sender',
  length: 'the length of the packet',
  hopLimit: 'the number of hops left',
  serviceClass: 'the class of service',
  connectionStatus: 'the status of the connection',
  direction: 'the direction in its connection',
  originalSource: 'where the connection began',
  originalDestination: 'where the connection was addressed to',
  originalSourcePort: 'the port where the connection began',
  originalDestinationPort: 'the port that the connection was addressed to',
} as const

function known(field: Field, packet: Packet, around: Surroundings): Known {
  const isIcmp = packet.protocol === 'icmp'
  switch (field) {
    case 'family':
      return value(packet.family === 4 ? 'ipv4' : 'ipv6')
    case 'protocol':
      return value(isIcmp && packet.family === 6 ? 'ipv6-icmp' : packet.protocol)
    case 'source':
      return value(packet.source)
    case 'destination':
      return value(packet.destination)
    case 'sourcePort':
      return isIcmp ? NONE : value(String(packet.sourcePort ?? EPHEMERAL))
    case 'destinationPort':
      return isIcmp ? NONE : value(String(packet.destinationPort ?? EPHEMERAL))
    case 'anyPort':
      return NONE // answered as its two ports
    case 'inputDevice':
      return orUnknown(packet.inputDevice, 'the incoming interface')
    case 'outputDevice':
      return orUnknown(packet.outputDevice, 'the outgoing interface')
    case 'state':
      return value(packet.state)
    case 'icmpType':
      return isIcmp ? orUnknown(packet.icmpType, 'the ICMP type') : NONE
    case 'sourceType':
      return addressType(packet.source, 'source', around)
    case 'destinationType':
      return addressType(packet.destination, 'destination', around)
    case 'packetType':
      return packet.protocol === 'tcp' ? value('host') : orUnknown(null, 'the type of the frame')
    case 'mark':
      return orUnknown(around.mark, 'the mark of the packet')
    case 'connectionMark':
      return orUnknown(around.connectionMark, 'the mark of the connection')
    case 'fragment':
      return value('first')
    case 'icmpCode':
    case 'tcpFlags':
    case 'reversePath':
    case 'reversePathLoose':
    case 'sourceHardware':
    case 'length':
    case 'hopLimit':
    case 'serviceClass':
    case 'connectionStatus':
    case 'direction':
    case 'originalSource':
    case 'originalDestination':
    case 'originalSourcePort':
    case 'originalDestinationPort':
      return orUnknown(null, NAMES[field])
    case 'user':
    case 'group':
      return owner(packet, around)
  }
}

/** Only the bits of the mask count, wherever they stand. */
function maskedAddressFits({ value, mask }: Value & { kind: 'masked' }, address: Address): Fit {
  const [wanted, bits] = [parseAddress(value), parseAddress(mask)]
  if (wanted === null || bits === null) return unknown('an address of the rule cannot be read')
  if (wanted.family !== address.family || bits.family !== address.family) return NO
  const differs = address.bytes.some(
    (byte, at) => ((byte ^ (wanted.bytes[at] ?? 0)) & (bits.bytes[at] ?? 0)) !== 0,
  )
  return differs ? NO : YES
}

function addressFits(wanted: Value, address: Address): Fit {
  if (wanted.kind === 'range') {
    const [first, last] = [parseAddress(wanted.from), parseAddress(wanted.to)]
    if (first === null || last === null) return unknown(`${wanted.from}-${wanted.to} is no range`)
    return inRange(address, first, last) ? YES : NO
  }
  if (wanted.kind === 'masked') return maskedAddressFits(wanted, address)
  const base = parseAddress(wanted.kind === 'one' ? wanted.value : wanted.address)
  if (base === null) return unknown('an address of the rule cannot be read')
  const length = wanted.kind === 'one' ? base.bytes.length * 8 : wanted.length
  return contains({ address: base, length }, address) ? YES : NO
}

const PORT_CHOSEN = "the port that the sender's system chose is not known"

/** Only the bits of the mask count. */
const bitsFit = ({ value, mask }: Value & { kind: 'masked' }, number: number): Fit =>
  ((number ^ Number(value)) & Number(mask)) === 0 ? YES : NO

function portFits(wanted: Value, text: string): Fit {
  if (wanted.kind === 'prefix') return unknown('a prefix is no port')
  if (wanted.kind === 'masked')
    return text === EPHEMERAL ? unknown(PORT_CHOSEN) : bitsFit(wanted, Number(text))
  const from = Number(wanted.kind === 'one' ? wanted.value : wanted.from)
  const to = Number(wanted.kind === 'one' ? wanted.value : wanted.to)
  if (Number.isNaN(from) || Number.isNaN(to)) return unknown('a port of the rule is only named')
  if (text !== EPHEMERAL) return from <= Number(text) && Number(text) <= to ? YES : NO
  if (to < EPHEMERAL_FIRST || from > EPHEMERAL_LAST) return NO
  const covers = from <= EPHEMERAL_FIRST && to >= EPHEMERAL_LAST
  return covers ? YES : unknown(PORT_CHOSEN)
}

const deviceFits = (wanted: string, device: string): Fit => {
  const fits = wanted.endsWith('*') ? device.startsWith(wanted.slice(0, -1)) : wanted === device
  return fits ? YES : NO
}

function icmpFits(wanted: string, type: string): Fit {
  const [name, code] = wanted.split('/')
  if (name !== type) return NO
  return code === undefined ? YES : unknown('the ICMP code is not known')
}

function wordFits(field: Field, wanted: string, text: string, around: Surroundings): Fit {
  if (field === 'icmpType') return icmpFits(wanted, text)
  if (field === 'mark' || field === 'connectionMark')
    return Number(wanted) === Number(text) ? YES : NO
  if (field === 'inputDevice' || field === 'outputDevice') return deviceFits(wanted, text)
  if (wanted === text) return YES
  // conntrack's other words are no states: a translated connection has one of the states as well
  if (field !== 'state' || (wanted !== 'snat' && wanted !== 'dnat')) return NO
  if (around.translations === null)
    return unknown('whether the connection is translated is not known')
  return around.translations.includes(wanted) ? YES : NO
}

function valuesFit(
  field: Field,
  values: readonly Value[],
  text: string,
  around: Surroundings,
): Fit {
  const wild = (wanted: Value): boolean => wanted.kind === 'one' && wanted.value === '*'
  if (values.some(wild)) return YES
  if (field === 'source' || field === 'destination') {
    const address = parseAddress(text)
    if (address === null) return unknown(`${text} is no address`)
    return any(values.map((wanted) => addressFits(wanted, address)))
  }
  if (field === 'sourcePort' || field === 'destinationPort') {
    return any(values.map((wanted) => portFits(wanted, text)))
  }
  return any(
    values.map((wanted) => {
      if (wanted.kind === 'one') return wordFits(field, wanted.value, text, around)
      if (wanted.kind === 'masked') return bitsFit(wanted, Number(text))
      const isNumber = field === 'mark' || field === 'connectionMark'
      if (!isNumber || wanted.kind === 'prefix') return unknown('a range of words')
      return Number(wanted.from) <= Number(text) && Number(text) <= Number(wanted.to) ? YES : NO
    }),
  )
}

/** Whether the field has one of the values, or, negated, none of them. */
function fieldFits(
  field: Field,
  values: readonly Value[],
  negated: boolean,
  packet: Packet,
  around: Surroundings,
): Fit {
  if (field === 'anyPort') {
    const sides = (['sourcePort', 'destinationPort'] as const).map((side) =>
      fieldFits(side, values, false, packet, around),
    )
    return negated ? not(any(sides)) : any(sides)
  }
  const has = known(field, packet, around)
  if (has.kind === 'none') return NO
  if (has.kind === 'unknown') return unknown(has.because)
  const fit = valuesFit(field, values, has.text, around)
  return negated ? not(fit) : fit
}

/** The flags of an ordinary segment; true, false, or null where it may be either. */
function flag(name: string, packet: Packet): boolean | null {
  if (name === 'syn') return packet.syn
  if (name === 'ack') return acknowledges(packet)
  return name === 'psh' && !packet.syn ? null : false
}

function flagsFit(match: Match & { kind: 'flags' }, packet: Packet): Fit {
  if (packet.protocol !== 'tcp') return NO
  const { how, mask, set } = match
  const bit = (name: string, wanted: boolean): Fit => {
    const has = flag(name, packet)
    if (has === null) return unknown(`the flag ${name} is not known`)
    return has === wanted ? YES : NO
  }
  if (how === 'any') return any(mask.map((name) => bit(name, true)))
  if (set.some((name) => !mask.includes(name))) return NO
  return all(mask.map((name) => bit(name, set.includes(name))))
}

/** Whether one condition holds. */
export function matchFits(match: Match, packet: Packet, around: Surroundings): Fit {
  switch (match.kind) {
    case 'is':
      return fieldFits(match.field, match.values, match.negated, packet, around)
    case 'tuple': {
      const fit = any(match.rows.map((row) => rowFits(match.fields, row, packet, around)))
      return match.negated ? not(fit) : fit
    }
    case 'flags': {
      const fit = flagsFit(match, packet)
      return match.negated && packet.protocol === 'tcp' ? not(fit) : fit
    }
    case 'ipset':
      return unknown(`the members of the set ${match.name} are not known`)
    case 'limit':
      return unknown(`\`${match.text}\` depends on what came before`)
    case 'unknown':
      return unknown(`\`${match.text}\` cannot be judged from here`)
  }
}

/** Whether the fields together are the values of one row of a set or map. */
export const rowFits = (
  fields: readonly Field[],
  values: readonly Value[],
  packet: Packet,
  around: Surroundings,
): Fit =>
  all(
    fields.map((field, at) => {
      const wanted = values[at]
      return wanted === undefined ? NO : fieldFits(field, [wanted], false, packet, around)
    }),
  )

/** Whether rules of this family are asked about the packet at all. */
export const concerns = (family: RuleFamily, packet: Packet): boolean =>
  family === 'ip' ? packet.family === 4 : family !== 'ip6' || packet.family === 6

/** Whether all conditions of the rule hold for the packet. */
export const matches = (rule: Rule, packet: Packet, around: Surroundings = NOWHERE): Fit =>
  concerns(rule.place.family, packet)
    ? all(rule.matches.map((match) => matchFits(match, packet, around)))
    : NO
