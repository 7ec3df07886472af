/**
 * Packets as they pass a device, through a ring that is shared with the kernel: packet(7) and Documentation/networking/
 * packet_mmap.rst, TPACKET_V3. The kernel fills blocks one after the other; each is ours until it is given back.
 * Nothing is copied. What cannot be done gives a sentence that says which privilege is missing, or what else.
 */
import { readFileSync } from 'node:fs'
import type { PacketBatch } from '../../capture/packet.ts'
import {
  BLOCK_IS_KERNELS,
  BLOCK_IS_READY,
  BLOCK_STATUS_AT,
  RESERVED_BYTES,
  type RingLink,
  type RingPlace,
  readRingBlock,
  ringPlace,
} from '../../capture/ring-block.ts'
import type { Program } from '../../filter/instruction.ts'
import { LINK_TYPE } from '../../wire/link-type.ts'
import { writeLinkAddress } from './sockaddr.ts'
import { AF, interfaceIndex, type KernelSocket, NO_LIBC, openSocket, SOCK } from './socket.ts'

/** include/uapi/linux/if_packet.h and asm-generic/socket.h. */
const SOL_PACKET = 263
const ADD_MEMBERSHIP = 1
const RX_RING = 5
const STATISTICS = 6
const VERSION = 10
const RESERVE = 12
const TPACKET_V3 = 2
const MEMBERSHIP_PROMISCUOUS = 1
const ETHER_TYPE_ALL = 3

/** Bytes of a block: the largest packet has to fit into one. */
export const BLOCK_BYTES: number = 1 << 20
/** Of the ring's blocks, unless more are asked for. */
const BLOCKS = 16
/** struct tpacket_req3 wants frames told, though blocks are filled without regard to them. */
const FRAME_BYTES = 2048
/** A block that is not full is handed over after this. */
const RETIRE_MS = 20

/** ARPHRD_…, include/uapi/linux/if_arp.h. */
const HARDWARE: Readonly<Record<'ethernet' | 'loopback' | 'none' | 'tunnel' | 'radiotap', number>> =
  { ethernet: 1, loopback: 772, none: 65534, tunnel: 768, radiotap: 803 }

export type RingOptions = {
  /** A device's name, or `any`. */
  readonly device: string
  /** Which packets are wanted, and how much of each; null for all. Runs in the kernel. */
  readonly filter: Program | null
  /** Packets for other hosts too, where the device hears them. */
  readonly promiscuous: boolean
  readonly bufferBytes?: number
  /** A power of two, from a page on; smaller blocks hold fewer packets that may be larger than what the filter wants of them. */
  readonly blockBytes?: number
}

/** What the kernel counted since the ring was opened. */
export type RingCounts = {
  /** Packets that the filter let through, lost ones included, and those that were lost for want of room. */
  readonly received: number
  readonly dropped: number
}

export type PacketRing = {
  readonly linkType: number
  /** What packets lie in. */
  readonly view: DataView
  /**
   * Fills `batch` with packets that are there and gives back the blocks that were filled from before; `epochSeconds` is what times
   * count from. False where there is none at the moment. The packets hold until the next call.
   */
  readonly read: (batch: PacketBatch, epochSeconds: number) => boolean
  readonly counts: () => RingCounts
  readonly close: () => void
}

/** Why there is no ring. */
export type RingFailure = { readonly failed: true; readonly reason: string }

/** True for what says why there is no ring. */
export const isRingFailure = (value: object): value is RingFailure => 'failed' in value

const failure = (reason: string): RingFailure => ({ failed: true, reason })

/** What to do about the errors that people meet. */
function explain(errno: string, device: string): string {
  if (errno === 'EPERM' || errno === 'EACCES')
    return (
      'capturing needs CAP_NET_RAW: run it once with sudo, with “setpriv --ambient-caps +net_raw --inh-caps +net_raw” as root, ' +
      'or in a container started with --cap-add NET_RAW'
    )
  if (errno === NO_LIBC) return 'the library that calls the kernel (koffi) could not be loaded'
  if (errno === 'ENETDOWN') return `${device} is down; “ip link set ${device} up” starts it`
  if (errno === 'ENOMEM') return 'there is no memory for the ring; a smaller --buffer needs less'
  return `the kernel refused it (${errno})`
}

/** The kind of a device, 0 where it cannot be read. */
function hardwareType(device: string): number {
  try {
    return Number(readFileSync(`/sys/class/net/${device}/type`, 'utf8'))
  } catch {
    return 0
  }
}

/** How the packets of a device are taken: with their link layer where it is one that captures have, else with a cooked one. */
export function deviceLinkType(device: string): number {
  switch (device === 'any' ? 0 : hardwareType(device)) {
    case HARDWARE.ethernet:
    case HARDWARE.loopback:
      return LINK_TYPE.ethernet
    case HARDWARE.none:
    case HARDWARE.tunnel:
      return LINK_TYPE.raw
    case HARDWARE.radiotap:
      return LINK_TYPE.radiotap
    default:
      return LINK_TYPE.sll2
  }
}

/** struct tpacket_req3: sizes and counts of blocks and frames, then when blocks are handed over. */
const ringRequest = (blocks: number, blockBytes: number): Uint8Array =>
  new Uint8Array(
    Uint32Array.of(
      blockBytes,
      blocks,
      FRAME_BYTES,
      (blockBytes / FRAME_BYTES) * blocks,
      RETIRE_MS,
      0,
      0,
    ).buffer,
  )

/** Opens a ring on a device. The filter is there before the first packet is. */
export function openPacketRing(options: RingOptions): PacketRing | RingFailure {
  const { device } = options
  const index = device === 'any' ? 0 : interfaceIndex(device)
  if (device !== 'any' && index === 0)
    return failure(`there is no device ${device}; “ip -br link” lists them`)
  const linkType = deviceLinkType(device)
  const kind = linkType === LINK_TYPE.sll2 ? SOCK.datagram : SOCK.raw
  const socket = openSocket(AF.packet, kind, 0)
  if ('errno' in socket) return failure(explain(socket.errno, device))
  const { blockBytes = BLOCK_BYTES } = options
  const blocks = Math.max(2, Math.ceil((options.bufferBytes ?? BLOCKS * blockBytes) / blockBytes))
  const errno =
    (options.filter && socket.filter(options.filter)) ??
    socket.set(SOL_PACKET, VERSION, TPACKET_V3) ??
    socket.set(SOL_PACKET, RESERVE, RESERVED_BYTES) ??
    socket.set(SOL_PACKET, RX_RING, ringRequest(blocks, blockBytes))
  const memory = errno ?? socket.map(blocks * blockBytes)
  const refused =
    typeof memory === 'string' ? memory : socket.bind(writeLinkAddress(ETHER_TYPE_ALL, index))
  if (typeof memory === 'string' || refused !== null) {
    socket.close()
    return failure(explain(refused ?? String(memory), device))
  }
  // struct packet_mreq: device, kind, and an address that this kind has not.
  if (options.promiscuous && index > 0)
    socket.set(
      SOL_PACKET,
      ADD_MEMBERSHIP,
      new Uint8Array(Int32Array.of(index, MEMBERSHIP_PROMISCUOUS, 0, 0).buffer),
    )
  const link = { linkType, loopbackIndex: interfaceIndex('lo') }
  return new Ring(socket, memory, { blocks, blockBytes }, link)
}

class Ring implements PacketRing {
  readonly linkType: number
  readonly view: DataView
  readonly #socket: KernelSocket
  readonly #link: RingLink
  readonly #words: Int32Array
  readonly #blocks: number
  readonly #blockBytes: number
  /** The block that is read next, or at the time where not all of it fitted. */
  #block = 0
  #place: RingPlace | null = null
  /** Of the blocks before it, those that packets were given from: they go back with the next call. */
  #held = 0
  #received = 0
  #dropped = 0

  constructor(
    socket: KernelSocket,
    memory: ArrayBuffer,
    { blocks, blockBytes }: { readonly blocks: number; readonly blockBytes: number },
    link: RingLink,
  ) {
    this.#socket = socket
    this.#link = link
    this.#blocks = blocks
    this.#blockBytes = blockBytes
    this.view = new DataView(memory)
    this.#words = new Int32Array(memory)
    this.linkType = link.linkType
  }

  read(batch: PacketBatch, epochSeconds: number): boolean {
    this.#giveBack()
    batch.count = 0
    batch.view = this.view
    while (batch.count < batch.capacity && this.#held < this.#blocks) {
      const blockAt = this.#block * this.#blockBytes
      if (this.#place === null) {
        if ((Atomics.load(this.#words, this.#statusOf(this.#block)) & BLOCK_IS_READY) === 0) break
        this.#place = ringPlace(this.view, blockAt)
      }
      const isDone = readRingBlock(this.view, blockAt, this.#place, this.#link, epochSeconds, batch)
      if (!isDone) break
      this.#place = null
      this.#block = (this.#block + 1) % this.#blocks
      this.#held++
    }
    return batch.count > 0
  }

  #statusOf(block: number): number {
    return (block * this.#blockBytes + BLOCK_STATUS_AT) / 4
  }

  #giveBack(): void {
    for (; this.#held > 0; this.#held--) {
      const block = (this.#block - this.#held + this.#blocks) % this.#blocks
      Atomics.store(this.#words, this.#statusOf(block), BLOCK_IS_KERNELS)
    }
  }

  /** The kernel counts from the last time that it was asked. */
  counts(): RingCounts {
    const counted = this.#socket.get(SOL_PACKET, STATISTICS, 12)
    if (counted.length >= 8) {
      this.#received += counted.readUInt32LE(0)
      this.#dropped += counted.readUInt32LE(4)
    }
    return { received: this.#received, dropped: this.#dropped }
  }

  close(): void {
    this.#socket.close()
  }
}
