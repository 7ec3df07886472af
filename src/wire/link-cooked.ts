/**
 * Linux "cooked" captures, as `tcpdump -i any` makes them: LINKTYPE_LINUX_SLL and
 * LINKTYPE_LINUX_SLL2 (https://www.tcpdump.org/linktypes.html). All big-endian.
 *
 *   SLL   0  packet type 16 | ARPHRD 16 | address length 16 | address 64 | protocol 16
 *   SLL2  0  protocol 16 | reserved 16 | interface 32 | ARPHRD 16 | packet type 8 | address length 8 | address 64
 */
import { type Headers, peelBytes, stopHeaders } from './headers.ts'
import { peelLlc } from './link-ethernet.ts'

const SLL_BYTES = 16
const SLL2_BYTES = 20

/** ARPHRD_NETLINK: the protocol is a netlink family. */
const NETLINK = 824

/** Linux's ETH_P_802_2: an LLC header follows. */
const LLC = 4

/** Peels SLL and gives the EtherType; 0 where the protocol is none. */
export function peelSll(headers: Headers): number {
  const { view, payloadAt: at } = headers
  if (headers.payloadEnd - at < SLL_BYTES) {
    stopHeaders(headers, 'sll')
    return 0
  }
  peelBytes(headers, SLL_BYTES)
  return carried(headers, view.getUint16(at + 14), view.getUint16(at + 2))
}

/** Peels SLL2 and gives the EtherType; 0 where the protocol is none. */
export function peelSll2(headers: Headers): number {
  const { view, payloadAt: at } = headers
  if (headers.payloadEnd - at < SLL2_BYTES) {
    stopHeaders(headers, 'sll2')
    return 0
  }
  peelBytes(headers, SLL2_BYTES)
  return carried(headers, view.getUint16(at), view.getUint16(at + 8))
}

function carried(headers: Headers, protocol: number, hardware: number): number {
  if (hardware === NETLINK) return 0
  if (protocol === LLC) return peelLlc(headers)
  return protocol < 0x600 ? 0 : protocol
}
