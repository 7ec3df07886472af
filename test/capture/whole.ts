/** Reads a whole capture out of memory, in pieces of any size, as `host/capture-file.ts` does. */
import {
  type CaptureFormat,
  type CaptureReader,
  Epoch,
  PacketBatch,
} from '../../src/capture/packet.ts'
import { viewOf } from '../../src/wire/bytes.ts'

/** A packet with a copy of its bytes. */
export type Packet = {
  readonly bytes: Uint8Array
  readonly originalBytes: number
  readonly timeNs: number
  readonly interfaceIndex: number
}

export type Whole = { readonly packets: readonly Packet[]; readonly reader: CaptureReader }

/** `pieceBytes` tells how many bytes come next; `capacity` is the batch's. */
export function readWhole(
  format: CaptureFormat,
  file: Uint8Array,
  pieceBytes: () => number = () => file.length,
  capacity = 64,
): Whole {
  const reader = format.open(new Epoch())
  const batch = new PacketBatch(capacity)
  const packets: Packet[] = []
  let held = new Uint8Array(0)
  let given = 0
  // Each turn takes bytes or packets; one that does neither is a reader that hangs.
  for (let idle = 0; idle < 3; ) {
    const piece = file.slice(given, given + pieceBytes())
    given += piece.length
    const last = piece.length === 0 || given === file.length
    // Nothing lies behind the end that a reader could look at by mistake without throwing.
    const bytes = new Uint8Array(held.length + piece.length)
    bytes.set(held)
    bytes.set(piece, held.length)
    let at = 0
    for (;;) {
      const next = reader.read(viewOf(bytes), at, bytes.length, last, batch)
      if (next < at || next > bytes.length) throw new Error(`from ${at} to ${next}`)
      for (let n = 0; n < batch.count; n++) packets.push(packetOf(batch, n))
      idle = next > at || batch.count > 0 || piece.length > 0 ? 0 : idle + 1
      const full = batch.count === batch.capacity
      at = next
      if (!full || reader.ended) break
    }
    held = bytes.slice(at)
    if (reader.ended || (last && held.length === 0 && batch.count === 0)) break
  }
  return { packets, reader }
}

function packetOf(batch: PacketBatch, n: number): Packet {
  const at = batch.at[n] ?? 0
  const end = at + (batch.capturedBytes[n] ?? 0)
  if (end > batch.view.byteLength) throw new Error(`a packet ends at ${end}, past the view`)
  return {
    bytes: new Uint8Array(batch.view.buffer, batch.view.byteOffset + at, end - at).slice(),
    originalBytes: batch.originalBytes[n] ?? 0,
    timeNs: batch.timeNs[n] ?? 0,
    interfaceIndex: batch.interfaceIndex[n] ?? 0,
  }
}
