/** Socket addresses as the kernel has them: ip(7), ipv6(7), packet(7). */
import { type Address, formatAddress } from '../../wire/address.ts'
import { AF } from './socket.ts'

/** struct sockaddr_in is 16 bytes, sockaddr_in6 28, sockaddr_ll 20. */
const IN_BYTES = 16
const IN6_BYTES = 28
const LL_BYTES = 20

/** The address with a port; `scope` is the index of a link-local address's device. */
export function writeSockaddr(address: Address, scope = 0, port = 0): Buffer {
  if (address.family === 4) {
    const name = Buffer.alloc(IN_BYTES)
    name.writeUInt16LE(AF.inet, 0)
    name.writeUInt16BE(port, 2)
    name.set(address.bytes, 4)
    return name
  }
  const name = Buffer.alloc(IN6_BYTES)
  name.writeUInt16LE(AF.inet6, 0)
  name.writeUInt16BE(port, 2)
  name.set(address.bytes, 8)
  name.writeUInt32LE(scope, 24)
  return name
}

/** The text of the address at `at`; null where there is none of IPv4 or IPv6. */
export function readSockaddr(name: Buffer, at = 0): string | null {
  if (name.length < at + 8) return null
  const family = name.readUInt16LE(at)
  if (family === AF.inet)
    return formatAddress({ family: 4, bytes: name.subarray(at + 4, at + 8), zone: null })
  if (family !== AF.inet6 || name.length < at + 24) return null
  return formatAddress({ family: 6, bytes: name.subarray(at + 8, at + 24), zone: null })
}

/** The port of an IPv4 or IPv6 address; 0 where there is none. */
export const readPort = (name: Buffer): number =>
  name.length >= 4 && [AF.inet, AF.inet6].includes(name.readUInt16LE(0) as 2 | 10)
    ? name.readUInt16BE(2)
    : 0

/** A place on a link: the protocol by its EtherType, the device by index, and whom it is for. */
export function writeLinkAddress(etherType: number, index: number, mac?: Uint8Array): Buffer {
  const name = Buffer.alloc(LL_BYTES)
  name.writeUInt16LE(AF.packet, 0)
  name.writeUInt16BE(etherType, 2)
  name.writeInt32LE(index, 4)
  if (mac) {
    name.writeUInt8(mac.length, 11)
    name.set(mac, 12)
  }
  return name
}

export type LinkAddress = {
  /** ARPHRD_… of include/uapi/linux/if_arp.h; 1 is Ethernet. */
  readonly hardwareType: number
  /** PACKET_… of include/uapi/linux/if_packet.h; 4 is what this host sent. */
  readonly packetType: number
  readonly mac: Uint8Array
}

/** Reads a sockaddr_ll; null where it is none. */
export function readLinkAddress(name: Buffer): LinkAddress | null {
  if (name.length < 12 || name.readUInt16LE(0) !== AF.packet) return null
  const length = name.readUInt8(11)
  return {
    hardwareType: name.readUInt16LE(8),
    packetType: name.readUInt8(10),
    mac: Uint8Array.from(name.subarray(12, 12 + length)),
  }
}
