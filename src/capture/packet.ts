/** Packets as a capture gives them: columns beside the bytes they lie in, so that nothing is copied and no packet costs an object. */

/** Where packets were taken: one device of one section of a file. */
export type CaptureInterface = {
  /** LINKTYPE_ number, https://www.tcpdump.org/linktypes.html. */
  readonly linkType: number
  /** The most bytes that were kept of a packet; 0 where no limit was told. */
  readonly snapBytes: number
  /** As the file tells it, e.g. `eth0`; null where it does not. */
  readonly name: string | null
  /** Bytes of the frame check sequence at the end of each packet; 0 where there is none or it is not told. */
  readonly checkBytes: number
  /** Whether it was written most significant byte first: link type NULL has its family in the writer's order. */
  readonly bigEndian: boolean
}

/** The whole second that times count from: the first packet's. Readers whose packets are merged share one. */
export class Epoch {
  /** Since 1970; 0 until a packet was read. */
  seconds = 0
  known = false

  /** Tells it by a packet's second; only the first one counts. */
  start(seconds: number): void {
    if (this.known) return
    this.seconds = seconds
    this.known = true
  }
}

/** Whether a packet that lies in `bytes` from `at` is counted: anything but 0 says so. */
export type Choose = (
  bytes: Uint8Array,
  at: number,
  capturedBytes: number,
  originalBytes: number,
) => number

/** Packets that are counted where they lie: a reader that can do that gives none of them in the batch. */
export class Tally {
  /** All that were seen, and those that were chosen. */
  packets = 0
  chosen = 0
  /** What is chosen of an interface; null chooses everything. */
  readonly chooseOf: ((of: CaptureInterface) => Choose) | null

  constructor(chooseOf: Tally['chooseOf']) {
    this.chooseOf = chooseOf
  }
}

/**
 * Up to `capacity` packets in the order of their source. A reader fills it from the front; whoever
 * takes them reads the columns up to `count` before the next read.
 */
export class PacketBatch {
  /** What the packets lie in; the reader sets it. */
  view: DataView = new DataView(new ArrayBuffer(0))
  count = 0
  /** Where a packet begins in `view`, in bytes. */
  readonly at: Uint32Array
  /** Bytes of the packet that are in `view`. */
  readonly capturedBytes: Uint32Array
  /** Bytes the packet had on the wire. */
  readonly originalBytes: Uint32Array
  /** Nanoseconds since the whole second that the reader's `epochSeconds` names: exact for 104 days around it. */
  readonly timeNs: Float64Array
  /** Index into the reader's `interfaces`. */
  readonly interfaceIndex: Uint16Array
  /** Where packets are only counted; null where they are wanted. */
  tally: Tally | null = null
  /** The numbers of the packets where a filter has left some out; null where they follow each other. */
  frames: Uint32Array | null = null

  constructor(capacity = 4096) {
    this.at = new Uint32Array(capacity)
    this.capturedBytes = new Uint32Array(capacity)
    this.originalBytes = new Uint32Array(capacity)
    this.timeNs = new Float64Array(capacity)
    this.interfaceIndex = new Uint16Array(capacity)
  }

  get capacity(): number {
    return this.at.length
  }
}

/** Why a capture could not be read on from a place; what came before it was given. */
export type CaptureDamage = {
  /** Bytes from the start of the (unpacked) file; for text, of the line. */
  readonly offset: number
  /** One sentence that says what was found there and what was expected. */
  readonly reason: string
}

/** What somebody wrote beside a packet. */
export type PacketComment = {
  /** Which packet of the file, counted from 0. */
  readonly packet: number
  readonly text: string
}

/** What an interface counted while it captured; null where the file does not tell. */
export type CaptureStatistics = {
  readonly interfaceIndex: number
  readonly receivedPackets: number | null
  /** By the interface itself, and by the system for want of room. */
  readonly interfaceDrops: number | null
  readonly systemDrops: number | null
}

/**
 * Reads one capture piece by piece. It is given the bytes from where it stopped last time and
 * whatever came after them; it never throws and never reads past `end`.
 */
export type CaptureReader = {
  /**
   * Fills `batch` (from index 0; sets `count` and `view`) with the whole records of `view[at, end)`
   * and tells where the first record begins that is not whole or did not fit. `last` says that
   * nothing follows `end`: a record that is cut off is then damage.
   */
  readonly read: (
    view: DataView,
    at: number,
    end: number,
    last: boolean,
    batch: PacketBatch,
  ) => number
  /** Known so far; only ever appended to. */
  readonly interfaces: readonly CaptureInterface[]
  /** The whole second of the first packet since 1970; packets' times count from it. 0 until then. */
  readonly epochSeconds: number
  /** Each place that could not be read, at most 100; see `damageCount`. The last one may have ended the reading. */
  readonly damages: readonly CaptureDamage[]
  /** How many places could not be read, those that `damages` has no room for included. */
  readonly damageCount: number
  /** True when nothing more can be read, whatever follows. */
  readonly ended: boolean
  /** Bytes that the record at hand needs before `read` can go on; a guess of at least one, never over 17 MiB. */
  readonly neededBytes: number
  /** Names that the file tells or, of printed lines, that stand for made-up addresses: by address as `formatAddress` writes it. */
  readonly names: ReadonlyMap<string, string>
  /** At most 100,000, in the order of the packets. */
  readonly comments: readonly PacketComment[]
  readonly statistics: readonly CaptureStatistics[]
}

/** A kind of capture file. */
export type CaptureFormat = {
  /** E.g. `pcapng`. */
  readonly name: string
  /** Whether the first bytes (up to 64 KiB of them) are of this kind. */
  readonly sniff: (view: DataView, at: number, end: number) => boolean
  readonly open: (epoch: Epoch) => CaptureReader
}
