/**
 * What the generation of code knows while it goes from left to right: where the headers lie for the tests that follow (`vlan`,
 * `mpls`, `pppoes` and `geneve` move them for everything after them), and which words of memory are taken.
 */

import { linkTypeName } from '../wire/link-type.ts'
import type { Circumstances } from './circumstances.ts'
import { FilterError } from './filter-error.ts'
import { MEMORY_WORDS } from './instruction.ts'
import { LINK_LAYERS, type LinkLayer, otherLayer } from './link-layer.ts'
import type { Place } from './tree.ts'

/** A place in the packet: a constant, and a word of memory that is added to it if it is `variable`. */
export type Offset = {
  readonly constant: number
  readonly variable: boolean
  /** The word of memory; null until the first test that needs it. */
  readonly register: number | null
}

const fixed = (constant: number): Offset => {
  return { constant, variable: false, register: null }
}

/** Names under which an offset is kept. */
export type OffsetName = 'linkHeader' | 'previousLinkHeader' | 'payload' | 'type'

const ETHERNET = 1
const PPP = 9

/** The headers as the next test finds them. */
export class CodeState {
  readonly circumstances: Circumstances
  /** The link layer that the next test looks at, and the one around it. */
  layer: LinkLayer
  previousLayer: LinkLayer
  /** The link layer at the packet's begin. */
  readonly outermost: LinkLayer
  readonly outermostType: number
  linkType: number
  readonly offsets: Record<OffsetName, Offset>
  networkAt: number
  networkAtWithoutSnap: number
  mplsLabels = 0
  vlanTags = 0
  /** True behind `geneve`: what follows lies within. */
  inGeneve = false
  /** True if a live `vlan` makes the offsets variable. */
  variableVlan = false
  /** False where jumps within a block make the optimiser of no use. */
  optimise = true
  /** Where the test that is being coded stands. */
  place: Place = { at: 0, end: 0 }

  private readonly taken: boolean[] = new Array<boolean>(MEMORY_WORDS).fill(false)
  private current = 0

  constructor(circumstances: Circumstances) {
    const { linkType } = circumstances
    const layer = LINK_LAYERS.get(linkType) ?? otherLayer(linkTypeName(linkType))
    this.circumstances = circumstances
    this.linkType = linkType
    this.outermostType = linkType
    this.layer = layer
    this.outermost = layer
    this.previousLayer = layer
    const header = { ...fixed(layer.headerAt), variable: layer.variableHeader }
    this.offsets = {
      linkHeader: header,
      previousLinkHeader: header,
      payload: { ...fixed(layer.payloadAt), variable: layer.variablePayload },
      type: fixed(layer.typeAt ?? 0),
    }
    this.networkAt = layer.networkAt
    this.networkAtWithoutSnap = layer.networkAtWithoutSnap
  }

  /** Refuses the test that is being coded. */
  refuse(message: string, suggestion: string | null = null): never {
    throw new FilterError(message, this.place.at, this.place.end, suggestion)
  }

  /** The layer within is now `linkType`; its header lies at `header`. */
  enterLayer(linkType: typeof ETHERNET | typeof PPP, header: Offset): void {
    const layer = LINK_LAYERS.get(linkType)
    if (layer === undefined) throw new Error(`no link layer ${linkType}`)
    this.previousLayer = this.layer
    this.offsets.previousLinkHeader = this.offsets.linkHeader
    this.layer = layer
    this.linkType = linkType
    this.offsets.linkHeader = header
    this.inGeneve = false
  }

  /** Changes part of an offset. */
  setOffset(name: OffsetName, change: Partial<Offset>): void {
    this.offsets[name] = { ...this.offsets[name], ...change }
  }

  /** The word of memory of an offset's variable part, taken at the first use. */
  registerOf(name: OffsetName): number {
    const register = this.offsets[name].register ?? this.allocate()
    this.setOffset(name, { register })
    return register
  }

  /** A free word of memory; none left is refused. */
  allocate(): number {
    for (let tries = 0; tries < MEMORY_WORDS; tries++) {
      if (this.taken[this.current] !== true) {
        this.taken[this.current] = true
        return this.current
      }
      this.current = (this.current + 1) % MEMORY_WORDS
    }
    return this.refuse(
      `the computation needs more than the ${MEMORY_WORDS} words of memory that a filter has`,
    )
  }

  free(register: number): void {
    this.taken[register] = false
  }
}
