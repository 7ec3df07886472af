/**
 * The packets of captures that a filter selects. It is compiled once for each link type that its packets have: the interfaces of
 * one file may have several.
 */
import type { CaptureInterface, PacketBatch } from '../../capture/packet.ts'
import { compile } from '../../filter/compile.ts'
import { parseExpression } from '../../filter/grammar.ts'
import { hostNamesIn, type Names } from '../../filter/names.ts'
import { type Predicate, predicateOf } from '../../filter/predicate.ts'
import type { CaptureSource } from '../../host/capture-file.ts'
import { lookUpHosts, machineNames } from '../../host/filter-names.ts'

/** What tcpdump keeps of a packet when it is told nothing. */
export const SNAP_LENGTH = 262_144

export class PacketFilter {
  private readonly expression: string
  private readonly names: Names
  private readonly predicates = new Map<string, Predicate>()
  /** The interfaces of the capture whose packets were looked at last. */
  private source: CaptureSource | null = null
  private byInterface: Predicate[] = []
  /** Packets that were looked at, of all captures. */
  private seen = 0
  /** The numbers of the packets that are handed on. */
  private frames = new Uint32Array(0)
  private view: DataView | null = null
  private bytes: Uint8Array = new Uint8Array(0)

  constructor(expression: string, names: Names) {
    this.expression = expression
    this.names = names
  }

  /** Numbers packets from 1 again: another reading begins. */
  begin(): void {
    this.seen = 0
    this.source = null
  }

  /** How many of the packets `from` … `to - 1` are selected. A FilterError says that the expression does not fit the link type. */
  count(batch: PacketBatch, from: number, to: number, source: CaptureSource): number {
    if (from === to) return 0
    const { at, capturedBytes, originalBytes, interfaceIndex } = batch
    const bytes = this.bytesOf(batch)
    let predicate = this.enter(source, interfaceIndex[from] as number)
    let last = interfaceIndex[from] as number
    let count = 0
    for (let index = from; index < to; index++) {
      const face = interfaceIndex[index] as number
      if (face !== last) {
        predicate = this.enter(source, face)
        last = face
      }
      const length = capturedBytes[index] as number
      if (predicate(bytes, at[index] as number, length, originalBytes[index] as number) !== 0)
        count++
    }
    return count
  }

  /**
   * Moves the selected ones of the packets `from` … `to - 1` to the front and tells where they end; `batch.frames` has their
   * numbers.
   */
  keep(batch: PacketBatch, from: number, to: number, source: CaptureSource): number {
    const { at, capturedBytes, originalBytes, timeNs, interfaceIndex } = batch
    if (this.frames.length < batch.capacity) this.frames = new Uint32Array(batch.capacity)
    const { frames } = this
    batch.frames = frames
    const bytes = this.bytesOf(batch)
    let kept = from
    for (let index = from; index < to; index++) {
      const face = interfaceIndex[index] as number
      const length = capturedBytes[index] as number
      const start = at[index] as number
      const original = originalBytes[index] as number
      this.seen++
      if (this.enter(source, face)(bytes, start, length, original) === 0) continue
      frames[kept] = this.seen
      at[kept] = start
      capturedBytes[kept] = length
      originalBytes[kept] = original
      timeNs[kept] = timeNs[index] as number
      interfaceIndex[kept] = face
      kept++
    }
    return kept
  }

  /** What the packets lie in; made anew only where the reader has other bytes. */
  private bytesOf({ view }: PacketBatch): Uint8Array {
    if (view !== this.view) {
      this.view = view
      this.bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
    }
    return this.bytes
  }

  private enter(source: CaptureSource, face: number): Predicate {
    if (source !== this.source) {
      this.source = source
      this.byInterface = []
    }
    const known = this.byInterface[face]
    if (known !== undefined) return known
    const of = source.reader.interfaces[face]
    if (of === undefined) return () => 0
    const predicate = this.predicateFor(of)
    this.byInterface[face] = predicate
    return predicate
  }

  /** What selects packets of an interface; a FilterError says that the expression does not fit its link type. */
  predicateFor({ linkType, bigEndian }: CaptureInterface): Predicate {
    const key = `${linkType} ${bigEndian}`
    const known = this.predicates.get(key)
    if (known !== undefined) return known
    const { names } = this
    const program = compile(this.expression, {
      linkType,
      source: 'file',
      bigEndian,
      snapLength: SNAP_LENGTH,
      netmask: 0,
      names,
    })
    const predicate = predicateOf(program)
    this.predicates.set(key, predicate)
    return predicate
  }
}

/** The filter of an expression whose hosts have been looked up. One that cannot be read throws a FilterError. */
export async function openFilter(expression: string): Promise<PacketFilter> {
  const hosts = await lookUpHosts(hostNamesIn(parseExpression(expression)))
  return new PacketFilter(expression, machineNames(hosts))
}
