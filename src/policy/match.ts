/**
 * Does a rule fit a packet? Three answers: what a rule asks may be unknown here (a rate, a mark,
 * an extension), and unknown is not no.
 */
import type { Field, Match, Place, Rule, RuleFamily, Value } from '../facts/rule-set.ts'
import { parseAddress } from '../wire/address.ts'
import { addressKey, isIn, rangeOf } from './address-range.ts'
import { all, any, type Fit, NO, not, unknown, YES } from './fit.ts'
import type { Packet } from './packet.ts'
import {
  codeOf,
  EPHEMERAL,
  flag,
  NOWHERE,
  type Surroundings,
  show,
  statusBit,
} from './packet-field.ts'

export type { Surroundings } from './packet-field.ts'

const fitIf = (holds: boolean): Fit => (holds ? YES : NO)

/** One must hold, asked in order until one does. */
function anyOf<T>(items: readonly T[], ask: (item: T) => Fit): Fit {
  let result = NO
  for (const item of items) {
    const fit = ask(item)
    if (fit.answer === 'yes') return YES
    if (fit.answer === 'unknown') result = fit
  }
  return result
}

type Masked = Value & { readonly kind: 'masked' }

/** Only the bits of the mask count, wherever they stand. */
function maskedAddressFits({ value, mask }: Masked, text: string): Fit {
  const [wanted, bits, address] = [parseAddress(value), parseAddress(mask), parseAddress(text)]
  if (wanted === null || bits === null || address === null)
    return unknown('an address of the rule cannot be read')
  if (wanted.family !== address.family || bits.family !== address.family) return NO
  const differs = address.bytes.some(
    (byte, at) => ((byte ^ (wanted.bytes[at] ?? 0)) & (bits.bytes[at] ?? 0)) !== 0,
  )
  return fitIf(!differs)
}

function addressesFit(values: readonly Value[], text: string): Fit {
  const key = addressKey(text)
  if (key === null) return unknown('the address that a translation chooses is not known')
  return anyOf(values, (wanted) => {
    if (wanted.kind === 'masked') return maskedAddressFits(wanted, text)
    const range = rangeOf(wanted)
    if (range !== null) return fitIf(isIn(range, key))
    return isAny(wanted) ? YES : unknown('an address of the rule cannot be read')
  })
}

const isAny = (value: Value): boolean => value.kind === 'one' && value.value === '*'

/** Which ports a system chooses: Linux's ip_local_port_range, and upwards for others (RFC 6335 §6). */
const EPHEMERAL_FIRST = 32_768
const EPHEMERAL_LAST = 65_535
const PORT_CHOSEN = unknown("the port that the sender's system chose is not known")

/** Only the bits of the mask count. */
const bitsFit = ({ value, mask }: Masked, number: number): Fit =>
  fitIf(((number ^ Number(value)) & Number(mask)) === 0)

/** A number, or a port that the sender's system chose. */
function numberFits(wanted: Value, text: string, what: string): Fit {
  if (isAny(wanted)) return YES
  if (wanted.kind === 'prefix') return unknown(`a prefix is no ${what}`)
  if (wanted.kind === 'masked')
    return text === EPHEMERAL ? PORT_CHOSEN : bitsFit(wanted, Number(text))
  const from = Number(wanted.kind === 'one' ? wanted.value : wanted.from)
  const to = wanted.kind === 'one' ? from : Number(wanted.to)
  if (Number.isNaN(from) || Number.isNaN(to)) return unknown(`a ${what} of the rule is only named`)
  if (text !== EPHEMERAL) return fitIf(from <= Number(text) && Number(text) <= to)
  if (to < EPHEMERAL_FIRST || from > EPHEMERAL_LAST) return NO
  return from <= EPHEMERAL_FIRST && to >= EPHEMERAL_LAST ? YES : PORT_CHOSEN
}

const deviceFits = (wanted: string, device: string): Fit =>
  fitIf(wanted.endsWith('*') ? device.startsWith(wanted.slice(0, -1)) : wanted === device)

function icmpFits(wanted: string, type: string, packet: Packet): Fit {
  const [name, code] = wanted.split('/')
  if (name !== type) return NO
  if (code === undefined) return YES
  const has = codeOf(packet)
  return has === null ? unknown('the ICMP code is not known') : fitIf(has === Number(code))
}

/** conntrack's other words are no states: a translated connection has one of the states as well. */
function stateFits(wanted: string, state: string, { entry }: Surroundings): Fit {
  if (wanted !== 'snat' && wanted !== 'dnat') return fitIf(wanted === state)
  if (entry === 'none') return NO
  const translations = entry?.translations ?? null
  return translations === null
    ? unknown('whether the connection is translated is not known')
    : fitIf(translations.includes(wanted))
}

/** Bits of conntrack's status: one of those named is set. */
function statusFits(values: readonly Value[], packet: Packet, { entry }: Surroundings): Fit {
  if (entry === 'none') return NO
  return anyOf(values, (wanted) => {
    const bit = wanted.kind === 'one' ? wanted.value : ''
    const has = entry === null ? null : statusBit(bit, packet, entry)
    return has === null ? unknown(`whether the connection is ${bit} is not known`) : fitIf(has)
  })
}

const ADDRESSES: ReadonlySet<Field> = new Set([
  'source',
  'destination',
  'originalSource',
  'originalDestination',
])
const NUMBERS: ReadonlyMap<Field, string> = new Map([
  ['sourcePort', 'port'],
  ['destinationPort', 'port'],
  ['originalSourcePort', 'port'],
  ['originalDestinationPort', 'port'],
  ['mark', 'mark'],
  ['connectionMark', 'mark'],
  ['length', 'length'],
  ['icmpCode', 'code'],
  ['user', 'user'],
  ['group', 'group'],
])

function valuesFit(
  field: Field,
  values: readonly Value[],
  text: string,
  packet: Packet,
  around: Surroundings,
): Fit {
  if (ADDRESSES.has(field)) return addressesFit(values, text)
  const what = NUMBERS.get(field)
  return anyOf(values, (wanted) => {
    if (what !== undefined) return numberFits(wanted, text, what)
    if (isAny(wanted)) return YES
    if (wanted.kind !== 'one') return unknown('a range of words')
    switch (field) {
      case 'icmpType':
        return icmpFits(wanted.value, text, packet)
      case 'inputDevice':
      case 'outputDevice':
        return deviceFits(wanted.value, text)
      case 'state':
        return stateFits(wanted.value, text, around)
      default:
        return fitIf(wanted.value === text)
    }
  })
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
    const either = any([
      fieldFits('sourcePort', values, false, packet, around),
      fieldFits('destinationPort', values, false, packet, around),
    ])
    return negated ? not(either) : either
  }
  if (field === 'connectionStatus') {
    const fit = statusFits(values, packet, around)
    return negated && around.entry !== 'none' ? not(fit) : fit
  }
  const has = show(field, packet, around)
  if (has.kind === 'none') return NO
  if (has.kind === 'unknown') return unknown(has.because)
  const fit = valuesFit(field, values, has.text, packet, around)
  return negated ? not(fit) : fit
}

function flagsFit(match: Match & { readonly kind: 'flags' }, packet: Packet): Fit {
  const { how, mask, set } = match
  const bit = (name: string, wanted: boolean): Fit => {
    const has = flag(name, packet)
    return has === null ? unknown(`the flag ${name} is not known`) : fitIf(has === wanted)
  }
  if (how === 'any') return anyOf(mask, (name) => bit(name, true))
  if (set.some((name) => !mask.includes(name))) return NO
  return all(mask.map((name) => bit(name, set.includes(name))))
}

/** A set that a rule on the way has changed holds for this packet what nobody lists. */
export const isChanged = (set: string | null, { changedSets }: Surroundings): boolean =>
  set !== null && changedSets.includes(set)

/** Whether one condition holds. */
function matchFits(match: Match, packet: Packet, around: Surroundings): Fit {
  if ('set' in match && typeof match.set === 'string' && isChanged(match.set, around))
    return unknown(`the set ${match.set} is changed by a rule on the way`)
  switch (match.kind) {
    case 'is':
      return fieldFits(match.field, match.values, match.negated, packet, around)
    case 'tuple': {
      const fit = anyOf(match.rows, (row) => rowFits(match.fields, row, packet, around))
      return match.negated ? not(fit) : fit
    }
    case 'flags': {
      if (packet.protocol !== 'tcp') return NO
      const fit = flagsFit(match, packet)
      return match.negated ? not(fit) : fit
    }
    case 'ipset':
      return unknown(`the members of the set ${match.name} are not known`)
    case 'limit':
      return unknown(`\`${match.text}\` depends on what came before`)
    case 'unknown':
      return unknown(`\`${match.text}\` cannot be judged from here`)
  }
}

/** Whether one condition does not hold, which is enough for a rule of this backend not to fit. */
export const conditionFails = (
  match: Match,
  place: Pick<Place, 'backend'>,
  packet: Packet,
  around: Surroundings,
): boolean =>
  matchFits(match, packet, around).answer === 'no' && !isNobodys(match, place, packet, around)

/** Whether the conditions from the number `from` up to `to` hold: one no is enough for no. */
export function conditionsFit(
  { matches, place }: Pick<Rule, 'matches' | 'place'>,
  from: number,
  to: number,
  packet: Packet,
  around: Surroundings,
): Fit {
  let result = YES
  for (let at = from; at < to; at++) {
    const match = matches[at]
    if (match === undefined) break
    const fit = matchFits(match, packet, around)
    if (fit.answer === 'no' && !isNobodys(match, place, packet, around)) return NO
    if (fit.answer === 'unknown' && result === YES) result = fit
  }
  return result
}

/** A packet of no socket fits iptables' `! --uid-owner`, but nft's `meta skuid !=` not (xt_owner.c). */
const isNobodys = (
  match: Match,
  { backend }: Pick<Place, 'backend'>,
  packet: Packet,
  around: Surroundings,
): boolean =>
  backend !== 'nft' &&
  match.kind === 'is' &&
  match.negated &&
  (match.field === 'user' || match.field === 'group') &&
  show(match.field, packet, around).kind === 'none'

/** Whether the fields together are the values of one row of a set or map. */
export function rowFits(
  fields: readonly Field[],
  values: readonly Value[],
  packet: Packet,
  around: Surroundings,
): Fit {
  let result = YES
  for (const [at, field] of fields.entries()) {
    const wanted = values[at]
    const fit = wanted === undefined ? NO : fieldFits(field, [wanted], false, packet, around)
    if (fit.answer === 'no') return NO
    if (fit.answer === 'unknown' && result === YES) result = fit
  }
  return result
}

/** Whether rules of this family are asked about the packet at all. */
export const concerns = (family: RuleFamily, packet: Packet): boolean =>
  family === 'ip' ? packet.family === 4 : family !== 'ip6' || packet.family === 6

/** Whether all conditions of the rule hold for the packet. */
export const matches = (rule: Rule, packet: Packet, around: Surroundings = NOWHERE): Fit =>
  concerns(rule.place.family, packet)
    ? conditionsFit(rule, 0, rule.matches.length, packet, around)
    : NO
