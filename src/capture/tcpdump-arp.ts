/**
 * What tcpdump prints of ARP (print-arp.c): `Request who-has 192.0.2.1 tell 192.0.2.2, length 28`, `Reply 192.0.2.1 is-at
 * 02:00:00:00:00:01`, and the same in small letters of versions before 4.0. Made up again as a frame of Ethernet.
 */
import { ARP_OPERATION, writeArp } from '../wire/arp.ts'
import { joinBytes } from '../wire/bytes.ts'
import { parseMac } from '../wire/mac.ts'
import type { RebuiltPacket } from './rebuilt-packet.ts'
import type { TextNames } from './tcpdump-name.ts'

const REQUEST =
  /^(?:Ethernet[^,]*, (?:len \d+, )?)?(?:Request )?who-has (\S+)(?: \([^)]*\))? tell ([^\s,]+)/
const REPLY = /^(?:Ethernet[^,]*, (?:len \d+, )?)?[Rr]eply (\S+) is-at ([0-9a-f:]+)/

const UNKNOWN_MAC = new Uint8Array(6)
const EVERYBODY = new Uint8Array(6).fill(0xff)
const ARP_ETHERTYPE = Uint8Array.of(0x08, 0x06)

/** `0:0:c0:6f:2d:40`, as old versions write it, with two digits each. */
const macOf = (text: string): Uint8Array =>
  parseMac(
    text
      .split(':')
      .map((byte) => byte.padStart(2, '0'))
      .join(':'),
  ) ?? UNKNOWN_MAC

/** The frame, or null for other text. What is not told is zero: hardware addresses mostly, and a reply's target. */
export function rebuildArp(text: string, names: TextNames): RebuiltPacket | null {
  const request = REQUEST.exec(text)
  const [, first = '', second = ''] = request ?? REPLY.exec(text) ?? []
  const about = names.address(first, 4)
  const other = request === null ? about : names.address(second, 4)
  if (about === null || other === null || about.family === 6 || other.family === 6) return null
  const senderMac = request === null ? macOf(second) : UNKNOWN_MAC
  const message = writeArp({
    operation: request === null ? ARP_OPERATION.reply : ARP_OPERATION.request,
    senderMac,
    sender: request === null ? about : other,
    targetMac: UNKNOWN_MAC,
    target: request === null ? { ...about, bytes: new Uint8Array(4) } : about,
  })
  const destination = request === null ? UNKNOWN_MAC : EVERYBODY
  const bytes = joinBytes(destination, senderMac, ARP_ETHERTYPE, message)
  return { bytes, originalBytes: bytes.length }
}
