/** A host whose network is this machine's or can be entered from it, watched through a ring that is shared with the kernel. */
import { PacketBatch } from '../../capture/packet.ts'
import { Collector } from '../../diagnose/passage/collector.ts'
import { inNetwork } from '../kernel/network-namespace.ts'
import {
  isRingFailure,
  openPacketRing,
  type PacketRing,
  type RingFailure,
} from '../kernel/packet-ring.ts'
import { ringProgram, SNAP_BYTES } from './filter.ts'
import { type Outlook, pause } from './outlook.ts'

/** A block is handed over 20 ms after its first packet, however few there are in it: so many are read in time. */
const BLOCKS = 32
/** Room for some hundreds of headers; a ring of a few MiB would take longer to set up than the whole of a healthy check may. */
const BLOCK_BYTES = 1 << 16
const DRAIN_MS = 60
/** When what has passed is handed over for certain. */
const SETTLE_MS = 25

const NO_RIGHT = 'root or CAP_NET_RAW'

function open(path: string | null, expression: string): PacketRing | RingFailure {
  const make = (): PacketRing | RingFailure =>
    openPacketRing({
      device: 'any',
      filter: ringProgram(expression),
      promiscuous: false,
      bufferBytes: BLOCKS * BLOCK_BYTES,
      blockBytes: BLOCK_BYTES,
    })
  const ring = path === null ? make() : inNetwork(path, make)
  if (!('errno' in ring)) return ring
  const reason =
    ring.errno === 'EPERM'
      ? 'its network is entered only by root'
      : `its network cannot be entered (${ring.errno})`
  return { failed: true, reason }
}

/** Watches the network that `path` stands for; null is our own. */
export function watchRing(path: string | null, expression: string, command: string): Outlook {
  const ring = open(path, expression)
  const collector = new Collector()
  const common = { collector, ready: Promise.resolve(), command }
  if (isRingFailure(ring)) {
    const needs = /CAP_NET_RAW|root/.test(ring.reason) ? NO_RIGHT : null
    return {
      ...common,
      failure: () => ({ because: ring.reason, needs }),
      lost: () => 0,
      sinceMs: () => null,
      settle: async () => {},
      close: async () => {},
    }
  }
  const since = Date.now()
  const reader = {
    interfaces: [
      {
        linkType: ring.linkType,
        snapBytes: SNAP_BYTES,
        name: 'any',
        checkBytes: 0,
        bigEndian: false,
      },
    ],
    epochSeconds: Math.floor(since / 1000),
  }
  const batch = new PacketBatch(1024)
  let isOpen = true
  const drain = (): void => {
    while (isOpen && ring.read(batch, reader.epochSeconds))
      collector.take(batch, 0, batch.count, reader)
  }
  const timer = setInterval(drain, DRAIN_MS).unref()
  return {
    ...common,
    failure: () => null,
    lost: () => (isOpen ? ring.counts().dropped : 0) + collector.refused,
    sinceMs: () => since,
    settle: async () => {
      await pause(SETTLE_MS)
      drain()
    },
    close: async () => {
      if (!isOpen) return
      isOpen = false
      clearInterval(timer)
      ring.close()
    },
  }
}
