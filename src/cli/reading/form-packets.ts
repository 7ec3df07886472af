/** `rungs read --packets`: a line a packet, as tcpdump prints it, or as JSON. */
import type { PacketBatch } from '../../capture/packet.ts'
import type { CaptureSource } from '../../host/capture-file.ts'
import { formatClock } from '../../report/read/instant.ts'
import { formatPacketRecord, packetRecord } from '../../report/read/packet-record.ts'
import { PacketLines } from '../../wire/packet-line.ts'
import { TextSink } from '../../wire/text-sink.ts'
import type { PacketLoop } from './packet-loop.ts'
import type { Form, Scene } from './scene.ts'

/** Characters that are put together before they become a string. */
const PIECE_CHARACTERS = 49_152

/** Writes packets as lines with the time of day. */
export class LineWriter {
  private readonly scene: Scene
  private readonly lines = new PacketLines()
  private readonly sink = new TextSink()
  /** The second that was told last, and its text; the next packet is mostly of the same. */
  private second = Number.NaN
  private clock = ''

  constructor(scene: Scene) {
    this.scene = scene
  }

  line(
    view: DataView,
    at: number,
    end: number,
    originalBytes: number,
    linkType: number,
    timeNs: number,
  ): void {
    const { sink } = this
    const second = Math.floor(timeNs / 1e9)
    if (second !== this.second) this.enter(second)
    sink.text(this.clock)
    sink.digits((timeNs - second * 1e9) / 1000, 6)
    sink.byte(0x20)
    this.lines.write(sink, view, at, end, originalBytes, linkType)
    sink.byte(0x0a)
    if (sink.at >= PIECE_CHARACTERS) this.flush()
  }

  /** Hands on what is held. */
  flush(): void {
    const { sink } = this
    if (sink.at === 0) return
    this.scene.output.write(Buffer.from(sink.bytes.buffer, 0, sink.at).toString('latin1'))
    sink.at = 0
  }

  private enter(second: number): void {
    const { epochSeconds, zoneSeconds } = this.scene
    this.second = second
    this.clock = `${formatClock(second * 1e9, epochSeconds, zoneSeconds, 0)}.`
  }
}

/** All packets as lines: nothing has to be known of connections, so that it is as fast as it can be. */
export class AllLines {
  private readonly writer: LineWriter
  private readonly most: number
  private taken = 0

  constructor(scene: Scene) {
    this.writer = new LineWriter(scene)
    this.most = scene.request.first ?? Number.POSITIVE_INFINITY
  }

  take(batch: PacketBatch, from: number, to: number, { reader }: CaptureSource): boolean {
    const { writer } = this
    const { view, at, capturedBytes, originalBytes, timeNs, interfaceIndex } = batch
    const last = Math.min(to, from + this.most - this.taken)
    for (let index = from; index < last; index++) {
      const start = at[index] as number
      writer.line(
        view,
        start,
        start + (capturedBytes[index] as number),
        originalBytes[index] as number,
        reader.interfaces[interfaceIndex[index] as number]?.linkType ?? -1,
        timeNs[index] as number,
      )
    }
    this.taken += last - from
    return this.taken < this.most
  }

  finish(): void {
    this.writer.flush()
  }
}

/** The packets of the connections that were asked for, as lines. */
export function linesForm(scene: Scene): Form {
  const writer = new LineWriter(scene)
  return {
    after: ({ view, at, end, originalBytes, interface: { linkType }, timeNs }) =>
      writer.line(view, at, end, originalBytes, linkType, timeNs),
    ended: null,
    needsPayload: false,
    finish: () => {
      writer.flush()
      return null
    },
  }
}

/** Packets as objects. */
export function packetJsonForm(scene: Scene): Form {
  const { output } = scene
  return {
    after: (loop: PacketLoop) =>
      output.write(formatPacketRecord(packetRecord(loop, scene.epochSeconds))),
    ended: null,
    needsPayload: false,
    finish: () => null,
  }
}
