/** Packets as a capture gives them: columns beside the bytes they lie in, so that nothing is copied and no packet costs an object. */

/** Where packets were taken: one device of one section of a file. */
export type CaptureInterface = {
  /** LINKTYPE_ number, https://www.tcpdump.org/linktypes.html. */
  readonly linkType: number
  /** The most bytes that were kept of a packet; 0 where no limit was told. */
  readonly snapBytes: number
  /** As the file tells it, e.g. `eth0`; null where it does not. */
  readonly name: string | null
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
  /** Each place that could not be read, at most 100; the last one may have ended the reading. */
  readonly damages: readonly CaptureDamage[]
  /** True when nothing more can be read, whatever follows. */
  readonly ended: boolean
  /** Bytes that the record at hand needs before `read` can go on; a guess of at least one. */
  readonly neededBytes: number
}

/** A kind of capture file. */
export type CaptureFormat = {
  /** E.g. `pcapng`. */
  readonly name: string
  /** Whether the first bytes (up to 64 KiB of them) are of this kind. */
  readonly sniff: (view: DataView, at: number, end: number) => boolean
  readonly open: () => CaptureReader
}
