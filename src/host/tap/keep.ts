/** Keeps what a tap saw as pcapng: one interface for each host, all packets in the order of their times, comments beside them. */
import { writeFileSync } from 'node:fs'
import { TOOL } from '../../base/version.ts'
import { writeInterface, writePacket, writeSection } from '../../capture/write-pcapng.ts'
import type { Sighting } from '../../diagnose/passage/sighting.ts'
import type { Tapped } from '../../diagnose/tap.ts'
import { joinBytes } from '../../wire/bytes.ts'
import { SNAP_BYTES } from './filter.ts'

/** The bytes of the file. A host whose packets have several link types has an interface for each. */
export function captureBytes(
  { points }: Tapped,
  comments: ReadonlyMap<Sighting, readonly string[]>,
): Uint8Array {
  const faces = points.flatMap(({ host, sightings }) =>
    [...new Set(sightings.map(({ frame }) => frame.linkType))].map((linkType) => ({
      host,
      linkType,
    })),
  )
  const packets = points
    .flatMap(({ host, sightings }) =>
      sightings.map((one) => ({
        one,
        face: faces.findIndex((it) => it.host === host && it.linkType === one.frame.linkType),
      })),
    )
    .toSorted((a, b) => a.one.timeMs - b.one.timeMs)
  return joinBytes(
    writeSection(TOOL),
    ...faces.map(({ host, linkType }) =>
      writeInterface({
        linkType,
        snapBytes: SNAP_BYTES,
        name: host,
        checkBytes: 0,
      }),
    ),
    ...packets.map(({ one, face }) => {
      const { bytes, originalBytes } = one.frame
      const epochSeconds = Math.floor(one.timeMs / 1000)
      // Times are kept as milliseconds, which are exact to a fraction of a microsecond.
      const timeNs = Math.round((one.timeMs - epochSeconds * 1000) * 1e3) * 1e3
      return writePacket({ epochSeconds, timeNs, bytes, originalBytes }, face, comments.get(one))
    }),
  )
}

/** Writes the file; the sentence that says why it cannot be, else null. */
export function keepCapture(
  path: string,
  tapped: Tapped,
  comments: ReadonlyMap<Sighting, readonly string[]>,
): string | null {
  try {
    writeFileSync(path, captureBytes(tapped, comments))
    return null
  } catch (error) {
    return `${path} could not be written: ${(error as Error).message}`
  }
}
