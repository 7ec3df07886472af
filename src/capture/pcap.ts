/**
 * pcap files: https://ietf-opsawg-wg.github.io/draft-ietf-opsawg-pcap/draft-ietf-opsawg-pcap.html and,
 * for older versions and limits, libpcap's sf-pcap.c. The magic number tells the byte order of all fields:
 *
 *    0  magic 32: a1b2c3d4 (µs), a1b23c4d (ns), a1b2cd34 (µs, with Kuznetzov's longer record header)
 *    4  version, major 16 | minor 16 | 8  unused 64 | 16  snap length 32
 *   20  link type 32: frame check sequence's length 3 (in 16 bits), its presence 1, … | link type 26 (0–25)
 *   24  records:
 *        0  seconds 32 | 4  µs or ns 32 | 8  captured length 32 | 12  original length 32
 *       16  Kuznetzov's: interface 32 | 20  protocol 16 | 22  direction 8 | 23  unused 8
 *       16 or 24  the packet
 */
import { mostPacketBytes } from './limit.ts'
import type {
  CaptureFormat,
  CaptureInterface,
  CaptureReader,
  CaptureStatistics,
  PacketBatch,
  PacketComment,
  Tally,
} from './packet.ts'
import { ReadingNotes } from './reading-notes.ts'

/** Bytes before the first record. */
export const PCAP_HEADER_BYTES = 24
/** Bytes before the packet of each record. */
export const PCAP_RECORD_BYTES = 16

/** The magic numbers of files that are written; those of a file in the other byte order are the same, reversed. */
export const PCAP_MAGIC: { readonly microseconds: 0xa1b2c3d4; readonly nanoseconds: 0xa1b23c4d } = {
  microseconds: 0xa1b2c3d4,
  nanoseconds: 0xa1b23c4d,
}

type Kind = { readonly recordBytes: number; readonly nsPerUnit: number }

const KINDS: ReadonlyMap<number, Kind> = new Map([
  [PCAP_MAGIC.microseconds, { recordBytes: PCAP_RECORD_BYTES, nsPerUnit: 1000 }],
  [PCAP_MAGIC.nanoseconds, { recordBytes: PCAP_RECORD_BYTES, nsPerUnit: 1 }],
  [0xa1b2cd34, { recordBytes: 24, nsPerUnit: 1000 }],
])

const isPcap = (view: DataView, at: number, end: number): boolean =>
  end - at >= 4 && (KINDS.has(view.getUint32(at, true)) || KINDS.has(view.getUint32(at, false)))

class PcapReader extends ReadingNotes implements CaptureReader {
  readonly interfaces: CaptureInterface[] = []
  readonly names: ReadonlyMap<string, string> = new Map()
  readonly comments: readonly PacketComment[] = []
  readonly statistics: readonly CaptureStatistics[] = []
  neededBytes: number = PCAP_HEADER_BYTES
  #little = false
  #recordBytes = 0
  #nsPerUnit = 0
  #snapBytes = 0
  #mostBytes = 0
  /** Files before version 2.4 have the two lengths of a record the other way round; 2.3 may (libpcap's sf-pcap.c). */
  #lengths: 'in order' | 'swapped' | 'maybe swapped' = 'in order'
  /** Bytes of the file before those that are read at the time. */
  #offset = 0

  read(view: DataView, at: number, end: number, last: boolean, batch: PacketBatch): number {
    batch.count = 0
    batch.view = view
    if (this.ended) return end
    let from = at
    if (this.interfaces.length === 0) {
      from = this.#readFileHeader(view, at, end)
      if (from === at) {
        if (last)
          this.#stop(0, `cut short: the header of the file needs 24 bytes, ${end - at} are there`)
        return at
      }
    }
    const base = this.#offset - at
    const { tally } = batch
    const next =
      tally === null || this.#lengths !== 'in order'
        ? this.#readRecords(view, from, end, batch, base)
        : this.#tallyRecords(view, from, end, tally, base)
    if (last && next < end && batch.count < batch.capacity && !this.ended) {
      this.#tellCutRecord(end - next, base + next)
    }
    this.#offset += next - at
    return next
  }

  #stop(offset: number, reason: string): void {
    this.damage.add(offset, reason)
    this.ended = true
  }

  #readFileHeader(view: DataView, at: number, end: number): number {
    if (end - at < PCAP_HEADER_BYTES) return at
    this.#little = KINDS.has(view.getUint32(at, true))
    const little = this.#little
    const kind = KINDS.get(view.getUint32(at, little))
    if (kind === undefined) {
      this.#stop(0, 'no pcap file: its first four bytes are none of the magic numbers')
      return end
    }
    this.#recordBytes = kind.recordBytes
    this.#nsPerUnit = kind.nsPerUnit
    const [major, minor] = [view.getUint16(at + 4, little), view.getUint16(at + 6, little)]
    if (major === 2 && minor < 3) this.#lengths = 'swapped'
    if (major === 2 && minor === 3) this.#lengths = 'maybe swapped'
    const link = view.getUint32(at + 20, little)
    const linkType = link & 0x03ffffff
    this.#mostBytes = mostPacketBytes(linkType)
    const snap = view.getUint32(at + 16, little)
    // 0 and what no signed number holds mean “no limit” (libpcap's pcap_adjust_snapshot).
    this.#snapBytes = snap === 0 || snap > 0x7fffffff ? 0 : snap
    const checkBytes = (link & 0x04000000) === 0 ? 0 : (link >>> 28) * 2
    const snapBytes = this.#snapBytes
    this.interfaces.push({ linkType, snapBytes, name: null, checkBytes, bigEndian: !little })
    this.neededBytes = this.#recordBytes
    return at + PCAP_HEADER_BYTES
  }

  /** `base` is what makes a place in `view` one in the file. */
  #readRecords(
    view: DataView,
    from: number,
    end: number,
    batch: PacketBatch,
    base: number,
  ): number {
    const little = this.#little
    const recordBytes = this.#recordBytes
    const nsPerUnit = this.#nsPerUnit
    const most = this.#mostBytes
    const snap = this.#snapBytes === 0 ? most : this.#snapBytes
    const inOrder = this.#lengths === 'in order'
    const { capacity, at: starts, capturedBytes, originalBytes, timeNs, interfaceIndex } = batch
    if (end - from >= recordBytes) {
      this.epoch.start(view.getUint32(from, little))
    }
    const epoch = this.epoch.seconds
    let at = from
    let count = 0
    this.neededBytes = recordBytes
    while (count < capacity && end - at >= recordBytes) {
      let captured = view.getUint32(at + 8, little)
      let original = view.getUint32(at + 12, little)
      if (!inOrder && (this.#lengths === 'swapped' || captured > original)) {
        const swapped = captured
        captured = original
        original = swapped
      }
      if (captured > most) {
        this.#tellLongRecord(captured, base + at)
        break
      }
      const packetAt = at + recordBytes
      if (captured > end - packetAt) {
        this.neededBytes = recordBytes + captured
        break
      }
      starts[count] = packetAt
      // A packet past the snap length is cut to it, as libpcap does.
      capturedBytes[count] = Math.min(captured, snap)
      originalBytes[count] = original
      timeNs[count] =
        (view.getUint32(at, little) - epoch) * 1e9 + view.getUint32(at + 4, little) * nsPerUnit
      interfaceIndex[count] = 0
      count++
      at = packetAt + captured
    }
    batch.count = count
    return at
  }

  /** As `#readRecords`, but of each record only its two lengths are looked at. */
  #tallyRecords(view: DataView, from: number, end: number, tally: Tally, base: number): number {
    const little = this.#little
    const recordBytes = this.#recordBytes
    const most = this.#mostBytes
    const snap = this.#snapBytes === 0 ? most : this.#snapBytes
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
    const [face] = this.interfaces
    const choose = face === undefined ? null : (tally.chooseOf?.(face) ?? null)
    let at = from
    let packets = 0
    let chosen = 0
    this.neededBytes = recordBytes
    while (end - at >= recordBytes) {
      const captured = view.getUint32(at + 8, little)
      const packetAt = at + recordBytes
      if (captured > most) {
        this.#tellLongRecord(captured, base + at)
        break
      }
      if (captured > end - packetAt) {
        this.neededBytes = recordBytes + captured
        break
      }
      packets++
      if (choose !== null) {
        const kept = Math.min(captured, snap)
        if (choose(bytes, packetAt, kept, view.getUint32(at + 12, little)) !== 0) chosen++
      }
      at = packetAt + captured
    }
    tally.packets += packets
    tally.chosen += choose === null ? packets : chosen
    return at
  }

  #tellLongRecord(captured: number, offset: number): void {
    const reason = `a record of ${captured} bytes, where ${this.#mostBytes} are the most: the file is damaged here`
    this.#stop(offset, reason)
  }

  #tellCutRecord(have: number, offset: number): void {
    if (have < this.#recordBytes) {
      this.#stop(
        offset,
        `cut short: a record's header needs ${this.#recordBytes} bytes, ${have} are there`,
      )
      return
    }
    const captured = this.neededBytes - this.#recordBytes
    const left = have - this.#recordBytes
    this.#stop(offset, `cut short: a packet of ${captured} bytes, of which ${left} are there`)
  }
}

/** The format of tcpdump's `-w`. */
export const PCAP: CaptureFormat = {
  name: 'pcap',
  sniff: isPcap,
  open: (epoch) => new PcapReader(epoch),
}
