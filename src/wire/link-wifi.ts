/**
 * IEEE 802.11 data frames, bare or behind radiotap (https://www.radiotap.org), AVS or Prism
 * headers. Little-endian, but for LLC and what follows it:
 *
 *    0  frame control 16: version 2, type 2, subtype 4, then eight flags
 *    2  duration 16 | address 48, three times | sequence control 16
 *   24  address 48 (to DS and from DS) | QoS control 16 (QoS data) | HT control 32 (order flag)
 */
import { type Headers, peelBytes, stopHeaders } from './headers.ts'
import { peelLlc } from './link-ethernet.ts'

const DATA = 2

/** Peels radiotap and the frame; gives the EtherType of the data, 0 where there is none. */
export function peelRadiotap(headers: Headers): number {
  const { view, payloadAt: at } = headers
  const have = headers.payloadEnd - at
  const bytes = have < 8 ? 8 : view.getUint16(at + 2, true)
  if (bytes < 8 || have < bytes) {
    stopHeaders(headers, 'radiotap')
    return 0
  }
  const flags = radiotapFlags(view, at, at + bytes)
  peelBytes(headers, bytes)
  if ((flags & 0x10) !== 0) dropChecksum(headers)
  return peelWifi(headers, (flags & 0x20) !== 0)
}

/** The field “Flags”; only TSFT (eight bytes, aligned) may stand before it. */
function radiotapFlags(view: DataView, at: number, end: number): number {
  const present = view.getUint32(at + 4, true)
  if ((present & 2) === 0) return 0
  let from = at + 8
  let word = present
  while (word >>> 31 === 1 && end - from >= 4) {
    word = view.getUint32(from, true)
    from += 4
  }
  if ((present & 1) !== 0) from = at + ((from - at + 7) & ~7) + 8
  return from < end ? view.getUint8(from) : 0
}

/** The frame check sequence was kept: four bytes at the end that are not payload. */
function dropChecksum(headers: Headers): void {
  const wireEnd = headers.payloadAt + headers.payloadBytes - 4
  if (headers.payloadBytes < 4) return
  headers.payloadBytes -= 4
  headers.payloadEnd = Math.min(headers.payloadEnd, wireEnd)
}

/** Peels an AVS header, or the older Prism one, whose length its second word tells. */
export function peelPrism(headers: Headers): number {
  const { view, payloadAt: at } = headers
  const have = headers.payloadEnd - at
  if (have >= 8) {
    const isAvs = view.getUint32(at) >>> 16 === 0x8021
    const bytes = view.getUint32(at + 4, !isAvs)
    if (bytes >= 8 && bytes <= have) {
      peelBytes(headers, bytes)
      return peelWifi(headers, false)
    }
  }
  stopHeaders(headers, 'prism')
  return 0
}

/** Peels a bare frame. `padded`: the header is filled up to a multiple of four bytes. */
export function peelWifi(headers: Headers, padded: boolean): number {
  const { view, payloadAt: at } = headers
  const have = headers.payloadEnd - at
  const control = have < 2 ? 0 : view.getUint16(at, true)
  const isData = ((control >> 2) & 3) === DATA
  // Subtypes with bit 4 carry no data, and what is encrypted cannot be read.
  const isOpen = (control & 0x40) === 0 && (control & 0x4000) === 0
  if (have >= 2 && (!isData || !isOpen)) return 0
  const bytes = wifiBytes(control, padded)
  if (have < bytes) {
    stopHeaders(headers, '802.11')
    return 0
  }
  const aggregated = (control & 0x80) !== 0 && (view.getUint8(at + qosAt(control)) & 0x80) !== 0
  peelBytes(headers, bytes)
  // A-MSDU: the first of its frames; destination 48, source 48, length 16.
  if (aggregated && headers.payloadEnd - headers.payloadAt >= 14) peelBytes(headers, 14)
  return peelLlc(headers)
}

const qosAt = (control: number): number => ((control & 0x300) === 0x300 ? 30 : 24)

function wifiBytes(control: number, padded: boolean): number {
  const hasQos = (control & 0x80) !== 0
  const hasHtControl = hasQos && (control & 0x8000) !== 0
  const bytes = qosAt(control) + (hasQos ? 2 : 0) + (hasHtControl ? 4 : 0)
  return padded ? (bytes + 3) & ~3 : bytes
}
