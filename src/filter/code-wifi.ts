/**
 * Addresses of 802.11 frames (IEEE 802.11 §9.3). Which of the up to four addresses is source or destination depends on the type of
 * the frame and on the bits To DS and From DS.
 */

import { bitsSet, bytesAre, fieldIs } from './code-load.ts'
import type { CodeState } from './code-state.ts'
import { and, type Condition, not, or } from './condition.ts'
import { B } from './instruction.ts'
import type { Direction } from './tree.ts'

type Mac = Uint8Array | readonly number[]

/** Where the addresses lie. */
const ADDRESS1 = 4
const ADDRESS2 = 10
const ADDRESS3 = 16
const ADDRESS4 = 24

/** Of Per-Packet Information libpcap knows the addresses, but neither types nor directions. */
const PPI = 192

const TO_DS = 0x01
const FROM_DS = 0x02

/** Bits of the type: data frames have the upper one, control frames the lower one. */
const DATA = 0x08
const CONTROL = 0x04

const isSet = (state: CodeState, at: 0 | 1, bit: number): Condition =>
  bitsSet(state, 'link', at, B, bit)
const isClear = (state: CodeState, at: 0 | 1, bit: number): Condition => not(isSet(state, at, bit))

/** The address at `at` is `mac`, or, without one, that of a group. */
const addressAt = (state: CodeState, at: number, mac: Mac | null): Condition =>
  mac === null ? bitsSet(state, 'link', at, B, 1) : bytesAre(state, 'link', at, mac)

/** `mac` is the address of that role. */
export function macIsOfWifi(state: CodeState, mac: Mac, direction: Direction | null): Condition {
  switch (direction) {
    case 'src':
      return sourceIs(state, mac)
    case 'dst':
      return destinationIs(state, mac)
    case 'and': {
      const source = sourceIs(state, mac)
      return and(source, destinationIs(state, mac))
    }
    case 'or':
    case null: {
      const source = sourceIs(state, mac)
      return or(source, destinationIs(state, mac))
    }
    case 'addr1':
      return addressAt(state, ADDRESS1, mac)
    case 'addr2':
      return and(hasAddress2(state), addressAt(state, ADDRESS2, mac))
    case 'addr3': {
      const control = fieldIs(state, 'link', 0, B, 0x04, 0x0c)
      return and(not(control), addressAt(state, ADDRESS3, mac))
    }
    case 'addr4': {
      const both = fieldIs(state, 'link', 1, B, TO_DS | FROM_DS, TO_DS | FROM_DS)
      return and(both, addressAt(state, ADDRESS4, mac))
    }
    case 'ra': {
      const data = isSet(state, 0, DATA)
      return and(data, addressAt(state, ADDRESS1, mac))
    }
    case 'ta': {
      const has = hasAddress2(state)
      const data = and(isSet(state, 0, DATA), has)
      return and(data, addressAt(state, ADDRESS2, mac))
    }
  }
}

/** Not CTS and not ACK, the control frames with one address. */
function hasAddress2(state: CodeState): Condition {
  const control = not(fieldIs(state, 'link', 0, B, 0x04, 0x0c))
  const cts = not(fieldIs(state, 'link', 0, B, 0xc0, 0xf0))
  const ack = not(fieldIs(state, 'link', 0, B, 0xd0, 0xf0))
  return or(control, and(cts, ack))
}

/** No control frame, and a management frame that holds the one, or a data frame that holds the other. */
function byFrameType(
  state: CodeState,
  data: Condition,
  managementAt: number,
  mac: Mac | null,
): Condition {
  const ofData = and(isSet(state, 0, DATA), data)
  const management = isClear(state, 0, DATA)
  const ofManagement = and(management, addressAt(state, managementAt, mac))
  const either = or(ofManagement, ofData)
  return and(isClear(state, 0, CONTROL), either)
}

function sourceIs(state: CodeState, mac: Mac): Condition {
  const toDs = isSet(state, 1, TO_DS)
  const bridged = and(toDs, addressAt(state, ADDRESS4, mac))
  const notToDs = isClear(state, 1, TO_DS)
  const fromAccessPoint = and(notToDs, addressAt(state, ADDRESS3, mac))
  const from = and(isSet(state, 1, FROM_DS), or(fromAccessPoint, bridged))
  const notFrom = isClear(state, 1, FROM_DS)
  const data = or(and(notFrom, addressAt(state, ADDRESS2, mac)), from)
  return byFrameType(state, data, ADDRESS2, mac)
}

function destinationIs(state: CodeState, mac: Mac | null): Condition {
  const toDs = isSet(state, 1, TO_DS)
  const to = and(toDs, addressAt(state, ADDRESS3, mac))
  const notToDs = isClear(state, 1, TO_DS)
  const data = or(and(notToDs, addressAt(state, ADDRESS1, mac)), to)
  return byFrameType(state, data, ADDRESS1, mac)
}

/** The destination is a group. */
export const wifiMulticast = (state: CodeState): Condition => destinationIs(state, null)

/** `type` and `subtype`: bits of the first byte. */
export function wifiTypeIs(state: CodeState, value: number, mask: number): Condition {
  requireWifi(state, 'types of 802.11 frames')
  return fieldIs(state, 'link', 0, B, value, mask)
}

/** `dir`: the bits To DS and From DS. */
export function wifiDirectionIs(state: CodeState, value: number): Condition {
  requireWifi(state, 'directions of 802.11 frames')
  return fieldIs(state, 'link', 1, B, value, TO_DS | FROM_DS)
}

function requireWifi(state: CodeState, what: string): void {
  if (state.layer.test !== 'wifi' || state.linkType === PPI)
    state.refuse(`${state.layer.name} packets have no ${what}`)
}
