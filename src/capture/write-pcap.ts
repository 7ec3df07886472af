/** Writes pcap files, as `pcap.ts` reads them: little-endian, the header and then each record as bytes of its own. */
import { joinBytes, viewOf } from '../wire/bytes.ts'
import type { CaptureInterface } from './packet.ts'
import { PCAP_HEADER_BYTES, PCAP_MAGIC, PCAP_RECORD_BYTES } from './pcap.ts'

/** What is written of a packet. */
export type WrittenPacket = {
  /** What `timeNs` counts from, in whole seconds since 1970. */
  readonly epochSeconds: number
  readonly timeNs: number
  readonly bytes: Uint8Array
  /** Bytes it had on the wire. */
  readonly originalBytes: number
}

/** Which times a file can tell. */
export type PcapUnit = 'microseconds' | 'nanoseconds'

/** The beginning of a file, which has one interface; the name of it is not kept. */
export function writePcapHeader(
  of: Pick<CaptureInterface, 'linkType' | 'snapBytes' | 'checkBytes'>,
  unit: PcapUnit,
): Uint8Array {
  const header = new Uint8Array(PCAP_HEADER_BYTES)
  const view = viewOf(header)
  view.setUint32(0, PCAP_MAGIC[unit], true)
  view.setUint16(4, 2, true) // version 2.4
  view.setUint16(6, 4, true)
  view.setUint32(16, of.snapBytes, true)
  const check = of.checkBytes === 0 ? 0 : (((of.checkBytes / 2) << 28) | 0x04000000) >>> 0
  view.setUint32(20, of.linkType + check, true)
  return header
}

/** The whole seconds since 1970, 0 at least, and the nanoseconds past them. */
export function splitTime(packet: WrittenPacket): readonly [number, number] {
  const whole = Math.floor(packet.timeNs / 1e9)
  const seconds = packet.epochSeconds + whole
  return seconds < 0 ? [0, 0] : [seconds, packet.timeNs - whole * 1e9]
}

/** One packet; what is finer than the unit is cut off. */
export function writePcapRecord(packet: WrittenPacket, unit: PcapUnit): Uint8Array {
  const header = new Uint8Array(PCAP_RECORD_BYTES)
  const view = viewOf(header)
  const [seconds, nanoseconds] = splitTime(packet)
  view.setUint32(0, seconds, true)
  view.setUint32(4, unit === 'nanoseconds' ? nanoseconds : Math.floor(nanoseconds / 1000), true)
  view.setUint32(8, packet.bytes.length, true)
  view.setUint32(12, packet.originalBytes, true)
  return joinBytes(header, packet.bytes)
}
