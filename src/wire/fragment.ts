/**
 * Fragments put together again: RFC 791 §3.2 and RFC 8200 §4.5. Where two of them hold the same
 * bytes the first one counts (RFC 5722 would drop both, which a reader of captures must not). The
 * memory is bounded: the datagram that waited the longest is given up first.
 */
import { bytesBetween } from './bytes.ts'
import { readPacket } from './frame.ts'
import { HEADER_NOTE, type Headers } from './headers.ts'

/** RFC 8200 §4.5 gives up after 60 s; Linux after 30, which is within it. */
const WAIT_NS = 60e9
/** More datagrams than Linux would hold by default (4 MiB, net.ipv4.ipfrag_high_thresh). */
const MOST_DATAGRAMS = 4096
const MOST_BYTES = 16 << 20
/** Offsets count units of eight bytes in 13 bits. */
const UNIT_BYTES = 8
const MOST_UNITS = 8192
const LONGEST_PACKET = 65_535

/** One datagram of which something is missing. */
class Pending {
  readonly firstNs: number
  /** The headers before the payload, from the first fragment; empty until it came. */
  head: Uint8Array = new Uint8Array(0)
  payload: Uint8Array = new Uint8Array(0)
  /** 1 for each unit that came. */
  readonly units: Uint8Array = new Uint8Array(MOST_UNITS)
  unitCount = 0
  /** Bytes of the whole payload; -1 until the last fragment came. */
  totalBytes = -1

  constructor(firstNs: number) {
    this.firstNs = firstNs
  }

  get heldBytes(): number {
    return this.payload.length + this.head.length + MOST_UNITS
  }

  /** Takes `bytes` as the payload from `offset` on; units that are there already stay as they are. */
  add(offset: number, bytes: Uint8Array, isLast: boolean): void {
    const end = offset + bytes.length
    if (isLast && this.totalBytes < 0) this.totalBytes = end
    if (this.payload.length < end) this.grow(end)
    for (let at = 0; at < bytes.length; at += UNIT_BYTES) {
      const unit = (offset + at) / UNIT_BYTES
      if (this.units[unit] !== 0) continue
      this.units[unit] = 1
      this.unitCount++
      this.payload.set(bytes.subarray(at, at + UNIT_BYTES), offset + at)
    }
  }

  private grow(needBytes: number): void {
    const grown = new Uint8Array(
      Math.min(MOST_UNITS * UNIT_BYTES, Math.max(needBytes, 4096, 2 * this.payload.length)),
    )
    grown.set(this.payload)
    this.payload = grown
  }

  /** Whether every unit below the total came. A fragment beyond the total counts for nothing. */
  isWhole(): boolean {
    if (this.totalBytes < 0 || this.head.length === 0) return false
    const need = Math.ceil(this.totalBytes / UNIT_BYTES)
    if (this.unitCount < need) return false
    return !this.units.subarray(0, need).includes(0)
  }
}

/** The datagrams of a capture that came in fragments; the caller keeps one for all its frames. */
export class Fragments {
  private readonly pending = new Map<string, Pending>()
  private heldBytes = 0
  /** Datagrams that were put together. */
  wholes = 0
  /** Datagrams that were given up: too old, too many, too long. */
  losses = 0

  /**
   * Takes the fragment that `headers` tells of. True when its datagram is whole: `headers` then
   * tells of that, in a view of its own, with the note `reassembled`. False leaves them as they
   * are: something is missing, was not captured, or does not fit together.
   */
  take(headers: Headers, timeNs: number): boolean {
    const bytes = fragmentBytes(headers)
    if (bytes === null) return false
    this.forgetOld(timeNs)
    const key = keyOf(headers)
    const pending = this.pending.get(key) ?? this.begin(key, timeNs)
    const before = pending.heldBytes
    pending.add(headers.fragmentOffset, bytes, !headers.moreFragments)
    if (headers.fragmentOffset === 0 && pending.head.length === 0) pending.head = headOf(headers)
    this.heldBytes += pending.heldBytes - before
    if (!pending.isWhole()) {
      this.forgetMany()
      return false
    }
    this.forget(key, pending)
    return this.finish(headers, pending)
  }

  /** Datagrams of which something is still missing. */
  get waiting(): number {
    return this.pending.size
  }

  private begin(key: string, timeNs: number): Pending {
    const pending = new Pending(timeNs)
    this.pending.set(key, pending)
    this.heldBytes += pending.heldBytes
    return pending
  }

  private forget(key: string, pending: Pending): void {
    this.pending.delete(key)
    this.heldBytes -= pending.heldBytes
  }

  /** A map gives its entries in the order in which they came: the oldest first. */
  private forgetOld(timeNs: number): void {
    for (const [key, pending] of this.pending) {
      if (timeNs - pending.firstNs <= WAIT_NS) return
      this.forget(key, pending)
      this.losses++
    }
  }

  private forgetMany(): void {
    for (const [key, pending] of this.pending) {
      if (this.pending.size <= MOST_DATAGRAMS && this.heldBytes <= MOST_BYTES) return
      this.forget(key, pending)
      this.losses++
    }
  }

  private finish(headers: Headers, { head, payload, totalBytes }: Pending): boolean {
    const bytes = head.length + totalBytes
    if (bytes > LONGEST_PACKET) {
      this.losses++
      return false
    }
    const packet = new Uint8Array(bytes)
    packet.set(head)
    packet.set(payload.subarray(0, totalBytes), head.length)
    const view = new DataView(packet.buffer)
    const isFour = headers.ipVersion === 4
    view.setUint16(isFour ? 2 : 4, isFour ? bytes : bytes - 40)
    const { vlan } = headers
    const kept = headers.notes & HEADER_NOTE.tunnelled
    readPacket(view, 0, bytes, bytes, headers)
    headers.vlan = vlan
    headers.notes |= kept | HEADER_NOTE.reassembled
    this.wholes++
    return true
  }
}

/** Where the payload of the fragment begins: behind the IP header, or behind IPv6's fragment header. */
function fragmentAt(headers: Headers): number {
  const { view, networkAt } = headers
  if (headers.ipVersion === 4) return networkAt + ((view.getUint8(networkAt) & 15) << 2)
  const at = fragmentHeaderAt(headers)
  return at < 0 ? -1 : at + 8
}

/** The extension headers were read once already: their lengths are sound. */
function fragmentHeaderAt(headers: Headers): number {
  const { view, networkAt, transportAt } = headers
  let kind = view.getUint8(networkAt + 6)
  let at = networkAt + 40
  while (at < transportAt) {
    if (kind === 44) return at
    const length = view.getUint8(at + 1)
    const bytes = kind === 51 ? (length + 2) * 4 : (length + 1) * 8
    kind = view.getUint8(at)
    at += bytes
  }
  return -1
}

/** The bytes of the datagram that the fragment holds; null where it is not whole or cannot be one. */
function fragmentBytes(headers: Headers): Uint8Array | null {
  const { view, networkAt } = headers
  const at = headers.protocol < 0 ? -1 : fragmentAt(headers)
  if (at < 0) return null
  const told =
    headers.ipVersion === 4 ? view.getUint16(networkAt + 2) : 40 + view.getUint16(networkAt + 4)
  const end = networkAt + told
  if (end > headers.payloadEnd || end <= at) return null
  // All but the last one hold whole units.
  if (headers.moreFragments && (end - at) % UNIT_BYTES !== 0) return null
  if (headers.fragmentOffset + (end - at) > LONGEST_PACKET) return null
  return bytesBetween(view, at, end)
}

/** Addresses and identification; for IPv4 the protocol too (RFC 791 §3.2). */
function keyOf(headers: Headers): string {
  const { view, sourceAddressAt: at, ipVersion } = headers
  const pair = bytesBetween(view, at, at + (ipVersion === 4 ? 8 : 32))
  const protocol = ipVersion === 4 ? view.getUint8(headers.networkAt + 9) : -1
  return `${String.fromCharCode(...pair)} ${headers.identification} ${protocol} ${headers.vlan}`
}

/** The headers that stand before the payload, as they would be had it not been fragmented. */
function headOf(headers: Headers): Uint8Array {
  const { view, networkAt } = headers
  if (headers.ipVersion === 4) {
    const head = bytesBetween(view, networkAt, fragmentAt(headers)).slice()
    head.fill(0, 6, 8)
    return head
  }
  const at = fragmentHeaderAt(headers)
  const head = bytesBetween(view, networkAt, at).slice()
  head[nextHeaderAt(head)] = view.getUint8(at)
  return head
}

/** Where the last header of these names the one behind it. */
function nextHeaderAt(head: Uint8Array): number {
  let place = 6
  let at = 40
  while (at < head.length) {
    const length = head[at + 1] ?? 0
    const isAuthentication = head[place] === 51
    place = at
    at += isAuthentication ? (length + 2) * 4 : (length + 1) * 8
  }
  return place
}
