/** ATM with Sun's pseudo-header, and SS7's MTP2 and MTP3 (ITU-T Q.703, Q.704), as far as pcap-filter(7) has words for them. */

import { type Comparing, fieldCompares, fieldIs, type Size } from './code-load.ts'
import type { CodeState } from './code-state.ts'
import { and, type Condition, or } from './condition.ts'
import { B, H, W } from './instruction.ts'
import type { SignallingField, SignallingType } from './keyword.ts'
import type { ExpressionOf, Relation } from './tree.ts'

const ETHERNET = 1

/** How far behind the packet's begin MTP2 lies, by link type: alone, with a pseudo-header, in an ERF record. */
const MTP2_AT: ReadonlyMap<number, number> = new Map([
  [140, 0],
  [139, 4],
  [197, 20],
])

const VPI_AT = 1
const VCI_AT = 2
const MESSAGE_TYPE_AT = 9

/** Virtual channels of circuit 0 that have a use of their own. */
const CHANNELS: Partial<Record<SignallingType, number>> = {
  metac: 1,
  bcc: 2,
  oamf4sc: 3,
  oamf4ec: 4,
  sc: 5,
  ilmic: 16,
}

/** Q.2931 messages: setup, call proceeding, connect, connect acknowledge, release, release done. */
const MESSAGES = {
  connectmsg: [0x05, 0x02, 0x07, 0x0f, 0x4d, 0x5a],
  metaconnect: [0x05, 0x02, 0x07, 0x4d, 0x5a],
} as const

/** The cell or message is of that kind. */
export function isSignalling(state: CodeState, type: SignallingType): Condition {
  if (type.endsWith('su')) return isMtp2(state, type)
  requireAtm(state, type)
  const channel = CHANNELS[type]
  if (channel !== undefined) return isChannel(state, channel)
  switch (type) {
    case 'lane':
      return isLane(state)
    case 'oam':
    case 'oamf4': {
      const either = or(vciIs(state, 3), vciIs(state, 4))
      return and(fieldIs(state, 'link', VPI_AT, B, 0), either)
    }
    default: {
      const [first = 0, second = 0, ...others] =
        MESSAGES[type === 'connectmsg' ? type : 'metaconnect']
      const is = (message: number): Condition => fieldIs(state, 'link', MESSAGE_TYPE_AT, B, message)
      let any = or(is(first), is(second))
      for (const message of others) any = or(is(message), any)
      return and(isChannel(state, type === 'connectmsg' ? 5 : 1), any)
    }
  }
}

const vciIs = (state: CodeState, value: number): Condition =>
  fieldIs(state, 'link', VCI_AT, H, value)

const isChannel = (state: CodeState, channel: number): Condition =>
  and(fieldIs(state, 'link', VPI_AT, B, 0), vciIs(state, channel))

function requireAtm(state: CodeState, word: string): void {
  if (state.outermost.test !== 'atm') state.refuse(`“${word}” is told only by raw ATM`)
}

/** LAN emulation; what follows looks at the Ethernet frame within. */
function isLane(state: CodeState): Condition {
  const lane = fieldIs(state, 'link', 0, B, 1, 0x0f)
  const header = { constant: state.outermost.payloadAt + 2, variable: false, register: null }
  state.enterLayer(ETHERNET, header)
  state.setOffset('type', { constant: header.constant + 12 })
  state.setOffset('payload', { constant: header.constant + 14 })
  state.networkAt = 0
  state.networkAtWithoutSnap = 3
  return lane
}

/** By the length indicator: fill-in units have 0, link status units 1 or 2, message units more. */
function isMtp2(state: CodeState, type: SignallingType): Condition {
  const start = MTP2_AT.get(state.linkType)
  if (start === undefined) return state.refuse(`“${type}” is told only by MTP2`)
  const high = type.startsWith('h')
  const length = (how: Comparing, value: number): Condition =>
    high
      ? fieldCompares(state, 'packet', start + 4, H, how, value << 7, 0xff80)
      : fieldCompares(state, 'packet', start + 2, B, how, value, 0x3f)
  if (type.endsWith('fisu')) return length('=', 0)
  if (type.endsWith('msu')) return length('>', 2)
  const most = length('<=', 2)
  return and(length('>', 0), most)
}

type Ss7Layout = {
  readonly at: number
  readonly size: Size
  readonly mask: number
  readonly most: number
  readonly wire: (value: number) => number
}

/** MTP3's fields: point codes are little-endian and straddle bytes. */
const SS7: Readonly<Record<'sio' | 'opc' | 'dpc' | 'sls', Ss7Layout>> = {
  sio: { at: 3, size: B, mask: 0xffff_ffff, most: 255, wire: (value) => value },
  opc: {
    at: 4,
    size: W,
    mask: 0x00c0_ff0f,
    most: 16383,
    wire: (value) => ((value & 0x3c00) >> 10) + ((value & 0x03fc) << 6) + ((value & 3) << 22),
  },
  dpc: {
    at: 4,
    size: W,
    mask: 0xff3f_0000,
    most: 16383,
    wire: (value) => (((value & 0xff) << 24) >>> 0) + ((value & 0x3f00) << 8),
  },
  sls: { at: 7, size: B, mask: 0xf0, most: 15, wire: (value) => value << 4 },
}

/** A field compares so with a number; one of several numbers is enough. */
export function signallingFieldIs(
  state: CodeState,
  { field, tests }: ExpressionOf<'signalling-field'>,
): Condition {
  const [first, ...others] = tests.map((each) => fieldTest(state, field, each.relation, each.value))
  if (first === undefined) return state.refuse('a number is missing')
  return others.reduce((any, next) => or(any, next), first)
}

function fieldTest(
  state: CodeState,
  field: SignallingField,
  relation: Relation,
  value: number,
): Condition {
  // libpcap takes != for = here; a filter that is carried over must select the same.
  const how: Comparing = relation === '!=' ? '=' : relation
  if (field === 'vpi' || field === 'vci') {
    requireAtm(state, field)
    const [at, size] = field === 'vpi' ? ([VPI_AT, B] as const) : ([VCI_AT, H] as const)
    return fieldCompares(state, 'link', at, size, how, value)
  }
  const start = MTP2_AT.get(state.linkType)
  if (start === undefined) return state.refuse(`“${field}” is told only by SS7`)
  const high = field.startsWith('h')
  const layout = SS7[(high ? field.slice(1) : field) as keyof typeof SS7]
  if (value > layout.most) return state.refuse(`“${field}” is at most ${layout.most}`)
  const at = start + layout.at + (high ? 3 : 0)
  return fieldCompares(state, 'packet', at, layout.size, how, layout.wire(value), layout.mask)
}
