/**
 * The way of a capture's packets: headers, fragments, connections, counts, and whoever wants to see each
 * of them. It runs once a packet; nothing here makes an object.
 */
import type { CaptureInterface, PacketBatch } from '../../capture/packet.ts'
import type { Connection } from '../../flow/connection.ts'
import type { Flows } from '../../flow/flows.ts'
import type { CaptureSource } from '../../host/capture-file.ts'
import type { Statistics } from '../../report/read/statistics.ts'
import { Fragments } from '../../wire/fragment.ts'
import { readFrame } from '../../wire/frame.ts'
import { HEADER_NOTE, Headers } from '../../wire/headers.ts'

/** What becomes of each packet. */
export type LoopParts = {
  /** Null where connections are of no interest. */
  readonly flows: Flows | null
  readonly statistics: Statistics | null
  /** Is told of a connection with its first packet. */
  readonly opened: ((connection: Connection) => void) | null
  /** Sees a packet once its connection is known. */
  readonly after: ((loop: PacketLoop) => void) | null
  /** Only these are counted, and seen by `after`; null for all. */
  readonly only: ((connection: Connection | null) => boolean) | null
  /** Packets that are taken at most. */
  readonly most: number
}

const NO_INTERFACE: CaptureInterface = {
  linkType: -1,
  snapBytes: 0,
  name: null,
  checkBytes: 0,
  bigEndian: false,
}

/** One reading of captures; its fields tell of the packet at hand. */
export class PacketLoop {
  readonly headers: Headers = new Headers()
  readonly flows: Flows | null
  /** Its number in the capture, from 1. */
  frame = 0
  /** Packets that were taken so far; a filter may have left others out. */
  taken = 0
  /** Where its bytes lie. */
  view: DataView = new DataView(new ArrayBuffer(0))
  at = 0
  end = 0
  originalBytes = 0
  timeNs = 0
  source: CaptureSource | null = null
  interfaceIndex = -1
  interface: CaptureInterface = NO_INTERFACE
  connection: Connection | null = null
  /** Connections so far. */
  private begun = 0
  private readonly fragments = new Fragments()
  private readonly statistics: Statistics | null
  private readonly opened: LoopParts['opened']
  private readonly after: LoopParts['after']
  private readonly only: LoopParts['only']
  private readonly most: number

  constructor({ flows, statistics, opened, after, only, most }: LoopParts) {
    this.flows = flows
    this.statistics = statistics
    this.opened = opened
    this.after = after
    this.only = only
    this.most = most
  }

  /** Takes packets as `readCaptures` gives them; false where no more are wanted. */
  take(batch: PacketBatch, from: number, to: number, source: CaptureSource): boolean {
    const last = Math.min(to, from + this.most - this.taken)
    if (source !== this.source) this.interfaceIndex = -1
    this.source = source
    this.view = batch.view
    for (let index = from; index < last; index++) this.packet(batch, index)
    this.taken += Math.max(last - from, 0)
    return this.taken < this.most
  }

  private packet(batch: PacketBatch, index: number): void {
    const { headers, view, flows } = this
    const interfaceIndex = batch.interfaceIndex[index] as number
    if (interfaceIndex !== this.interfaceIndex) this.enter(interfaceIndex)
    const capturedBytes = batch.capturedBytes[index] as number
    const originalBytes = batch.originalBytes[index] as number
    const timeNs = batch.timeNs[index] as number
    const at = batch.at[index] as number
    const end = at + capturedBytes
    const frame = batch.frames === null ? this.frame + 1 : (batch.frames[index] as number)
    this.frame = frame
    this.at = at
    this.end = end
    this.originalBytes = originalBytes
    this.timeNs = timeNs
    readFrame(view, at, end, originalBytes, this.interface.linkType, headers)
    if ((headers.notes & HEADER_NOTE.fragment) !== 0) this.fragments.take(headers, timeNs)
    const connection = flows === null ? null : flows.packet(headers, frame, timeNs, originalBytes)
    this.connection = connection
    if (flows !== null && flows.totals.connections !== this.begun) this.begin(flows)
    if (this.only !== null && !this.only(connection)) return
    if (this.statistics !== null) this.count(this.statistics)
    if (this.after !== null) this.after(this)
  }

  /** A connection has begun with the packet at hand. */
  private begin({ totals }: Flows): void {
    this.begun = totals.connections
    if (this.opened !== null && this.connection !== null) this.opened(this.connection)
  }

  private enter(interfaceIndex: number): void {
    this.interfaceIndex = interfaceIndex
    this.interface = this.source?.reader.interfaces[interfaceIndex] ?? NO_INTERFACE
  }

  private count(statistics: Statistics): void {
    const { headers, originalBytes, timeNs } = this
    const { protocolPackets, protocolBytes } = statistics
    statistics.packets++
    statistics.bytes += originalBytes
    statistics.capturedBytes += this.end - this.at
    if (timeNs < statistics.firstNs) statistics.firstNs = timeNs
    if (timeNs > statistics.lastNs) statistics.lastNs = timeNs
    const { protocol, notes } = headers
    if (protocol >= 0) {
      protocolPackets[protocol] = (protocolPackets[protocol] as number) + 1
      protocolBytes[protocol] = (protocolBytes[protocol] as number) + originalBytes
    } else if ((notes & HEADER_NOTE.unknownLink) !== 0) {
      statistics.unknownLink(this.interface.linkType, originalBytes)
    } else {
      statistics.withoutIp(headers.etherType, originalBytes)
    }
    if ((notes & HEADER_NOTE.damaged) !== 0) statistics.damagedPackets++
    if (statistics.checksums !== null) statistics.checksums.packet(headers, this.frame)
    const marks = this.flows === null ? 0 : this.flows.marks
    if (marks !== 0) statistics.mark(marks)
  }
}
