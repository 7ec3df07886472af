/** Packets that filters tell apart: an IP header after each link layer, addresses and ports of a small choice, the rest by chance. */
import { pick, type Random } from './random.ts'

const HOSTS = [
  [10, 0, 0, 1],
  [10, 0, 0, 2],
  [1, 2, 3, 4],
  [5, 6, 7, 8],
  [192, 168, 0, 9],
  [9, 10, 11, 12],
] as const
const PORTS = [80, 22, 443, 1500, 53, 8080, 1031] as const
const PROTOCOLS = [6, 17, 1, 132, 6, 6] as const
const BYTES = [80, 22, 6, 17, 1, 2, 4, 8, 16, 53, 255, 10, 0, 0, 0, 0, 0, 0, 0, 0] as const

/** What stands before the IP header, by LINKTYPE_: of version 4, and of version 6. */
const LINKS: Readonly<Record<number, readonly [before: number, v4: number[], v6: number[]]>> = {
  0: [0, [2, 0, 0, 0], [10, 0, 0, 0]],
  1: [12, [8, 0], [0x86, 0xdd]],
  9: [0, [0xff, 3, 0, 0x21], [0xff, 3, 0, 0x57]],
  12: [0, [], []],
  113: [14, [8, 0], [0x86, 0xdd]],
  276: [0, [8, 0, ...new Array(18).fill(0)], [0x86, 0xdd, ...new Array(18).fill(0)]],
}

const pair = (value: number): readonly [number, number] => [value >> 8, value & 0xff]

/** A packet of that link type. */
export function randomPacket(random: Random, linkType: number): Uint8Array {
  const bytes = new Uint8Array(64 + Math.floor(random() * 40)).map(() => pick(random, BYTES))
  const isSix = random() < 0.3
  const [before, four, six] = LINKS[linkType] ?? [0, [], []]
  const link = isSix ? six : four
  bytes.set(link, before)
  const ip = before + link.length
  bytes[ip] = isSix ? 0x60 : 0x45
  bytes[ip + (isSix ? 6 : 9)] = pick(random, PROTOCOLS)
  if (!isSix) {
    bytes.set([0, 0], ip + 6)
    bytes.set(pick(random, HOSTS), ip + 12)
    bytes.set(pick(random, HOSTS), ip + 16)
  }
  const ports = ip + (isSix ? 40 : 20)
  bytes.set(pair(pick(random, PORTS)), ports)
  bytes.set(pair(pick(random, PORTS)), ports + 2)
  return bytes
}
