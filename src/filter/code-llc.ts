/** `llc`: frames with an LLC header (IEEE 802.2), and their kind by the control field. */

import { isAtmLlc, isDataFrame } from './code-link-type.ts'
import { always, bitsSet, fieldCompares, fieldIs } from './code-load.ts'
import type { CodeState } from './code-state.ts'
import { and, type Condition, not } from './condition.ts'
import { LLC_SUPERVISORY, LLC_UNNUMBERED } from './grammar-wifi.ts'
import { B, H } from './instruction.ts'
import { LONGEST_ETHERNET } from './protocol-number.ts'

const CONTROL_AT = 2
/** What tells supervisory (01) and unnumbered frames (11) from others, and the bits that tell their kinds. */
const FORMAT_MASK = 0x03
const SUPERVISORY_MASK = 0x0f
const UNNUMBERED_MASK = 0xef

const ETHERNET = 1
const FDDI_AND_RING: ReadonlySet<number> = new Set([6, 10, 100])

/** The frame has an LLC header, and, if `type` is given, is of that kind. */
export function isLlc(state: CodeState, type: string | null): Condition {
  const llc = hasLlc(state)
  const control = (value: number, mask: number): Condition =>
    and(llc, fieldIs(state, 'llc', CONTROL_AT, B, value, mask))
  switch (type) {
    case null:
      return llc
    case 'i':
      return and(llc, not(bitsSet(state, 'llc', CONTROL_AT, B, 0x01)))
    case 's':
      return control(0x01, FORMAT_MASK)
    case 'u':
      return control(0x03, FORMAT_MASK)
    default: {
      const supervisory = LLC_SUPERVISORY.get(type)
      if (supervisory !== undefined) return control(supervisory, SUPERVISORY_MASK)
      return control(LLC_UNNUMBERED.get(type) ?? 0, UNNUMBERED_MASK)
    }
  }
}

function hasLlc(state: CodeState): Condition {
  switch (state.layer.test) {
    case 'ethernet': {
      if (state.linkType !== ETHERNET) return refuseLlc(state)
      const length = not(fieldCompares(state, 'type', 0, H, '>', LONGEST_ETHERNET))
      // NetWare's raw 802.3 begins with ffff and has no LLC header.
      return and(length, not(fieldIs(state, 'llc', 0, H, 0xffff)))
    }
    case 'wifi':
      return isDataFrame(state)
    case 'atm':
      return isAtmLlc(state)
    default:
      if (FDDI_AND_RING.has(state.linkType)) return always(true)
      return refuseLlc(state)
  }
}

const refuseLlc = (state: CodeState): never =>
  state.refuse(`${state.layer.name} packets are not known to have LLC headers`)
