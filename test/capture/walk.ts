/** Goes through a whole capture in memory, packet by packet, as the tests that compare with other programs need it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { findFormat } from '../../src/capture/open.ts'
import { type CaptureReader, Epoch, PacketBatch } from '../../src/capture/packet.ts'
import { Headers } from '../../src/wire/headers.ts'

/** The small captures that the repository holds. */
export const dataDirectory: string = join(import.meta.dirname, 'data')

/** The names of the captures in a folder. */
export const goldens = (directory: string = dataDirectory): string[] =>
  readdirSync(directory)
    .filter((name) => /\.(?:pcap|pcapng|pcap\.gz)$/.test(name))
    .toSorted()

/** A capture's bytes, unpacked. */
export function captureBytes(path: string): Uint8Array {
  const bytes = readFileSync(path)
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
}

/** A packet as `walkCapture` hands it over: `batch` at `index` is its row. */
export type Packet = {
  readonly batch: PacketBatch
  readonly index: number
  /** Counts from 1. */
  readonly frame: number
  readonly at: number
  readonly end: number
  readonly originalBytes: number
  readonly timeNs: number
  readonly linkType: number
  readonly headers: Headers
}

/** Hands every packet of the bytes to `visit`, and tells how the reader stood at the end. */
export function walkCapture(bytes: Uint8Array, visit: (packet: Packet) => void): CaptureReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const format = findFormat(view, 0, view.byteLength)
  if (format === null) throw new Error('no format knows these bytes')
  const reader = format.open(new Epoch())
  const batch = new PacketBatch(256)
  const headers = new Headers()
  let at = 0
  let frame = 0
  for (;;) {
    const next = reader.read(view, at, view.byteLength, true, batch)
    for (let index = 0; index < batch.count; index++) {
      frame++
      const start = batch.at[index] ?? 0
      visit({
        batch,
        index,
        frame,
        at: start,
        end: start + (batch.capturedBytes[index] ?? 0),
        originalBytes: batch.originalBytes[index] ?? 0,
        timeNs: batch.timeNs[index] ?? 0,
        linkType: reader.interfaces[batch.interfaceIndex[index] ?? 0]?.linkType ?? -1,
        headers,
      })
    }
    if (reader.ended || (batch.count === 0 && next === at)) return reader
    at = next
  }
}
