/**
 * pcapng files, https://ietf-opsawg-wg.github.io/draft-ietf-opsawg-pcap/draft-ietf-opsawg-pcapng.html §4; blocks as in
 * `pcapng-block.ts`, their bodies (offsets count from the block):
 *
 *   Section Header       8  byte order magic 32 | 12  major 16, minor 16 | 16  section length 64 | 24  options
 *   Interface            8  link type 16 | 10  reserved 16 | 12  snap length 32 | 16  options
 *   Enhanced Packet      8  interface 32 | 12  time, high 32, low 32 | 20  captured 32 | 24  original 32 | 28  packet, options
 *   Packet (obsolete)    8  interface 16, drops 16 | 12  as the enhanced one
 *   Simple Packet        8  original 32 | 12  packet
 *   Name Resolution      8  records | Interface Statistics  8  interface 32 | 12  time 64 | 20  options
 *
 * All other blocks (secrets, custom ones, journals) are passed over.
 */
import { bytesBetween } from '../wire/bytes.ts'
import { mostPacketBytes } from './limit.ts'
import type {
  CaptureFormat,
  CaptureInterface,
  CaptureReader,
  CaptureStatistics,
  PacketBatch,
  PacketComment,
} from './packet.ts'
import { BLOCK, BLOCK_BYTES, BYTE_ORDER_MAGIC, eachOption, OPTION, padded } from './pcapng-block.ts'
import { InterfaceClock } from './pcapng-clock.ts'
import { readNames } from './pcapng-name.ts'
import { ReadingNotes } from './reading-notes.ts'

/** The longest block that is looked into: INITIAL_MAX_BLOCKSIZE of libpcap's sf-pcapng.c. */
const MOST_BLOCK_BYTES = 16 * 1024 * 1024
/** Interfaces are counted in 16 bits. */
const MOST_INTERFACES = 0xffff
const MOST_COMMENTS = 100_000

/** Bytes of the blocks up to their packet or options. */
const ENHANCED_BYTES = 28
const SIMPLE_BYTES = 12
const SECTION_BYTES = 24
const INTERFACE_BYTES = 16
const STATISTICS_BYTES = 20

const KEPT: ReadonlySet<number> = new Set(Object.values(BLOCK))

const isPcapng = (view: DataView, at: number, end: number): boolean =>
  end - at >= BLOCK_BYTES &&
  view.getUint32(at) === BLOCK.section &&
  (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC || view.getUint32(at + 8) === BYTE_ORDER_MAGIC)

class PcapngReader extends ReadingNotes implements CaptureReader {
  readonly interfaces: CaptureInterface[] = []
  readonly names: Map<string, string> = new Map()
  readonly comments: PacketComment[] = []
  readonly statistics: CaptureStatistics[] = []
  neededBytes: number = BLOCK_BYTES
  readonly #clocks: InterfaceClock[] = []
  /** Where in `statistics` those of an interface are. */
  readonly #statisticsAt = new Map<number, number>()
  #little = true
  /** Of `interfaces`, the first one of the section; -1 before there is a section. */
  #sectionFirst = -1
  /** Bytes of a block that is passed over, still to come. */
  #skipBytes = 0
  #offset = 0
  /** What makes a place in the view that is read one in the file. */
  #base = 0
  #packets = 0
  /** Time of the last packet: a Simple Packet Block has none of its own. */
  #lastNs = 0

  read(view: DataView, at: number, end: number, last: boolean, batch: PacketBatch): number {
    batch.count = 0
    batch.view = view
    if (this.ended) return end
    this.#base = this.#offset - at
    const next = this.#readBlocks(view, this.#skip(at, end), end, batch)
    if (last && batch.count < batch.capacity && !this.ended) this.#tellCut(view, next, end)
    this.#offset += next - at
    return next
  }

  #stop(at: number, reason: string): void {
    this.damage.add(this.#base + at, reason)
    this.ended = true
  }

  #skip(at: number, end: number): number {
    const skipped = Math.min(this.#skipBytes, end - at)
    this.#skipBytes -= skipped
    return at + skipped
  }

  #tellCut(view: DataView, at: number, end: number): void {
    const have = end - at
    if (this.#skipBytes > 0) {
      this.#stop(at, `cut short: ${this.#skipBytes} bytes of a block are missing`)
    } else if (have >= BLOCK_BYTES) {
      const length = view.getUint32(at + 4, this.#little)
      this.#stop(at, `cut short: a block of ${length} bytes, of which ${have} are there`)
    } else if (have > 0) {
      this.#stop(at, `cut short: a block needs ${BLOCK_BYTES} bytes, ${have} are there`)
    }
  }

  #readBlocks(view: DataView, from: number, end: number, batch: PacketBatch): number {
    let at = from
    for (;;) {
      at = this.#readPlain(view, at, end, batch)
      if (batch.count === batch.capacity) break
      this.neededBytes = BLOCK_BYTES
      if (end - at < BLOCK_BYTES) break
      const type = view.getUint32(at, this.#little)
      if (type === BLOCK.section && !this.#findByteOrder(view, at)) break
      const length = view.getUint32(at + 4, this.#little)
      if (!this.#isPossible(at, type, length)) break
      if (length > MOST_BLOCK_BYTES || !KEPT.has(type)) {
        this.#skipBytes = length
        at = this.#skip(at, end)
        continue
      }
      if (length > end - at) {
        this.neededBytes = length
        break
      }
      const trailer = view.getUint32(at + length - 4, this.#little)
      if (trailer !== length) {
        this.#stop(at, `a block of ${length} bytes at its beginning and ${trailer} at its end`)
        break
      }
      this.#readBlock(type, view, at, at + length - 4, batch)
      if (this.ended) break
      at += length
    }
    return at
  }

  /** What most blocks are: packets without options on an interface that had some. Stops at the first other one. */
  #readPlain(view: DataView, from: number, end: number, batch: PacketBatch): number {
    const little = this.#little
    const first = this.#sectionFirst
    const { capacity, at: starts, capturedBytes, originalBytes, timeNs, interfaceIndex } = batch
    let count = batch.count
    let at = from
    while (count < capacity && end - at > ENHANCED_BYTES) {
      const length = view.getUint32(at + 4, little)
      const captured = view.getUint32(at + 20, little)
      const index = first + view.getUint32(at + 8, little)
      if (view.getUint32(at, little) !== BLOCK.enhancedPacket || index >= this.#clocks.length) break
      const clock = this.#clocks[index]
      if (clock === undefined || captured > clock.mostBytes || length > end - at) break
      const whole = ENHANCED_BYTES + ((captured + 3) & ~3) + 4
      if (length !== whole || view.getUint32(at + whole - 4, little) !== length) break
      starts[count] = at + ENHANCED_BYTES
      capturedBytes[count] = captured
      originalBytes[count] = view.getUint32(at + 24, little)
      timeNs[count] = clock.nanoseconds(
        view.getUint32(at + 12, little),
        view.getUint32(at + 16, little),
      )
      interfaceIndex[count] = index
      count++
      at += whole
    }
    if (count > batch.count) this.#lastNs = timeNs[count - 1] ?? 0
    this.#packets += count - batch.count
    batch.count = count
    return at
  }

  /** A section may have another order of bytes than the one before; its type reads the same in both. */
  #findByteOrder(view: DataView, at: number): boolean {
    this.#little = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC
    if (this.#little || view.getUint32(at + 8) === BYTE_ORDER_MAGIC) return true
    this.#stop(at, 'a section header without the magic number of its byte order')
    return false
  }

  #isPossible(at: number, type: number, length: number): boolean {
    if (length < BLOCK_BYTES || (length & 3) !== 0) {
      this.#stop(at, `a block of ${length} bytes: it needs 12 at least, and a multiple of 4`)
    } else if (this.#sectionFirst < 0 && type !== BLOCK.section) {
      this.#stop(at, `a block of type ${type} where a section header is due`)
    } else if (length > MOST_BLOCK_BYTES && KEPT.has(type)) {
      this.damage.add(this.#base + at, `a block of ${length} bytes is passed over: too long`)
    }
    return !this.ended
  }

  #readBlock(type: number, view: DataView, at: number, end: number, batch: PacketBatch): void {
    if (type === BLOCK.enhancedPacket || type === BLOCK.packet) {
      if (end - at < ENHANCED_BYTES) this.#tellShort(at, 'packet')
      else this.#readPacket(type, view, at, end, batch)
    } else if (type === BLOCK.simplePacket) {
      if (end - at < SIMPLE_BYTES) this.#tellShort(at, 'simple packet')
      else this.#readSimplePacket(view, at, end, batch)
    } else if (type === BLOCK.section) {
      if (end - at < SECTION_BYTES) this.#tellShort(at, 'section header')
      else this.#readSection(view, at)
    } else if (type === BLOCK.interface) {
      if (end - at < INTERFACE_BYTES) this.#tellShort(at, 'interface')
      else this.#readInterface(view, at, end)
    } else if (type === BLOCK.names) {
      readNames(view, at + 8, end, this.#little, this.names)
    } else if (end - at < STATISTICS_BYTES) {
      this.#tellShort(at, 'statistics')
    } else {
      this.#readStatistics(view, at, end)
    }
  }

  #tellShort(at: number, kind: string): void {
    this.damage.add(this.#base + at, `a ${kind} block without room for its fields`)
  }

  #readSection(view: DataView, at: number): void {
    const major = view.getUint16(at + 12, this.#little)
    if (major !== 1) this.#stop(at, `a section of version ${major}; 1 is the one there is`)
    this.#sectionFirst = this.interfaces.length
  }

  #readInterface(view: DataView, at: number, end: number): void {
    if (this.interfaces.length === MOST_INTERFACES) {
      this.#stop(at, `more than ${MOST_INTERFACES} interfaces`)
      return
    }
    const little = this.#little
    let name: string | null = null
    let resolution = 6
    let offsetSeconds = 0n
    let checkBytes = 0
    eachOption(view, at + INTERFACE_BYTES, end, little, (code, valueAt, length) => {
      if (code === OPTION.interfaceName) name = textOf(view, valueAt, length)
      if (code === OPTION.timeResolution && length >= 1) resolution = view.getUint8(valueAt)
      if (code === OPTION.timeOffset && length >= 8)
        offsetSeconds = view.getBigInt64(valueAt, little)
      if (code === OPTION.checkBytes && length >= 1) checkBytes = view.getUint8(valueAt)
    })
    const linkType = view.getUint16(at + 8, little)
    const snapBytes = view.getUint32(at + 12, little)
    this.interfaces.push({ linkType, snapBytes, name, checkBytes, bigEndian: !little })
    this.#clocks.push(new InterfaceClock(resolution, offsetSeconds))
  }

  #readPacket(type: number, view: DataView, at: number, end: number, batch: PacketBatch): void {
    const little = this.#little
    const local =
      type === BLOCK.enhancedPacket
        ? view.getUint32(at + 8, little)
        : view.getUint16(at + 8, little)
    const index = this.#sectionFirst + local
    const clock = this.#clocks[index]
    const told = this.interfaces[index]
    if (clock === undefined || told === undefined) {
      this.damage.add(this.#base + at, `a packet of interface ${local}, which was not told of`)
      return
    }
    const captured = view.getUint32(at + 20, little)
    const packetAt = at + ENHANCED_BYTES
    const most = mostPacketBytes(told.linkType)
    if (captured > end - packetAt || captured > most) {
      const reason = `a packet of ${captured} bytes in a block that has room for ${end - packetAt}`
      this.damage.add(this.#base + at, reason)
      return
    }
    const high = view.getUint32(at + 12, little)
    const low = view.getUint32(at + 16, little)
    if (clock.mostBytes < 0) {
      clock.start(this.epoch, high, low)
      clock.mostBytes = most
    }
    const n = batch.count++
    batch.at[n] = packetAt
    batch.capturedBytes[n] = captured
    batch.originalBytes[n] = view.getUint32(at + 24, little)
    this.#lastNs = clock.nanoseconds(high, low)
    batch.timeNs[n] = this.#lastNs
    batch.interfaceIndex[n] = index
    const optionsAt = packetAt + padded(captured)
    if (optionsAt < end) this.#readComment(view, optionsAt, end)
    this.#packets++
  }

  #readComment(view: DataView, from: number, end: number): void {
    eachOption(view, from, end, this.#little, (code, at, length) => {
      if (code !== OPTION.comment || this.comments.length === MOST_COMMENTS) return
      this.comments.push({ packet: this.#packets, text: textOf(view, at, length) })
    })
  }

  #readSimplePacket(view: DataView, at: number, end: number, batch: PacketBatch): void {
    const told = this.interfaces[this.#sectionFirst]
    if (told === undefined) {
      this.damage.add(this.#base + at, 'a simple packet before an interface was told of')
      return
    }
    const original = view.getUint32(at + 8, this.#little)
    const most = told.snapBytes === 0 ? original : Math.min(original, told.snapBytes)
    const n = batch.count++
    batch.at[n] = at + SIMPLE_BYTES
    batch.capturedBytes[n] = Math.min(most, end - at - SIMPLE_BYTES, mostPacketBytes(told.linkType))
    batch.originalBytes[n] = original
    batch.timeNs[n] = this.#lastNs
    batch.interfaceIndex[n] = this.#sectionFirst
    this.#packets++
  }

  #readStatistics(view: DataView, at: number, end: number): void {
    const little = this.#little
    const interfaceIndex = this.#sectionFirst + view.getUint32(at + 8, little)
    if (interfaceIndex >= this.interfaces.length) return
    let receivedPackets: number | null = null
    let interfaceDrops: number | null = null
    let systemDrops: number | null = null
    eachOption(view, at + STATISTICS_BYTES, end, little, (code, valueAt, length) => {
      if (length < 8) return
      const value = Number(view.getBigUint64(valueAt, little))
      if (code === OPTION.received) receivedPackets = value
      if (code === OPTION.dropped) interfaceDrops = value
      if (code === OPTION.systemDropped) systemDrops = value
    })
    const place = this.#statisticsAt.get(interfaceIndex) ?? this.statistics.length
    this.#statisticsAt.set(interfaceIndex, place)
    this.statistics[place] = { interfaceIndex, receivedPackets, interfaceDrops, systemDrops }
  }
}

const textOf = (view: DataView, at: number, length: number): string =>
  new TextDecoder().decode(bytesBetween(view, at, at + length)).replace(/\0+$/, '')

/** The format of Wireshark and dumpcap. */
export const PCAPNG: CaptureFormat = {
  name: 'pcapng',
  sniff: isPcapng,
  open: (epoch) => new PcapngReader(epoch),
}
