/**
 * Lines as tcpdump prints them, of today and of the nineties, alone or within prose: each one becomes a packet of LINKTYPE_RAW
 * (ARP: of Ethernet) with its headers made up again. Prose is passed over; a line that was to be one of tcpdump's and is
 * damaged is told, with its number.
 */
import { bytesBetween, latin1, viewOf } from '../wire/bytes.ts'
import type {
  CaptureFormat,
  CaptureInterface,
  CaptureReader,
  CaptureStatistics,
  PacketBatch,
  PacketComment,
} from './packet.ts'
import { ReadingNotes } from './reading-notes.ts'
import type { RebuiltPacket } from './rebuilt-packet.ts'
import { parseHead, type TextHead } from './tcpdump-line.ts'
import { TextTold } from './tcpdump-packet.ts'
import { parseStamp, type Stamp, TextClock } from './tcpdump-time.ts'

/** LINKTYPE_RAW and LINKTYPE_ETHERNET, https://www.tcpdump.org/linktypes.html. */
const INTERFACES: readonly CaptureInterface[] = [
  { linkType: 101, snapBytes: 0, name: null, checkBytes: 0, bigEndian: false },
  { linkType: 1, snapBytes: 0, name: null, checkBytes: 0, bigEndian: false },
]

/** A longer line is none of tcpdump's. */
const MOST_LINE_BYTES = 65_536
/** What tells a packet stands at the beginning of its line. */
const MOST_PRINTED = 2048
/** Made-up packets of one batch, and the room that the next one needs at most. */
const ROOM_BYTES = 512 * 1024
const PACKET_ROOM_BYTES = 2048
const NEWLINE = 0x0a

/** Whether times that are relative count from the first line (`-ttttt`) or from the line before (`-ttt`): those never go back. */
function countsFromFirst(text: string): boolean {
  let last = 0
  for (const line of text.split('\n')) {
    const { kind, seconds, nanoseconds } = parseStamp(line)
    if (kind !== 'relative') continue
    const now = seconds + nanoseconds / 1e9
    if (now < last) return false
    last = now
  }
  return last > 0
}

/** `&gt;` and its like, as web pages have them; `&glt;` is a mistake that one of them made. */
const ENTITIES: readonly (readonly [string, string])[] = [
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&glt;', '>'],
  ['&amp;', '&'],
]

const withoutEntities = (line: string): string =>
  line.includes('&') ? ENTITIES.reduce((text, [from, to]) => text.replaceAll(from, to), line) : line

class TextReader extends ReadingNotes implements CaptureReader {
  readonly interfaces: readonly CaptureInterface[] = INTERFACES
  readonly comments: readonly PacketComment[] = []
  readonly statistics: readonly CaptureStatistics[] = []
  neededBytes = 1
  readonly #told = new TextTold()
  readonly #room = new Uint8Array(ROOM_BYTES)
  readonly #roomView: DataView = viewOf(this.#room)
  #roomEnd = 0
  #clock: TextClock | null = null
  /** Of a packet whose ends stand in the next line (`-v`). */
  #begun: { readonly head: TextHead; readonly stamp: Stamp } | null = null
  /** Whether the rest of a line that was too long is passed over. */
  #passing = false
  #offset = 0
  #lines = 0
  #packets = 0

  get names(): ReadonlyMap<string, string> {
    return this.#told.names.printed
  }

  read(view: DataView, at: number, end: number, last: boolean, batch: PacketBatch): number {
    batch.count = 0
    batch.view = this.#roomView
    this.#roomEnd = 0
    if (this.ended) return end
    if (this.#clock === null && !last && end - at < MOST_LINE_BYTES) {
      this.neededBytes = MOST_LINE_BYTES
      return at
    }
    const bytes = bytesBetween(view, at, end)
    this.#clock ??= new TextClock(countsFromFirst(latin1(bytes.subarray(0, MOST_LINE_BYTES))))
    const taken = this.#readLines(bytes, last, batch)
    if (last && taken === bytes.length && batch.count < batch.capacity) this.#finish()
    return at + taken
  }

  #readLines(bytes: Uint8Array, last: boolean, batch: PacketBatch): number {
    let at = 0
    this.neededBytes = 1
    while (batch.count < batch.capacity && ROOM_BYTES - this.#roomEnd >= PACKET_ROOM_BYTES) {
      const newline = bytes.indexOf(NEWLINE, at)
      const lineEnd = newline < 0 ? bytes.length : newline
      if (newline < 0 && (at === bytes.length || (!last && lineEnd - at <= MOST_LINE_BYTES))) break
      if (!this.#passing && lineEnd - at <= MOST_LINE_BYTES) {
        this.#lines++
        this.#readLine(latin1(bytes.subarray(at, lineEnd)).trimEnd(), batch)
      } else if (!this.#passing) {
        this.#lines++
      }
      this.#passing = newline < 0
      const next = newline < 0 ? lineEnd : newline + 1
      this.#offset += next - at
      at = next
    }
    return at
  }

  #readLine(whole: string, batch: PacketBatch): void {
    const printed = whole.slice(0, MOST_PRINTED)
    const line = withoutEntities(printed)
    if (line.length < 10) return
    const begun = this.#begun
    if (begun !== null) {
      this.#begun = null
      if (/^\s/.test(line)) {
        this.#take({ ...begun.head, rest: line.trim() }, begun.stamp, batch)
        return
      }
      this.#tell('a packet whose second line, with its ends, is missing')
    }
    const stamp = parseStamp(line)
    // Quoted packets and details of `-v` are indented; so may be a whole listing, with its times.
    if (stamp.kind === 'none' && /^\s/.test(line)) return
    const head = parseHead(line.slice(stamp.end))
    if (stamp.kind === 'none' && !head.labelled && !line.includes(' > ')) return
    if (printed.includes('&glt;')) this.#tell('“&glt;” stands where “>” should')
    if (head.labelled && head.rest === '' && head.ip.hopLimit > 0) this.#begun = { head, stamp }
    else this.#take(head, stamp, batch)
  }

  #take(head: TextHead, stamp: Stamp, batch: PacketBatch): void {
    const { packet, ethernet, damaged } = this.#told.packetOf(head)
    // Prose has words like “IP” at the beginning of its lines as well, but no times.
    if (damaged !== null && (packet !== null || stamp.kind !== 'none')) this.#tell(damaged)
    if (packet !== null) this.#add(packet, ethernet, stamp, batch)
  }

  #add(packet: RebuiltPacket, ethernet: boolean, stamp: Stamp, batch: PacketBatch): void {
    const clock = this.#clock
    if (clock === null) return
    clock.advance(stamp)
    this.epoch.start(clock.seconds)
    const n = batch.count++
    this.#room.set(packet.bytes, this.#roomEnd)
    batch.at[n] = this.#roomEnd
    batch.capturedBytes[n] = packet.bytes.length
    batch.originalBytes[n] = packet.originalBytes
    batch.timeNs[n] = (clock.seconds - this.epoch.seconds) * 1e9 + clock.nanoseconds
    batch.interfaceIndex[n] = ethernet ? 1 : 0
    this.#roomEnd += packet.bytes.length
    this.#packets++
  }

  #tell(reason: string): void {
    this.damage.add(this.#offset, `line ${this.#lines}: ${reason}`)
  }

  #finish(): void {
    this.ended = true
    if (this.#begun !== null) this.#tell('a packet whose second line, with its ends, is missing')
    if (this.#packets > 0 || this.damage.count > 0) return
    const lines =
      this.#lines === 1 ? 'its one line is none' : `none of its ${this.#lines} lines is one`
    this.damage.add(0, `it is text, but ${lines} that tcpdump prints of a packet`)
  }
}

/** Bytes that are looked at: text has no control characters but those that move the carriage, and escapes of colours. */
const SNIFFED_BYTES = 4096
const CONTROLS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b])

const isText = (view: DataView, at: number, end: number): boolean => {
  const bytes = bytesBetween(view, at, Math.min(end, at + SNIFFED_BYTES))
  return (
    bytes.length > 0 && bytes.every((byte) => (byte >= 0x20 && byte !== 0x7f) || CONTROLS.has(byte))
  )
}

/** What tcpdump prints without `-w`. */
export const TCPDUMP_TEXT: CaptureFormat = {
  name: 'tcpdump text',
  sniff: isText,
  open: (epoch) => new TextReader(epoch),
}
