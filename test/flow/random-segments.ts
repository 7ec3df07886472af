/** Random TCP conversations, made so that the rules of the analysis meet each other, and a capture of them. */
import fc from 'fast-check'

/** One segment; numbers count from where its sender began. */
export type RandomSegment = {
  readonly fromClient: boolean
  readonly flags: number
  readonly sequence: number
  readonly acknowledgment: number
  readonly window: number
  readonly bytes: number
  readonly laterUs: number
}

/** Small numbers, so that segments repeat, overlap and leave gaps; times around the limits of the rules. */
const segment: fc.Arbitrary<RandomSegment> = fc.record({
  fromClient: fc.boolean(),
  flags: fc.constantFrom(16, 16, 16, 16, 24, 24, 24, 17, 2, 18, 4, 20),
  sequence: fc.integer({ min: 0, max: 12 }),
  acknowledgment: fc.integer({ min: 0, max: 12 }),
  window: fc.constantFrom(0, 1, 2, 5, 100, 100, 100),
  bytes: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 5),
  laterUs: fc.constantFrom(0, 10, 100, 2_900, 3_100, 19_000, 21_000, 200_000),
})

/** A conversation: where both ends begin, whether the SYNs scale windows, and what they send. */
export type RandomTalk = {
  readonly start: number
  readonly answer: number
  readonly handshake: boolean
  readonly scaled: boolean
  /** Numbers are taken modulo this: the fewer there are, the more often they repeat. */
  readonly spread: number
  readonly segments: readonly RandomSegment[]
}

/** A start of 0 and starts just below 2^32 are likelier than chance makes them. */
const start = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 0xfffffffa, 0x7ffffffc),
)

export const randomTalk: fc.Arbitrary<RandomTalk> = fc.record({
  start,
  answer: start,
  handshake: fc.boolean(),
  scaled: fc.boolean(),
  spread: fc.constantFrom(1, 2, 3, 13),
  segments: fc.array(segment, { minLength: 1, maxLength: 16 }),
})

const HANDSHAKE: readonly RandomSegment[] = [
  { fromClient: true, flags: 2, sequence: 0, acknowledgment: 0 },
  { fromClient: false, flags: 18, sequence: 0, acknowledgment: 1 },
  { fromClient: true, flags: 16, sequence: 1, acknowledgment: 1 },
].map((part) => ({ ...part, window: 100, bytes: 0, laterUs: 1000 }))

const RECORD_BYTES = 16
const NETWORK_BYTES = 20
const TCP_BYTES = 20
const SCALE: readonly number[] = [1, 3, 3, 2]

/** Numbers of the handshake stay, others begin at 1 where they are few. */
const numberOf = ({ spread }: RandomTalk, number: number): number =>
  number < 2 ? number : 1 + (number % spread)

/** The packet of a segment: IPv4 and TCP, checksums left at 0. */
function packetOf(
  talk: RandomTalk,
  port: number,
  one: RandomSegment,
  mirrored: boolean,
): Uint8Array {
  const options = (one.flags & 2) !== 0 && talk.scaled ? SCALE : []
  const bytes = new Uint8Array(NETWORK_BYTES + TCP_BYTES + options.length + one.bytes)
  const view = new DataView(bytes.buffer)
  const isLeft = one.fromClient !== mirrored
  view.setUint16(0, 0x4500)
  view.setUint16(2, bytes.length)
  view.setUint16(8, 0x4006)
  view.setUint32(12, isLeft ? 0x0a000001 : 0x0a000002)
  view.setUint32(16, isLeft ? 0x0a000002 : 0x0a000001)
  view.setUint16(20, one.fromClient ? port : 8)
  view.setUint16(22, one.fromClient ? 8 : port)
  const [mine, theirs] = one.fromClient ? [talk.start, talk.answer] : [talk.answer, talk.start]
  view.setUint32(24, mine + numberOf(talk, one.sequence))
  view.setUint32(28, (one.flags & 16) !== 0 ? theirs + numberOf(talk, one.acknowledgment) : 0)
  view.setUint8(32, ((TCP_BYTES + options.length) / 4) << 4)
  view.setUint8(33, one.flags)
  view.setUint16(34, one.window)
  bytes.set(options, NETWORK_BYTES + TCP_BYTES)
  return bytes
}

/** A pcap file of talks one after the other, each on a port of its own; `mirrored` exchanges the ends' addresses. */
export function captureOf(talks: readonly RandomTalk[], mirrored = false): Uint8Array {
  const header = new DataView(new ArrayBuffer(24))
  header.setUint32(0, 0xa1b2c3d4)
  header.setUint32(4, 0x00020004)
  header.setUint32(16, 65535)
  header.setUint32(20, 101) // LINKTYPE_RAW
  const parts: Uint8Array[] = [new Uint8Array(header.buffer)]
  let atUs = 0
  talks.forEach((talk, index) => {
    for (const one of [...(talk.handshake ? HANDSHAKE : []), ...talk.segments]) {
      atUs += one.laterUs
      const packet = packetOf(talk, 1000 + index, one, mirrored)
      const record = new DataView(new ArrayBuffer(RECORD_BYTES))
      record.setUint32(0, Math.floor(atUs / 1e6))
      record.setUint32(4, atUs % 1e6)
      record.setUint32(8, packet.length)
      record.setUint32(12, packet.length)
      parts.push(new Uint8Array(record.buffer), packet)
    }
  })
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    file.set(part, at)
    at += part.length
  }
  return file
}
