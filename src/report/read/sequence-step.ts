/**
 * The steps of one connection for a sequence diagram: what each packet carries, in relative numbers, and
 * what it means for the connection (RFC 9293 §3.5 opening, §3.6 closing; A and B are the initial sequence
 * numbers of client and server).
 */
import { describeCount, describeDuration } from './amount.ts'
import { describeMarks } from './mark-name.ts'

/** TCP's flags, RFC 9293 §3.1, RFC 3168, RFC 9768, from the one that opens to the one that ends. */
const FLAG_NAMES: readonly (readonly [bit: number, name: string])[] = [
  [0x02, 'SYN'],
  [0x01, 'FIN'],
  [0x04, 'RST'],
  [0x08, 'PSH'],
  [0x10, 'ACK'],
  [0x20, 'URG'],
  [0x40, 'ECE'],
  [0x80, 'CWR'],
  [0x100, 'AE'],
]

const FIN = 0x01
const SYN = 0x02
const RST = 0x04
const ACK = 0x10

/** `['SYN', 'ACK']` */
export const flagNames = (flags: number): readonly string[] =>
  FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name)

/** One packet of the connection, as its headers have it. */
export type SequencePacket = {
  readonly frame: number
  readonly timeNs: number
  readonly fromClient: boolean
  /** TCP's; 0 for anything else. */
  readonly flags: number
  /** As on the wire, int32. */
  readonly sequence: number
  readonly acknowledgment: number
  /** As on the wire, not shifted. */
  readonly window: number
  readonly payloadBytes: number
  /** A sum of `MARK`. */
  readonly marks: number
  /** What a packet that is not TCP is, e.g. `echo request`; empty for TCP. */
  readonly says: string
}

/** Both ends of the connection that is drawn. */
export type SequenceEnds = {
  readonly protocol: number
  readonly client: string
  readonly server: string
}

/** One line of the diagram. */
export type SequenceStep =
  | {
      readonly kind: 'packet'
      readonly frame: number
      readonly timeNs: number
      readonly fromClient: boolean
      readonly label: string
      readonly notes: readonly string[]
      readonly marked: boolean
    }
  | { readonly kind: 'silence'; readonly says: string }
  | { readonly kind: 'skipped'; readonly says: string }

const TCP = 6

/** What is known of one direction so far. */
type Direction = {
  /** The number that the relative ones count from; null before anything was seen. */
  base: number | null
  /** Whether `base` is the number of its SYN. */
  isInitial: boolean
  synSeen: boolean
  finSeen: boolean
  /** Sequence number after the FIN, int32. */
  finEnd: number
}

const direction = (): Direction => ({
  base: null,
  isInitial: false,
  synSeen: false,
  finSeen: false,
  finEnd: 0,
})

/** Who speaks and who listens. */
const who = (fromClient: boolean): string => (fromClient ? 'client' : 'server')

class Teller {
  private readonly client = direction()
  private readonly server = direction()
  private established = false
  private closed = false

  /** The label and the notes of the next packet. */
  step(packet: SequencePacket): { label: string; notes: readonly string[] } {
    const own = packet.fromClient ? this.client : this.server
    const other = packet.fromClient ? this.server : this.client
    this.begin(own, packet)
    const meaning = this.meaning(packet, own, other)
    if ((packet.flags & SYN) !== 0) own.synSeen = true
    if ((packet.flags & FIN) !== 0) {
      own.finSeen = true
      own.finEnd = (packet.sequence + packet.payloadBytes + 1) | 0
    }
    return {
      label: this.label(packet, own, other),
      notes: [...(meaning === '' ? [] : [meaning]), ...describeMarks(packet.marks)],
    }
  }

  private begin(own: Direction, { flags, sequence }: SequencePacket): void {
    if ((flags & SYN) !== 0) {
      own.base = sequence
      own.isInitial = true
    } else if (own.base === null && (flags & RST) === 0) {
      own.base = (sequence - 1) | 0
    }
  }

  private number(value: number, own: Direction, letter: string): string {
    if (own.base === null) return String(value >>> 0)
    const relative = (value - own.base) | 0
    if (!own.isInitial || this.established) return String(relative)
    return relative === 0 ? letter : `${letter}+${relative}`
  }

  private label(packet: SequencePacket, own: Direction, other: Direction): string {
    const { flags, sequence, acknowledgment, payloadBytes, fromClient } = packet
    const [letter, others] = fromClient ? ['A', 'B'] : ['B', 'A']
    const from = this.number(sequence, own, letter)
    const isOpening = (flags & (SYN | RST)) !== 0 || !this.established
    const data =
      payloadBytes > 0
        ? `${describeCount(payloadBytes, 'byte')}, ${from}:${this.number((sequence + payloadBytes) | 0, own, letter)}`
        : `seq ${from}`
    const acked = (flags & ACK) === 0 ? '' : `, ack ${this.number(acknowledgment, other, others)}`
    if (isOpening && (flags & SYN) === 0 && (flags & RST) === 0) this.established = this.bothKnown()
    return `${flagNames(flags).join(', ') || 'no flag'}  ${data}${acked}`
  }

  private bothKnown(): boolean {
    return this.client.base !== null && this.server.base !== null
  }

  private meaning(packet: SequencePacket, own: Direction, other: Direction): string {
    const { flags, sequence, fromClient, acknowledgment } = packet
    if ((flags & RST) !== 0) return this.reset(packet, own, other)
    if ((flags & SYN) !== 0) {
      const number = sequence >>> 0
      if (own.synSeen) return ''
      if ((flags & ACK) === 0)
        return fromClient
          ? `active open: the client asks for a connection; its numbers begin at A = ${number}`
          : `the server opens as well; its numbers begin at B = ${number}`
      return `passive open: the server was listening; its numbers begin at B = ${number}, and it expects A+1 next`
    }
    if (!this.established && this.client.synSeen && this.server.synSeen && fromClient)
      return 'the handshake is done: both ends know both numbers, and either may send (full duplex)'
    if ((flags & FIN) !== 0 && !own.finSeen)
      return other.finSeen
        ? `the ${who(fromClient)} closes its direction as well`
        : `the ${who(fromClient)} closes first: it has nothing more to send`
    if (other.finSeen && acknowledgment === other.finEnd && own.finSeen && !this.closed) {
      this.closed = true
      return 'closed in both directions'
    }
    return ''
  }

  private reset({ fromClient }: SequencePacket, own: Direction, other: Direction): string {
    if (!fromClient && other.synSeen && !own.synSeen) return 'refused: no connection on this port'
    return `the ${who(fromClient)}'s side ends the connection at once, in both directions`
  }
}

/** Packets that are shown before and after what is left out. */
const SHOWN_FIRST = 24
const SHOWN_LAST = 16

/** A silence of this length is drawn. */
const SILENCE_NS = 0.5e9

function skipped(packets: readonly SequencePacket[]): SequenceStep {
  const bytes = (fromClient: boolean): number =>
    packets
      .filter((packet) => packet.fromClient === fromClient)
      .reduce((sum, { payloadBytes }) => sum + payloadBytes, 0)
  const marked = packets.filter(({ marks }) => marks !== 0).length
  return {
    kind: 'skipped',
    says: [
      `${describeCount(packets.length, 'packet')} not shown (--all shows them)`,
      `${describeCount(bytes(true), 'byte')} from the client`,
      `${describeCount(bytes(false), 'byte')} from the server`,
      ...(marked > 0 ? [`${marked} of them marked`] : []),
    ].join(', '),
  }
}

/** The steps of the packets of one connection, in order; long ones are shortened in the middle unless `all` are wanted. */
export function sequenceSteps(
  packets: readonly SequencePacket[],
  ends: SequenceEnds,
  all: boolean,
): readonly SequenceStep[] {
  const teller = new Teller()
  const cut = !all && packets.length > SHOWN_FIRST + SHOWN_LAST + 1
  const steps: SequenceStep[] = []
  let before: number | null = null
  for (const [index, packet] of packets.entries()) {
    const told =
      ends.protocol === TCP && packet.says === ''
        ? teller.step(packet)
        : { label: packet.says, notes: [] }
    const isShown = !cut || index < SHOWN_FIRST || index >= packets.length - SHOWN_LAST
    if (cut && index === SHOWN_FIRST)
      steps.push(skipped(packets.slice(SHOWN_FIRST, packets.length - SHOWN_LAST)))
    if (isShown) {
      const silence = before === null ? 0 : packet.timeNs - before
      const joins = !cut || index !== packets.length - SHOWN_LAST
      if (silence >= SILENCE_NS && joins)
        steps.push({ kind: 'silence', says: `${describeDuration(silence)} of silence` })
      steps.push({
        kind: 'packet',
        frame: packet.frame,
        timeNs: packet.timeNs,
        fromClient: packet.fromClient,
        ...told,
        marked: packet.marks !== 0,
      })
    }
    before = packet.timeNs
  }
  return steps
}
