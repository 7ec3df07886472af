/**
 * The connections that are followed now: found by addresses, ports and protocol in either direction,
 * kept in places ("slots") that are used again, and queued by how long they may rest. Flat arrays
 * only: a lookup touches one line of the table and one of the connection.
 */
import { CONNECTION_DOUBLES, CONNECTION_INTS, Connection } from './connection.ts'
import type { Key } from './key.ts'

/** Connections whose columns lie in one array. */
const CHUNK = 256

/** Whether the source of the packet is the client of the connection, and the destination its server. */
function isForward(connection: Connection, key: Key): boolean {
  const { client, server } = connection
  if (client.port !== key.sourcePort || server.port !== key.destinationPort) return false
  if (client.address0 !== key.source0 || server.address0 !== key.destination0) return false
  if (key.ipVersion === 4) return true
  return (
    client.address1 === key.source1 &&
    client.address2 === key.source2 &&
    client.address3 === key.source3 &&
    server.address1 === key.destination1 &&
    server.address2 === key.destination2 &&
    server.address3 === key.destination3
  )
}

function isBackward(connection: Connection, key: Key): boolean {
  const { client, server } = connection
  if (client.port !== key.destinationPort || server.port !== key.sourcePort) return false
  if (client.address0 !== key.destination0 || server.address0 !== key.source0) return false
  if (key.ipVersion === 4) return true
  return (
    client.address1 === key.destination1 &&
    client.address2 === key.destination2 &&
    client.address3 === key.destination3 &&
    server.address1 === key.source1 &&
    server.address2 === key.source2 &&
    server.address3 === key.source3
  )
}

/** What is given where there is no slot. */
export const NO_SLOT: -1 = -1

export class ConnectionTable {
  /** How many are followed. */
  count = 0
  /** Whether the packet of the last `find` went from client to server. */
  forward = true
  /** Hash and slot + 1 by turns; a slot of 0 ends a run of collisions. */
  #table = new Int32Array(2 * 1024)
  #mask = 1023
  readonly #connections: Connection[] = []
  readonly #free: number[] = []
  #hashes = new Int32Array(CHUNK)
  #ints = new Int32Array(0)
  #doubles = new Float64Array(0)
  /** Doubly linked queues. */
  #next = new Int32Array(CHUNK)
  #previous = new Int32Array(CHUNK)
  #queueOf = new Int8Array(CHUNK)
  #queuedNs = new Float64Array(CHUNK)
  readonly #heads: Int32Array
  readonly #tails: Int32Array
  readonly #lengths: Int32Array

  constructor(queues: number) {
    this.#heads = new Int32Array(queues).fill(NO_SLOT)
    this.#tails = new Int32Array(queues).fill(NO_SLOT)
    this.#lengths = new Int32Array(queues)
  }

  /** The connection in a slot that is in use. */
  at(slot: number): Connection {
    return this.#connections[slot] as Connection
  }

  /** The slot of the connection that the packet belongs to, in either direction; else `NO_SLOT`. */
  find(key: Key): number {
    const table = this.#table
    const mask = this.#mask
    const hash = key.hash
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = (table[2 * at + 1] as number) - 1
      if (slot < 0) return NO_SLOT
      if (table[2 * at] !== hash) continue
      const connection = this.#connections[slot] as Connection
      if (connection.protocol !== key.protocol || connection.ipVersion !== key.ipVersion) continue
      this.forward = isForward(connection, key)
      if (this.forward || isBackward(connection, key)) return slot
    }
  }

  /** A slot for the packet's connection, whose client is the source or, `turned`, the destination; it is in `queue`. */
  add(key: Key, turned: boolean, queue: number, timeNs: number): number {
    const slot = this.#free.pop() ?? this.#newSlot()
    const connection = this.#connections[slot] as Connection
    connection.reset()
    connection.protocol = key.protocol
    connection.ipVersion = key.ipVersion
    connection.turned = turned
    const source = turned ? connection.server : connection.client
    const destination = turned ? connection.client : connection.server
    source.addressBytes = destination.addressBytes = key.ipVersion === 4 ? 4 : 16
    source.port = key.sourcePort
    destination.port = key.destinationPort
    source.address0 = key.source0
    destination.address0 = key.destination0
    if (key.ipVersion === 6) {
      source.address1 = key.source1
      source.address2 = key.source2
      source.address3 = key.source3
      destination.address1 = key.destination1
      destination.address2 = key.destination2
      destination.address3 = key.destination3
    }
    if (2 * (this.count + 1) > this.#mask) this.#grow()
    this.#hashes[slot] = key.hash
    this.#insert(key.hash, slot)
    this.count++
    this.#append(slot, queue, timeNs)
    this.forward = !turned
    return slot
  }

  /** Forgets the connection of a slot. */
  remove(slot: number): void {
    this.#unlink(slot)
    this.#erase(slot)
    this.count--
    this.#free.push(slot)
  }

  /** Moves a connection to the end of a queue, where it waits from `timeNs` on. */
  move(slot: number, queue: number, timeNs: number): void {
    this.#unlink(slot)
    this.#append(slot, queue, timeNs)
  }

  /** The slot that has waited the longest in a queue; `NO_SLOT` where it is empty. */
  first(queue: number): number {
    return this.#heads[queue] as number
  }

  /** When it was put into its queue. */
  queuedNs(slot: number): number {
    return this.#queuedNs[slot] as number
  }

  queueOf(slot: number): number {
    return this.#queueOf[slot] as number
  }

  lengthOf(queue: number): number {
    return this.#lengths[queue] as number
  }

  /** The slots in use, in the order in which their connections began. */
  slots(): number[] {
    const slots: number[] = []
    for (const head of this.#heads)
      for (let slot = head; slot !== NO_SLOT; slot = this.#next[slot] as number) slots.push(slot)
    return slots.sort((one, other) => this.at(one).id - this.at(other).id)
  }

  #newSlot(): number {
    const slot = this.#connections.length
    const index = slot % CHUNK
    if (index === 0) {
      this.#ints = new Int32Array(CHUNK * CONNECTION_INTS)
      this.#doubles = new Float64Array(CHUNK * CONNECTION_DOUBLES)
      if (slot === this.#next.length) this.#growSlots()
    }
    const [ints, doubles] = [this.#ints, this.#doubles]
    const connection = new Connection(
      ints,
      index * CONNECTION_INTS,
      doubles,
      index * CONNECTION_DOUBLES,
    )
    this.#connections.push(connection)
    return slot
  }

  #growSlots(): void {
    const size = 2 * this.#next.length
    const larger = <A extends Int32Array | Int8Array | Float64Array>(to: A, from: A): A => {
      to.set(from)
      return to
    }
    this.#next = larger(new Int32Array(size), this.#next)
    this.#previous = larger(new Int32Array(size), this.#previous)
    this.#hashes = larger(new Int32Array(size), this.#hashes)
    this.#queuedNs = larger(new Float64Array(size), this.#queuedNs)
    this.#queueOf = larger(new Int8Array(size), this.#queueOf)
  }

  #insert(hash: number, slot: number): void {
    let at = hash & this.#mask
    while (this.#table[2 * at + 1] !== 0) at = (at + 1) & this.#mask
    this.#table[2 * at] = hash
    this.#table[2 * at + 1] = slot + 1
  }

  #grow(): void {
    const old = this.#table
    this.#mask = 2 * this.#mask + 1
    this.#table = new Int32Array(2 * (this.#mask + 1))
    for (let at = 0; at < old.length; at += 2) {
      const slot = old[at + 1] as number
      if (slot !== 0) this.#insert(old[at] as number, slot - 1)
    }
  }

  /** Closes the hole with the next entries of the run that may stand there (Knuth 6.4, algorithm R). */
  #erase(slot: number): void {
    const table = this.#table
    const mask = this.#mask
    let hole = (this.#hashes[slot] as number) & mask
    while (table[2 * hole + 1] !== slot + 1) hole = (hole + 1) & mask
    for (let at = (hole + 1) & mask; table[2 * at + 1] !== 0; at = (at + 1) & mask) {
      const home = (table[2 * at] as number) & mask
      if (((at - home) & mask) < ((at - hole) & mask)) continue
      table[2 * hole] = table[2 * at] as number
      table[2 * hole + 1] = table[2 * at + 1] as number
      hole = at
    }
    table[2 * hole + 1] = 0
  }

  #append(slot: number, queue: number, timeNs: number): void {
    this.#queuedNs[slot] = timeNs
    const tail = this.#tails[queue] as number
    this.#queueOf[slot] = queue
    this.#previous[slot] = tail
    this.#next[slot] = NO_SLOT
    if (tail === NO_SLOT) this.#heads[queue] = slot
    else this.#next[tail] = slot
    this.#tails[queue] = slot
    this.#lengths[queue] = (this.#lengths[queue] as number) + 1
  }

  #unlink(slot: number): void {
    const queue = this.#queueOf[slot] as number
    const next = this.#next[slot] as number
    const previous = this.#previous[slot] as number
    if (previous === NO_SLOT) this.#heads[queue] = next
    else this.#next[previous] = next
    if (next === NO_SLOT) this.#tails[queue] = previous
    else this.#previous[next] = previous
    this.#lengths[queue] = (this.#lengths[queue] as number) - 1
  }
}
