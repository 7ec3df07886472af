/** Small captures for the tests of `rungs read`: IPv4 packets without a link layer, in a pcap of a directory that goes away. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { writePcapHeader, writePcapRecord } from '../../../src/capture/write-pcap.ts'
import { LINK_TYPE } from '../../../src/wire/link-type.ts'

/** 2007-05-31T21:06:32Z */
export const EPOCH = 1_180_645_592

export type Made = {
  /** `>` from 192.0.2.1, `<` from 198.51.100.2. */
  readonly way: '>' | '<'
  readonly atMs: number
  /** tcpdump's letters; without them it is UDP. */
  readonly flags?: string
  readonly seq?: number
  readonly ack?: number
  readonly text?: string
  readonly clientPort?: number
  readonly serverPort?: number
}

const FLAG: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, '.': 16 }

const CLIENT = [192, 0, 2, 1]
const SERVER = [198, 51, 100, 2]

/** The bytes of a packet; checksums are left to nobody. */
export function packetBytes(made: Made): Uint8Array {
  const { way, flags, seq = 0, ack = 0, text = '', clientPort = 40_000, serverPort = 80 } = made
  const payload = new TextEncoder().encode(text)
  const transport = flags === undefined ? 8 : 20
  const bytes = new Uint8Array(20 + transport + payload.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0x45, 0])
  view.setUint16(2, bytes.length)
  bytes.set([64, flags === undefined ? 17 : 6], 8)
  bytes.set(way === '>' ? [...CLIENT, ...SERVER] : [...SERVER, ...CLIENT], 12)
  view.setUint16(20, way === '>' ? clientPort : serverPort)
  view.setUint16(22, way === '>' ? serverPort : clientPort)
  if (flags === undefined) {
    view.setUint16(24, 8 + payload.length)
  } else {
    view.setUint32(24, seq)
    view.setUint32(28, ack)
    view.setUint8(32, 0x50)
    view.setUint8(
      33,
      [...flags].reduce((sum, letter) => sum | (FLAG[letter] ?? 0), 0),
    )
    view.setUint16(34, 1000)
  }
  bytes.set(payload, 20 + transport)
  return bytes
}

const directory = mkdtempSync(join(tmpdir(), 'rungs-read-'))
afterAll(() => rmSync(directory, { recursive: true }))

export const pathOf = (name: string): string => join(directory, name)

/** Writes the packets to a file and gives its path. */
export function capture(name: string, packets: readonly Made[]): string {
  const header = writePcapHeader(
    { linkType: LINK_TYPE.raw, snapBytes: 65_535, checkBytes: 0 },
    'microseconds',
  )
  const records = packets.map((made) => {
    const bytes = packetBytes(made)
    return writePcapRecord(
      { epochSeconds: EPOCH, timeNs: made.atMs * 1e6, bytes, originalBytes: bytes.length },
      'microseconds',
    )
  })
  const path = pathOf(name)
  writeFileSync(path, Buffer.concat([header, ...records]))
  return path
}

/** A request over HTTP, closed by the client. */
export const HTTP: readonly Made[] = [
  { way: '>', atMs: 0, flags: 'S', seq: 100 },
  { way: '<', atMs: 1, flags: 'S.', seq: 500, ack: 101 },
  { way: '>', atMs: 2, flags: '.', seq: 101, ack: 501 },
  {
    way: '>',
    atMs: 3,
    flags: 'P.',
    seq: 101,
    ack: 501,
    text: 'GET /a HTTP/1.1\r\nHost: www\r\n\r\n',
  },
  {
    way: '<',
    atMs: 13,
    flags: 'P.',
    seq: 501,
    ack: 131,
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
  },
  { way: '>', atMs: 14, flags: 'F.', seq: 131, ack: 541 },
  { way: '<', atMs: 15, flags: 'F.', seq: 541, ack: 132 },
  { way: '>', atMs: 16, flags: '.', seq: 132, ack: 542 },
]

/** A port on which nobody listens. */
export const REFUSED: readonly Made[] = [
  { way: '>', atMs: 100, flags: 'S', seq: 7, clientPort: 40_001, serverPort: 25 },
  { way: '<', atMs: 101, flags: 'R.', seq: 0, ack: 8, clientPort: 40_001, serverPort: 25 },
]
