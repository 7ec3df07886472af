/** Gathers what one place saw, packet by packet as a capture gives them, within a bound. */
import type { CaptureReader, PacketBatch } from '../../capture/packet.ts'
import { type Sighting, SightingReader } from './sighting.ts'

/** More packets than this are no attempt of ours but a download: those that came later are left out, and counted. */
const MOST_SIGHTINGS = 20_000

export class Collector {
  readonly sightings: Sighting[] = []
  /** Packets that there was no room for. */
  refused = 0
  readonly #reader = new SightingReader()

  /** Takes packets of a batch; what no header can be read of is left out. */
  take(
    batch: PacketBatch,
    from: number,
    to: number,
    { interfaces, epochSeconds }: Pick<CaptureReader, 'interfaces' | 'epochSeconds'>,
  ): void {
    for (let index = from; index < to; index++) {
      if (this.sightings.length >= MOST_SIGHTINGS) {
        this.refused += to - index
        return
      }
      const at = batch.at[index] ?? 0
      const sighting = this.#reader.read(
        batch.view,
        at,
        at + (batch.capturedBytes[index] ?? 0),
        batch.originalBytes[index] ?? 0,
        interfaces[batch.interfaceIndex[index] ?? 0]?.linkType ?? 0,
        epochSeconds * 1000 + (batch.timeNs[index] ?? 0) / 1e6,
      )
      if (sighting) this.sightings.push(sighting)
    }
  }

  /** In the order of their times: several devices may hand them over a little out of it. */
  inOrder(): readonly Sighting[] {
    return this.sightings.toSorted((a, b) => a.timeMs - b.timeMs)
  }
}
