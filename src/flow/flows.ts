/**
 * The way of packets into connections. One packet costs a lookup and what its protocol has to note; a
 * connection is given away once, when it has ended or rested for long, and its room is used again.
 */
import { HEADER_NOTE, Headers } from '../wire/headers.ts'
import { PROTOCOL } from '../wire/protocol.ts'
import { readQuote } from '../wire/quote.ts'
import { TCP_FLAG } from '../wire/tcp.ts'
import {
  CONNECTION_LAST_NS,
  type Connection,
  LAST_FRAME,
  REST_FRAME,
  REST_NS,
} from './connection.ts'
import { ConnectionTable, NO_SLOT } from './connection-table.ts'
import {
  type End,
  FIRST_NS,
  HOP_LIMIT,
  IDENTIFICATION,
  LAST_NS,
  NETWORK_BYTES,
  PACKETS,
  PAYLOAD_UNWANTED,
  STREAM_KNOWN,
  STREAM_SEQUENCE,
  TRAFFIC_CLASS,
} from './end.ts'
import { ForgottenTuples } from './forgotten.ts'
import { noteIcmpError } from './icmp-error.ts'
import { Key, keyOf, readKey } from './key.ts'
import { MARK } from './mark.ts'
import { notePayloadTime, noteSegment } from './segment.ts'
import { type OnPayload, Streams } from './stream.ts'
import { analyseSegment } from './tcp-analysis.ts'
import { noteGap, noteHistory } from './zeek-history.ts'

const SCTP = 132

/** Where connections wait for their end, by how they stand. */
const QUEUE = { opening: 0, established: 1, ended: 2, datagram: 3 } as const

/** How long a connection may rest: a SYN is repeated within minutes, an open connection may rest for days, a closed one waits for stragglers. */
const LONGEST_REST_NS = { opening: 600e9, ended: 120e9, datagram: 60e9 } as const

/** What is let go of first where there are too many. */
const EVICTION_ORDER = [QUEUE.ended, QUEUE.opening, QUEUE.datagram, QUEUE.established] as const

/** Closed connections that wait for stragglers. */
const MOST_ENDED = 512

/** Looks for connections that have rested too long once in this time. */
const SWEEP_NS = 1e9

/** How many connections that are in use are passed over when one has to be let go of. */
const MOST_PASSED_OVER = 16

/** What was counted. */
export class FlowTotals {
  packets = 0
  /** Bytes on the wire. */
  bytes = 0
  /** Frames that are no IP, fragments that are no whole datagram, headers that could not be read. */
  notIp = 0
  fragments = 0
  damaged = 0
  tcp = 0
  udp = 0
  icmp = 0
  icmpErrors = 0
  /** IP packets of other protocols. */
  otherIp = 0
  /** Connections that were begun, and those of them that had to be given away before their time because there were too many. */
  connections = 0
  evicted = 0
}

export type FlowOptions = {
  /** Is given each connection once; it may be read until this returns, then its room is used for another. */
  readonly onEnd: (connection: Connection) => void
  readonly onPayload?: OnPayload
  /** How many connections may be followed at once; at least 1. */
  readonly mostConnections?: number
  /** How long a connection that has ended is kept for stragglers, which would begin another one: two minutes where nothing is told. */
  readonly lingerNs?: number
}

/** Connections out of packets. Frames are given in the order of their capture. */
export class Flows {
  /** Of the packet that was given last: its marks, a sum of `MARK`, and whether it went from client to server. */
  marks = 0
  fromClient = true
  readonly totals: FlowTotals = new FlowTotals()
  readonly #onEnd: (connection: Connection) => void
  readonly #onPayload: OnPayload | null
  readonly #most: number
  readonly #table = new ConnectionTable(4)
  readonly #streams: Streams
  readonly #forgotten = new ForgottenTuples()
  readonly #key = new Key()
  readonly #endKey = new Key()
  readonly #quote = new Headers()
  /** So that nobody can make up packets whose hashes collide; no result depends on it. */
  readonly #seed = (Math.random() * 0x7fffffff) | 0
  #sweepNs = 0
  /** By queue. */
  readonly #longestRestNs: readonly number[]

  constructor({ onEnd, onPayload, mostConnections, lingerNs }: FlowOptions) {
    const { opening, ended, datagram } = LONGEST_REST_NS
    this.#longestRestNs = [opening, Number.POSITIVE_INFINITY, lingerNs ?? ended, datagram]
    this.#onEnd = onEnd
    this.#onPayload = onPayload ?? null
    this.#most = mostConnections ?? MOST_CONNECTIONS
    this.#streams = new Streams(this.#onPayload)
  }

  /** How many connections are followed now. */
  get open(): number {
    return this.#table.count
  }

  /**
   * Counts a packet and gives its connection, or null where it belongs to none. `headers` are those of
   * its frame, or of the datagram that its frame completed; `originalBytes` is the frame on the wire.
   * An ICMP error is no packet of a connection: it is noted beside the one that it quotes, which is given.
   */
  packet(
    headers: Headers,
    frame: number,
    timeNs: number,
    originalBytes: number,
  ): Connection | null {
    this.marks = 0
    const { totals } = this
    totals.packets++
    totals.bytes += originalBytes
    if (headers.protocol !== PROTOCOL.tcp || (headers.notes & UNUSUAL) !== 0) {
      if (!this.#isFollowed(headers)) return this.#quoted(headers, frame, timeNs)
    }
    if (timeNs >= this.#sweepNs) this.#sweep(timeNs)
    readKey(headers, this.#key, this.#seed)
    const slot = this.#table.find(this.#key)
    return headers.protocol === PROTOCOL.tcp
      ? this.#segment(slot, headers, frame, timeNs)
      : this.#datagram(slot, headers, frame, timeNs)
  }

  /** Tells that time has passed, for captures that are going on: gives away what has rested for too long. */
  passed(timeNs: number): void {
    if (timeNs >= this.#sweepNs) this.#sweep(timeNs)
  }

  /** Gives away what is still followed, in the order in which it began. */
  finish(): void {
    for (const slot of this.#table.slots()) this.#end(slot, 'capture-end')
  }

  /** The connection of which an ICMP error speaks, with the error noted. */
  #quoted(headers: Headers, frame: number, timeNs: number): Connection | null {
    if (headers.protocol !== PROTOCOL.icmp && headers.protocol !== PROTOCOL.icmpv6) return null
    if (!readQuote(headers, this.#quote)) return null
    this.totals.icmpErrors++
    readKey(this.#quote, this.#key, this.#seed)
    const slot = this.#table.find(this.#key)
    if (slot === NO_SLOT) return null
    const connection = this.#table.at(slot)
    // It goes to whoever sent what it quotes.
    this.fromClient = !this.#table.forward
    noteIcmpError(connection, headers, frame, timeNs)
    return connection
  }

  /** Counts what is not plain TCP; whether it belongs to a connection. */
  #isFollowed(headers: Headers): boolean {
    const { totals } = this
    if (headers.ipVersion === 0) {
      totals.notIp++
      return false
    }
    if ((headers.notes & HEADER_NOTE.fragment) !== 0) {
      totals.fragments++
      return false
    }
    if ((headers.notes & HEADER_NOTE.damaged) !== 0) {
      totals.damaged++
      // A header whose options alone are cut off has told everything else.
      return headers.protocol === PROTOCOL.tcp && headers.optionsAt > 0
    }
    switch (headers.protocol) {
      case PROTOCOL.tcp:
      case PROTOCOL.udp:
      case SCTP:
        return true
      case PROTOCOL.icmp:
      case PROTOCOL.icmpv6:
        totals.icmp++
        return isQuery(headers)
      default:
        totals.otherIp++
        return false
    }
  }

  #segment(found: number, headers: Headers, frame: number, timeNs: number): Connection {
    const { flags } = headers
    this.totals.tcp++
    let slot = found
    let marks = 0
    const opens = (flags & (TCP_FLAG.syn | TCP_FLAG.ack)) === TCP_FLAG.syn
    if (slot === NO_SLOT) {
      if (opens && this.#forgotten.has(this.#key)) marks = MARK.portReused
    } else if (opens && this.#isAnother(slot, headers.sequence)) {
      this.#end(slot, 'reused')
      slot = NO_SLOT
      marks = MARK.portReused
    }
    if (slot === NO_SLOT) {
      const turned = opens ? false : isFromServer(headers)
      slot = this.#begin(turned, opens ? QUEUE.opening : QUEUE.established, headers, frame, timeNs)
    }
    const connection = this.#table.at(slot)
    const { forward } = this.#table
    this.fromClient = forward
    const me = forward ? connection.client : connection.server
    const peer = forward ? connection.server : connection.client
    this.#count(connection, me, headers, frame, timeNs)
    marks |= analyseSegment(connection, me, peer, headers, frame, timeNs)
    noteSegment(connection, me, peer, headers, marks, frame, timeNs)
    noteHistory(connection, forward, headers)
    this.#follow(connection, me, peer, headers)
    if ((flags & CLOSING) !== 0 || connection.establishedFrame === frame)
      this.#requeue(slot, connection, headers, timeNs)
    this.marks = marks
    return connection
  }

  /** A SYN with another number opens another connection. */
  #isAnother(slot: number, sequence: number): boolean {
    const connection = this.#table.at(slot)
    const sender = this.#table.forward ? connection.client : connection.server
    return sender.initialSequenceKnown && sender.initialSequence !== sequence
  }

  #datagram(found: number, headers: Headers, frame: number, timeNs: number): Connection {
    if (headers.protocol === PROTOCOL.udp) this.totals.udp++
    else if (headers.protocol === SCTP) this.totals.otherIp++
    let slot = found
    if (slot !== NO_SLOT) {
      const rested = timeNs - this.#table.at(slot).lastNs
      if (rested > LONGEST_REST_NS.datagram) {
        this.#end(slot, 'idle')
        slot = NO_SLOT
      }
    }
    if (slot === NO_SLOT)
      slot = this.#begin(isAnswer(headers), QUEUE.datagram, headers, frame, timeNs)
    const connection = this.#table.at(slot)
    const forward = this.#table.forward
    this.fromClient = forward
    const me = forward ? connection.client : connection.server
    this.#count(connection, me, headers, frame, timeNs)
    noteHistory(connection, forward, headers)
    const { payloadBytes } = headers
    if (payloadBytes === 0) return connection
    const offset = me.payloadBytes
    me.payloadBytes = offset + payloadBytes
    if (payloadBytes > me.largestPayload) me.largestPayload = payloadBytes
    notePayloadTime(connection, me, frame, timeNs)
    if (this.#onPayload !== null && !me.payloadUnwanted && headers.protocol === PROTOCOL.udp) {
      const { view, payloadAt, payloadEnd } = headers
      if (!this.#onPayload(connection, forward, view, payloadAt, payloadEnd, offset, 0))
        me.payloadUnwanted = true
    }
    return connection
  }

  #begin(turned: boolean, queue: number, headers: Headers, frame: number, timeNs: number): number {
    if (this.#table.count >= this.#most) this.#evict()
    const slot = this.#table.add(this.#key, turned, queue, timeNs)
    const connection = this.#table.at(slot)
    connection.id = ++this.totals.connections
    connection.vlan = headers.vlan
    connection.firstFrame = frame
    connection.firstNs = timeNs
    connection.lastNs = timeNs
    if (this.#onPayload === null)
      connection.client.payloadUnwanted = connection.server.payloadUnwanted = true
    return slot
  }

  /** What every packet adds to its connection and its sender. */
  #count(connection: Connection, me: End, headers: Headers, frame: number, timeNs: number): void {
    const { ints, doubles, intAt, doubleAt } = connection
    const mine = me.intAt
    const myDoubles = me.doubleAt
    const rested = timeNs - (doubles[doubleAt + CONNECTION_LAST_NS] as number)
    if (rested > (doubles[doubleAt + REST_NS] as number)) {
      doubles[doubleAt + REST_NS] = rested
      ints[intAt + REST_FRAME] = frame
    }
    doubles[doubleAt + CONNECTION_LAST_NS] = timeNs
    ints[intAt + LAST_FRAME] = frame
    const packets = ints[mine + PACKETS] as number
    if (packets === 0) doubles[myDoubles + FIRST_NS] = timeNs
    ints[mine + PACKETS] = packets + 1
    doubles[myDoubles + LAST_NS] = timeNs
    const bytes = headers.payloadAt - headers.networkAt + headers.payloadBytes
    doubles[myDoubles + NETWORK_BYTES] = (doubles[myDoubles + NETWORK_BYTES] as number) + bytes
    if ((headers.trafficClass & 3) === 3) me.congestionMarks++
    if (headers.protocol === PROTOCOL.tcp && (headers.flags & TCP_FLAG.rst) !== 0) return
    // Captured twice, on two interfaces or by a mirror: what is sent again has an identification of its own.
    if (headers.identification === ints[mine + IDENTIFICATION] && headers.identification > 0)
      if (headers.payloadBytes > 0 || (headers.flags & (TCP_FLAG.syn | TCP_FLAG.fin)) !== 0)
        me.copies++
    ints[mine + HOP_LIMIT] = headers.hopLimit
    ints[mine + TRAFFIC_CLASS] = headers.trafficClass
    ints[mine + IDENTIFICATION] = headers.identification
  }

  /** The streams of both ends: new payload, and what its acknowledgment tells to be missing. */
  #follow(connection: Connection, me: End, peer: End, headers: Headers): void {
    const { flags, payloadBytes, sequence, acknowledgment } = headers
    if ((flags & TCP_FLAG.rst) !== 0) return
    const { ints } = connection
    const theirs = peer.intAt
    if (acknowledgment !== ints[theirs + STREAM_SEQUENCE] && (flags & TCP_FLAG.ack) !== 0) {
      if (this.#streams.acknowledge(connection, me !== connection.client, acknowledgment))
        noteGap(connection, me !== connection.client)
    }
    if ((flags & TCP_FLAG.syn) !== 0) this.#streams.begin(me, (sequence + 1) | 0)
    if (payloadBytes === 0) return
    const mine = me.intAt
    const inOrder = sequence === ints[mine + STREAM_SEQUENCE] && ints[mine + STREAM_KNOWN] !== 0
    if (inOrder && ints[mine + PAYLOAD_UNWANTED] !== 0 && me.rare === null) {
      ints[mine + STREAM_SEQUENCE] = (sequence + payloadBytes) | 0
      return
    }
    const first = (flags & TCP_FLAG.syn) !== 0 ? (sequence + 1) | 0 : sequence
    const { view, payloadAt, payloadEnd } = headers
    const fromClient = me === connection.client
    this.#streams.payload(connection, fromClient, first, payloadBytes, view, payloadAt, payloadEnd)
  }

  #requeue(slot: number, connection: Connection, headers: Headers, timeNs: number): void {
    const queue = this.#table.queueOf(slot)
    if (queue === QUEUE.ended) return
    if ((headers.flags & (TCP_FLAG.fin | TCP_FLAG.rst)) !== 0) {
      if (isOver(connection)) this.#toEnded(slot, timeNs)
    } else if (queue === QUEUE.opening && connection.establishedFrame >= 0)
      this.#table.move(slot, QUEUE.established, timeNs)
  }

  #toEnded(slot: number, timeNs: number): void {
    this.#table.move(slot, QUEUE.ended, timeNs)
    if (this.#table.lengthOf(QUEUE.ended) > MOST_ENDED)
      this.#end(this.#table.first(QUEUE.ended), 'closed')
  }

  /** Gives away what has rested for too long. */
  #sweep(timeNs: number): void {
    this.#sweepNs = timeNs + SWEEP_NS
    const table = this.#table
    for (let queue = 0; queue < this.#longestRestNs.length; queue++) {
      const rest = this.#longestRestNs[queue] as number
      for (;;) {
        const slot = table.first(queue)
        if (slot === NO_SLOT || table.queuedNs(slot) + rest >= timeNs) break
        const { lastNs } = table.at(slot)
        if (lastNs + rest >= timeNs) table.move(slot, queue, lastNs)
        else this.#end(slot, 'idle')
      }
    }
  }

  /** Makes room for one more: what matters least goes first, and of that what was used least lately. */
  #evict(): void {
    const table = this.#table
    const queue = EVICTION_ORDER.find((one) => table.lengthOf(one) > 0)
    if (queue === undefined) return
    let slot = table.first(queue)
    for (let passed = 0; passed < MOST_PASSED_OVER; passed++) {
      const { lastNs } = table.at(slot)
      if (lastNs <= table.queuedNs(slot)) break
      table.move(slot, queue, lastNs)
      slot = table.first(queue)
    }
    this.totals.evicted++
    this.#end(slot, 'evicted')
  }

  #end(slot: number, why: Exclude<Connection['ended'], ''>): void {
    const connection = this.#table.at(slot)
    connection.ended = why
    if (connection.protocol === PROTOCOL.tcp) {
      if (isOver(connection)) connection.ended = isClosed(connection) ? 'closed' : 'reset'
      this.#streams.forget(connection.client)
      this.#streams.forget(connection.server)
      if (why !== 'reused') {
        keyOf(connection, this.#endKey)
        this.#forgotten.remember(this.#endKey, this.#seed)
      }
    }
    this.#onEnd(connection)
    this.#table.remove(slot)
  }
}

/** Connections that are followed at once: what 200 MB have room for. */
const MOST_CONNECTIONS = 100_000

const CLOSING = TCP_FLAG.fin | TCP_FLAG.rst

const UNUSUAL = HEADER_NOTE.fragment | HEADER_NOTE.damaged

const isClosed = ({ client, server }: Connection): boolean =>
  client.finFrame >= 0 && server.finFrame >= 0

const isOver = (connection: Connection): boolean =>
  connection.client.resetFrame >= 0 || connection.server.resetFrame >= 0 || isClosed(connection)

/** Whether an ICMP message asks or answers, and has an identifier that ties both. */
function isQuery({ view, transportAt, protocol }: Headers): boolean {
  const type = view.getUint8(transportAt)
  if (protocol === PROTOCOL.icmpv6) return type === 128 || type === 129
  return type === 0 || type === 8 || (type >= 13 && type <= 18)
}

/** Ports below this are given to services. */
const FIRST_USER_PORT = 1024
/** Where Linux begins with ports for clients. */
const FIRST_CLIENT_PORT = 32768

const rankOf = (port: number): number =>
  port < FIRST_USER_PORT ? 0 : port < FIRST_CLIENT_PORT ? 1 : 2

/** Whether the sender of a segment of which no SYN was seen is the server. */
function isFromServer({ flags, sourcePort, destinationPort }: Headers): boolean {
  if ((flags & TCP_FLAG.syn) !== 0) return true
  return rankOf(sourcePort) < rankOf(destinationPort)
}

/** Whether a datagram without another before it is an answer: by an echo's type, else by its ports. */
function isAnswer({ view, transportAt, protocol, sourcePort, destinationPort }: Headers): boolean {
  if (protocol === PROTOCOL.icmpv6) return view.getUint8(transportAt) === 129
  if (protocol === PROTOCOL.icmp) {
    const type = view.getUint8(transportAt)
    return type === 0 || (type > 13 && type % 2 === 0)
  }
  return sourcePort < FIRST_USER_PORT && destinationPort >= FIRST_USER_PORT
}
