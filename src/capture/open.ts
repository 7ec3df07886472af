/** Which kind of capture some bytes are: the list of kinds, and what is said of those that are none. */
import { printable } from '../base/printable.ts'
import { bytesBetween, latin1 } from '../wire/bytes.ts'
import { FOREIGN_KINDS } from './foreign.ts'
import type { CaptureFormat } from './packet.ts'
import { PCAP } from './pcap.ts'
import { PCAPNG } from './pcapng.ts'
import { TCPDUMP_TEXT } from './tcpdump-text.ts'

/** In the order in which they are asked. */
export const CAPTURE_FORMATS: readonly CaptureFormat[] = [PCAP, PCAPNG, TCPDUMP_TEXT]

/** The kind that the first bytes are of; null where they are of none. */
export const findFormat = (view: DataView, at: number, end: number): CaptureFormat | null =>
  CAPTURE_FORMATS.find((format) => format.sniff(view, at, end)) ?? null

/** Bytes of the beginning that are shown of something that is no capture. */
const SHOWN_BYTES = 16

/** Why the bytes are no capture that can be read, how they begin, and what can be done. */
export function explainNoCapture(view: DataView, at: number, end: number): string {
  const foreign = FOREIGN_KINDS.find(({ begins }) =>
    begins.every((byte, index) => at + index < end && view.getUint8(at + index) === byte),
  )
  const tried = `neither ${CAPTURE_FORMATS.map(({ name }) => name).join(' nor ')} (nor one of them packed by gzip)`
  if (foreign !== undefined) return `it is ${foreign.name}, ${tried}; ${foreign.remedy}`
  const first = bytesBetween(view, at, Math.min(end, at + SHOWN_BYTES))
  const hex = Array.from(first, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return (
    `it is no capture: ${tried}. It begins with ${hex} (“${printable(latin1(first))}”); ` +
    'if Wireshark can open it, “editcap -F pcapng FILE OUT.pcapng” makes a capture of it'
  )
}
