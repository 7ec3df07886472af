/**
 * One connection while it is followed, and what is remembered of it: the record that stories, logs
 * and tables are made of. A capture has many, so that nothing is kept a packet; times are
 * nanoseconds since the capture's `epochSeconds`, frames count from 1, -1 stands for "not seen".
 */

/** How a TCP end stands, as far as was seen. */
export class End {
  /** 4 or 16 bytes in network order. */
  address: Uint8Array = NO_ADDRESS
  port = 0
  packets = 0
  /** Payload bytes by the headers' lengths, repeated ones included. */
  payloadBytes = 0
  /** Bytes from the IP header on. */
  networkBytes = 0
  /** Payload bytes that were sent again. */
  retransmittedBytes = 0
  retransmissions = 0
  /** Segments by kind that the analysis counted: see `MARK`. */
  outOfOrders = 0
  duplicateAcks = 0
  zeroWindows = 0
  windowFulls = 0
  keepAlives = 0
  /** Gaps: bytes that the other end acknowledged and that are not in the capture. */
  missedBytes = 0

  /** Times and frames of the first of each; a frame is -1 where none was seen. */
  firstNs = 0
  lastNs = 0
  firstPayloadNs = 0
  firstPayloadFrame = -1
  lastPayloadFrame = -1
  synFrame = -1
  synNs = 0
  finFrame = -1
  finNs = 0
  resetFrame = -1
  resetNs = 0
  /** When SYNs (client) or SYN-ACKs (server) were sent, the first eight; `synCount` counts on. */
  synTimesNs: number[] = NO_TIMES
  synCount = 0
  /** When the data that was repeated the most often was sent, the first eight times; see `retransmission.ts`. */
  repeatTimesNs: number[] = NO_TIMES
  repeatFrames: number[] = NO_TIMES

  /** The SYN or SYN-ACK: initial sequence number, MSS (0: none), window scale (-1: none), SACK permitted, and what an OS guess needs. */
  initialSequence = 0
  maximumSegmentBytes = 0
  windowShift = -1
  sackPermitted = false
  synWindow = 0
  synHopLimit = 0
  /** Option kinds in their order as the SYN had them, e.g. [2, 4, 8, 1, 3]. */
  synOptions: readonly number[] = NO_TIMES
  synDontFragment = false
  synIdentification = -1
  synTrafficClass = 0
  /** Of the last packet before a reset, and of the reset: who sent it is told by them. */
  hopLimit = -1
  trafficClass = -1
  identification = -1
  resetHopLimit = -1
  resetTrafficClass = -1
  resetIdentification = -1
  resetWindow = -1
  /** ECN, RFC 3168: SYN asked for it; CE marks and ECE echoes seen. */
  congestionMarks = 0
  congestionEchoes = 0

  /** TCP's running state, int32: next byte to be sent, highest acknowledgment sent, last window (not shifted). */
  nextSequence = 0
  acknowledged = 0
  window = 0
  /** Whether `nextSequence`, `acknowledged` hold anything yet. */
  sequenceKnown = false
  acknowledgedKnown = false

  /** Frames of `synTimesNs`. */
  synFrames: number[] = NO_TIMES
  resetCount = 0
  /** The first frame of this end after its first RST that is no RST itself: a forged RST gives itself away so. */
  afterResetFrame = -1
  lastPayloadNs = 0
  /** Payload bytes and sequence number of the segment of `repeatTimesNs`. */
  repeatBytes = 0
  repeatSequence = 0
  /** The most payload bytes in one segment, and the sequence number of the first one of that size. */
  largestPayload = 0
  largestSequence = 0
  /** When the present run of zero windows began; holds while `window` is 0. */
  windowZeroNs = 0
  windowZeroFrame = -1

  /** What `zeek-history.ts` keeps: states, letters noted, sequence numbers, counts. */
  zeekState = 0
  zeekBefore = 0
  historyBits = 0
  historyStart = 0
  historyNext = 0
  historySyn = 0
  historyFin = 0
  historyReset = 0
  historyRepeats = 0
  historyZeros = 0
  historyGaps = 0
  historyCorrupt = 0
}

const NO_ADDRESS: Uint8Array = new Uint8Array(0)
const NO_TIMES: number[] = []

/** A connection: TCP by its handshakes; UDP and ICMP by their addresses and ports until they rest. */
export class Connection {
  /** Counts from 0 in the order of first packets. */
  id = 0
  /** IANA protocol: 6, 17, 1, 58, 132. */
  protocol = 0
  ipVersion: 4 | 6 = 4
  vlan = -1
  /** Who opened it, by SYN, else by first packet (or the likelier port, then `turned`). */
  client: End = new End()
  server: End = new End()
  firstFrame = 0
  lastFrame = 0
  firstNs = 0
  lastNs = 0
  /** The ACK that completed the handshake. */
  establishedFrame = -1
  establishedNs = 0
  /** Zeek's `history` so far, by its documented letters. */
  history = ''
  /** What the content showed, e.g. `http`; empty where nothing did. */
  service = ''
  /** What the applications' decoder remembers of it; null where there is none. */
  application: unknown = null
  /** An ICMP error that quoted one of its packets: type * 256 + code, -1 without; who sent it, and its frame. */
  icmpError = -1
  icmpFrame = -1
  icmpNs = 0
  icmpSource: Uint8Array = NO_ADDRESS
  /** The next-hop MTU that it told, 0 without. */
  icmpMtu = 0
  /** ICMP: type and code of its first packet; -1 otherwise. */
  icmpType = -1
  icmpCode = -1
  /** True where the ends were told by their ports and the first packet came from the server. */
  turned = false
  /** The longest rest between two of its packets, and the frame that ended it. */
  restNs = 0
  restFrame = -1
  /** What its last segments' marks were, all of them: a sum of `MARK`. */
  marks = 0
  /** Why it was let go of before it ended: `idle`, `evicted` or empty. */
  ended: '' | 'closed' | 'reset' | 'idle' | 'evicted' | 'reused' | 'capture-end' = ''
}
