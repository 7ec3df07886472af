/**
 * Writes pcapng files, as `pcapng.ts` reads them: little-endian, times in nanoseconds, each block as bytes of its own. A file
 * is a section, its interfaces in the order of their indices, names where there are some, and packets.
 */
import { parseAddress } from '../wire/address.ts'
import { joinBytes, viewOf } from '../wire/bytes.ts'
import type { CaptureInterface } from './packet.ts'
import { BLOCK, BLOCK_BYTES, BYTE_ORDER_MAGIC, OPTION, padded } from './pcapng-block.ts'
import { splitTime, type WrittenPacket } from './write-pcap.ts'

/** shb_userappl, §4.1: who wrote the file. */
const APPLICATION = 4
/** if_tsresol: 10⁻⁹ s. */
const NANOSECONDS = 9
/** An option's length has 16 bits. */
const MOST_TEXT_BYTES = 0xfffc

const utf8 = (text: string): Uint8Array =>
  new TextEncoder().encode(text).subarray(0, MOST_TEXT_BYTES)

/** Numbers of 16 bits, in the file's order. */
const words = (...numbers: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(2 * numbers.length)
  const view = viewOf(bytes)
  for (const [index, number] of numbers.entries()) view.setUint16(2 * index, number, true)
  return bytes
}

/** The same of 32 bits. */
const longs = (...numbers: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(4 * numbers.length)
  const view = viewOf(bytes)
  for (const [index, number] of numbers.entries()) view.setUint32(4 * index, number, true)
  return bytes
}

const padding = (bytes: number): Uint8Array => new Uint8Array(padded(bytes) - bytes)

const writeBlock = (type: number, ...body: readonly Uint8Array[]): Uint8Array => {
  const length = longs(BLOCK_BYTES + body.reduce((sum, piece) => sum + piece.length, 0))
  return joinBytes(longs(type), length, ...body, length)
}

const option = (code: number, value: Uint8Array): Uint8Array =>
  joinBytes(words(code, value.length), value, padding(value.length))

/** Options and what ends them; nothing where there are none. */
const options = (...all: readonly Uint8Array[]): Uint8Array =>
  all.length === 0 ? new Uint8Array(0) : joinBytes(...all, words(OPTION.end, 0))

/** The beginning of a file; `application` says who writes it. */
export const writeSection = (application: string): Uint8Array =>
  writeBlock(
    BLOCK.section,
    longs(BYTE_ORDER_MAGIC),
    words(1, 0), // version 1.0
    longs(0xffffffff, 0xffffffff), // the section's length is not told
    options(option(APPLICATION, utf8(application))),
  )

/** One interface; packets name it by how many were written before it. */
export function writeInterface(of: Omit<CaptureInterface, 'bigEndian'>): Uint8Array {
  const all = [option(OPTION.timeResolution, Uint8Array.of(NANOSECONDS))]
  if (of.name !== null) all.unshift(option(OPTION.interfaceName, utf8(of.name)))
  if (of.checkBytes > 0) all.push(option(OPTION.checkBytes, Uint8Array.of(of.checkBytes)))
  return writeBlock(BLOCK.interface, words(of.linkType, 0), longs(of.snapBytes), options(...all))
}

/** Names of addresses; text that is no address is left out. */
export function writeNames(names: ReadonlyMap<string, string>): Uint8Array {
  const records: Uint8Array[] = []
  for (const [text, name] of names) {
    const address = parseAddress(text)
    if (address === null) continue
    const value = joinBytes(address.bytes, utf8(name).subarray(0, 255), Uint8Array.of(0))
    records.push(option(address.family === 4 ? 1 : 2, value))
  }
  return writeBlock(BLOCK.names, ...records, words(0, 0))
}

/** One packet with what is said of it. */
export function writePacket(
  packet: WrittenPacket,
  interfaceIndex: number,
  comments: readonly string[] = [],
): Uint8Array {
  const [seconds, nanoseconds] = splitTime(packet)
  const time = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)
  const { bytes, originalBytes } = packet
  return writeBlock(
    BLOCK.enhancedPacket,
    longs(interfaceIndex, Number(time >> 32n), Number(time & 0xffffffffn)),
    longs(bytes.length, originalBytes),
    bytes,
    padding(bytes.length),
    options(...comments.map((text) => option(OPTION.comment, utf8(text)))),
  )
}
