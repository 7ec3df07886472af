/** Captures of real traffic, client - r1 - server, taken by `tcpdump -i any` on each of them; what was broken is in their names. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findFormat } from '../../../src/capture/open.ts'
import { Epoch, PacketBatch } from '../../../src/capture/packet.ts'
import type { Role } from '../../../src/diagnose/host.ts'
import { Collector } from '../../../src/diagnose/passage/collector.ts'
import type { Point } from '../../../src/diagnose/passage/point.ts'
import type { Endpoint } from '../../../src/diagnose/probes.ts'

export const SERVER: Endpoint = { address: '192.0.2.80', family: 4, port: 80 }

/** The bytes of a capture. */
export const bytesOf = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, 'data', `${name}.pcap`)))

/** What bytes of a capture show at a place. */
export function pointOf(bytes: Uint8Array, host: string): Point {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const reader = findFormat(view, 0, view.byteLength)?.open(new Epoch())
  const collector = new Collector()
  const batch = new PacketBatch()
  for (let at = 0; reader && at < view.byteLength; ) {
    const next = reader.read(view, at, view.byteLength, true, batch)
    collector.take(batch, 0, batch.count, reader)
    if (next === at || reader.ended) break
    at = next
  }
  const role: Role = host === 'client' || host === 'server' ? host : 'router'
  return {
    host,
    role,
    sightings: collector.inOrder(),
    lost: 0,
    sinceMs: 0,
    devices: new Map(),
    command: 'tcpdump',
  }
}

export type Scenario = {
  readonly client: Point
  readonly r1: Point
  readonly server: Point
}

/** The three captures of a scenario. */
export const scenario = (name: string): Scenario => ({
  client: pointOf(bytesOf(`${name}-client`), 'client'),
  r1: pointOf(bytesOf(`${name}-r1`), 'r1'),
  server: pointOf(bytesOf(`${name}-server`), 'server'),
})
