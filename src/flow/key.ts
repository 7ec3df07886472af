/** What tells connections apart: protocol, addresses and ports, as integers, and a hash of them. */
import type { Headers } from '../wire/headers.ts'
import type { Connection } from './connection.ts'

/** The key of a packet, filled by `readKey`: both ends as integers. */
export class Key {
  protocol = 0
  ipVersion = 4
  sourcePort = 0
  destinationPort = 0
  source0 = 0
  source1 = 0
  source2 = 0
  source3 = 0
  destination0 = 0
  destination1 = 0
  destination2 = 0
  destination3 = 0
  hash = 0
}

function mixEnd(first: number, port: number, seed: number): number {
  let mixed = Math.imul(first ^ seed, 0x85ebca6b) ^ Math.imul(port + seed, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)
  return mixed ^ (mixed >>> 13)
}

const mixSix = (key0: number, key1: number, key2: number, key3: number): number =>
  Math.imul(Math.imul(Math.imul(key0, 31) + key1, 0x27d4eb2f) ^ key2, 0x165667b1) ^ key3

/** A hash of 32 bits that is the same for both directions; another `seed` gives one that is independent of it. */
export function hashKey(key: Key, seed: number): number {
  let first = key.source0
  let second = key.destination0
  if (key.ipVersion === 6) {
    first = mixSix(first, key.source1, key.source2, key.source3)
    second = mixSix(second, key.destination1, key.destination2, key.destination3)
  }
  const ends = mixEnd(first, key.sourcePort, seed) + mixEnd(second, key.destinationPort, seed)
  const hash = Math.imul(ends ^ (ends >>> 16), 0x7feb352d) ^ key.protocol
  return (hash ^ (hash >>> 15)) | 0
}

/** Reads the ends of a packet. */
export function readKey(headers: Headers, key: Key, seed: number): void {
  const { view, sourceAddressAt: source, destinationAddressAt: destination } = headers
  key.protocol = headers.protocol
  key.ipVersion = headers.ipVersion
  // An echo has one number for both ends; of other protocols it is 0.
  key.sourcePort = headers.sourcePort | headers.identifier
  key.destinationPort = headers.destinationPort | headers.identifier
  key.source0 = view.getInt32(source)
  key.destination0 = view.getInt32(destination)
  if (headers.ipVersion === 6) {
    key.source1 = view.getInt32(source + 4)
    key.source2 = view.getInt32(source + 8)
    key.source3 = view.getInt32(source + 12)
    key.destination1 = view.getInt32(destination + 4)
    key.destination2 = view.getInt32(destination + 8)
    key.destination3 = view.getInt32(destination + 12)
  }
  key.hash = hashKey(key, seed)
}

/** The key of a connection as if its client had sent the packet; without a hash. */
export function keyOf({ protocol, ipVersion, client, server }: Connection, key: Key): void {
  key.protocol = protocol
  key.ipVersion = ipVersion
  key.sourcePort = client.port
  key.destinationPort = server.port
  key.source0 = client.address0
  key.source1 = client.address1
  key.source2 = client.address2
  key.source3 = client.address3
  key.destination0 = server.address0
  key.destination1 = server.address1
  key.destination2 = server.address2
  key.destination3 = server.address3
}
