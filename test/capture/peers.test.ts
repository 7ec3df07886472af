/** Every golden capture beside tcpdump and tshark: as many packets, and the same fields in every frame. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatAddress } from '../../src/wire/address.ts'
import { readFrame } from '../../src/wire/frame.ts'
import { HEADER_NOTE } from '../../src/wire/headers.ts'
import { joinCaptures, tcpdumpCount, tsharkRows } from './tshark.ts'
import { captureBytes, dataDirectory, goldens, type Packet, walkCapture } from './walk.ts'

const FIELDS = [
  ...['frame.len', 'frame.cap_len', 'frame.time_epoch', 'frame.protocols'],
  ...['ip.src', 'ip.dst', 'ip.ttl', 'ipv6.src', 'ipv6.dst', 'ipv6.hlim'],
  ...['tcp.srcport', 'tcp.dstport', 'tcp.seq_raw', 'tcp.ack_raw', 'tcp.flags'],
  ...['tcp.window_size_value', 'tcp.urgent_pointer', 'tcp.len'],
] as const
type Row = Record<(typeof FIELDS)[number], string>

const addressAt = ({ headers }: Packet, at: number): string =>
  formatAddress({
    family: headers.ipVersion === 4 ? 4 : 6,
    zone: null,
    bytes: new Uint8Array(
      headers.view.buffer,
      headers.view.byteOffset + at,
      headers.ipVersion === 4 ? 4 : 16,
    ),
  })

/** A quoted segment is not one of the frame's own. */
const isTcp = (row: Row): boolean => {
  const layers = row['frame.protocols'].split(':')
  return layers.includes('tcp') && !layers.some((layer) => layer.startsWith('icmp'))
}

/** What tshark says of the frame's TCP header, as numbers. */
const theirs = (row: Row): unknown => ({
  source: `${row['ipv6.src'] || row['ip.src']} ${row['tcp.srcport']}`,
  destination: `${row['ipv6.dst'] || row['ip.dst']} ${row['tcp.dstport']}`,
  hopLimit: Number(row['ipv6.hlim'] || row['ip.ttl']),
  sequence: Number(row['tcp.seq_raw']),
  acknowledgment: Number(row['tcp.ack_raw']),
  flags: Number(row['tcp.flags']),
  window: Number(row['tcp.window_size_value']),
  urgent: Number(row['tcp.urgent_pointer']),
  payloadBytes: Number(row['tcp.len']),
})

function ours(packet: Packet): unknown {
  const { headers } = packet
  return {
    source: `${addressAt(packet, headers.sourceAddressAt)} ${headers.sourcePort}`,
    destination: `${addressAt(packet, headers.destinationAddressAt)} ${headers.destinationPort}`,
    hopLimit: headers.hopLimit,
    sequence: headers.sequence >>> 0,
    acknowledgment: headers.acknowledgment >>> 0,
    flags: headers.flags,
    window: headers.window,
    urgent: headers.urgent,
    payloadBytes: headers.payloadBytes,
  }
}

/** What is different in one frame; null where nothing is. */
function difference(packet: Packet, row: Row | undefined): unknown {
  const { at, end, originalBytes, linkType, headers, batch } = packet
  readFrame(batch.view, at, end, originalBytes, linkType, headers)
  const lengths = `${originalBytes},${end - at}`
  if (row === undefined || lengths !== `${row['frame.len']},${row['frame.cap_len']}`)
    return { lengths, row }
  if (isTcp(row)) {
    const [mine, other] = [ours(packet), theirs(row)]
    const same = headers.protocol === 6 && JSON.stringify(mine) === JSON.stringify(other)
    return same ? null : { mine, other }
  }
  const claims = headers.protocol === 6 && (headers.notes & HEADER_NOTE.fragment) === 0
  return claims ? { mine: ours(packet), other: row['frame.protocols'] } : null
}

/** Nanoseconds of a frame since `epochSeconds`. */
function nanosecondsSince(epochSeconds: number, row: Row | undefined): number {
  const [seconds = '', fraction = ''] = (row?.['frame.time_epoch'] ?? '').split('.')
  return (Number(seconds) - epochSeconds) * 1e9 + Number(fraction.padEnd(9, '0'))
}

const names = goldens()

test.for(names)('%s has as many packets as tcpdump counts', (name) => {
  const bytes = captureBytes(join(dataDirectory, name))
  let count = 0
  const reader = walkCapture(bytes, ({ frame }) => {
    count = frame
  })
  expect(reader.damages).toEqual([])
  expect(count).toBe(tcpdumpCount(bytes))
  expect(count).toBeGreaterThan(0)
})

describe('beside tshark', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rungs-peers-'))
  let rows: Row[] = []
  /** How many rows come before those of each capture. */
  const before = new Map<string, number>()

  beforeAll(() => {
    const all = join(folder, 'all.pcapng')
    joinCaptures(
      names.map((name) => join(dataDirectory, name)),
      all,
      'of-files',
    )
    rows = tsharkRows(all, FIELDS)
    let sum = 0
    for (const name of names) {
      before.set(name, sum)
      walkCapture(captureBytes(join(dataDirectory, name)), () => {
        sum++
      })
    }
    expect(sum).toBe(rows.length)
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  test.for(names)('%s has the same lengths, times and TCP fields in every frame', (name) => {
    const differences: unknown[] = []
    const reader = walkCapture(captureBytes(join(dataDirectory, name)), (packet) => {
      const row = rows[(before.get(name) ?? 0) + packet.frame - 1]
      const found = difference(packet, row)
      if (found !== null) differences.push({ frame: packet.frame, found })
    })
    walkCapture(captureBytes(join(dataDirectory, name)), ({ frame, timeNs }) => {
      const told = nanosecondsSince(reader.epochSeconds, rows[(before.get(name) ?? 0) + frame - 1])
      if (told !== timeNs) differences.push({ frame, timeNs, told })
    })
    expect(differences.slice(0, 5)).toEqual([])
  })
})
