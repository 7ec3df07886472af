/** A connection as a line of Zeek's conn.log counts it: its ends, ports, bytes and duration by Zeek's rules. */
import { sha1 } from '@noble/hashes/legacy.js'
import { formatAddress, kindOf } from '../wire/address.ts'
import { PROTOCOL } from '../wire/protocol.ts'
import type { Connection, End } from './connection.ts'
import { portsOf } from './record.ts'
import { connState, zeekBytes } from './zeek-state.ts'

/** One end: `orig_` or `resp_` in the log. */
export type ZeekEnd = {
  readonly address: string
  /** ICMP: its type, and the type that answers it. */
  readonly port: number
  /** Zeek takes the private ranges as local. */
  readonly isLocal: boolean
  readonly payloadBytes: number
  readonly packets: number
  readonly networkBytes: number
}

/** What a line of the log holds. */
export type ZeekConnection = {
  readonly uid: string
  readonly startNs: number
  readonly durationNs: number
  readonly client: ZeekEnd
  readonly server: ZeekEnd
  readonly protocol: number
  readonly service: string
  readonly state: string
  readonly history: string
  readonly missedBytes: number
}

/** Zeek's `Site::private_address_space`. */
const LOCAL: ReadonlySet<string> = new Set(['private', 'shared', 'loopback', 'link-local'])

/** The connection as Zeek would log it. */
export function zeekConnection(connection: Connection, epochSeconds: number): ZeekConnection {
  const [clientPort, serverPort] = portsOf(connection)
  const { client, server } = connection
  return {
    uid: uidOf(connection, epochSeconds),
    startNs: connection.firstNs,
    durationNs: durationNs(connection),
    client: endOf(connection, client, clientPort),
    server: endOf(connection, server, serverPort),
    protocol: connection.protocol,
    service: connection.service,
    state: connState(connection),
    history: connection.history,
    missedBytes: client.missedBytes + server.missedBytes,
  }
}

function endOf(connection: Connection, end: End, port: number): ZeekEnd {
  const family = connection.ipVersion === 6 ? 6 : 4
  const address = formatAddress({ family, bytes: end.address, zone: null })
  return {
    address,
    port,
    isLocal: LOCAL.has(kindOf(address) ?? ''),
    payloadBytes: zeekBytes(connection, end === connection.client),
    packets: end.packets,
    networkBytes: end.networkBytes,
  }
}

/** When an end closed or reset, whatever came first; -1 where it did neither. */
function endedNs({ finFrame, resetFrame, finNs, resetNs }: End): number {
  if (finFrame >= 0 && (resetFrame < 0 || finFrame < resetFrame)) return finNs
  return resetFrame >= 0 ? resetNs : -1
}

/** Zeek counts no packet after both ends have closed: the last ACK adds nothing. */
function durationNs(connection: Connection): number {
  const { client, server, firstNs, lastNs, protocol } = connection
  const ends = [endedNs(client), endedNs(server)]
  const bothEnded = protocol === PROTOCOL.tcp && ends.every((time) => time >= 0)
  return (bothEnded ? Math.max(...ends) : lastNs) - firstNs
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Letters of a connection's name after the C, as Zeek has them for 96 bits. */
const UID_LETTERS = 17

/** Zeek's are random; this one is the same each time that the same packets are read. */
function uidOf(connection: Connection, epochSeconds: number): string {
  const { client, server, id, protocol, firstNs } = connection
  const text = [epochSeconds, firstNs, id, protocol, client.port, server.port].join(' ')
  const bytes = new Uint8Array(text.length + client.address.length + server.address.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
  bytes.set(client.address, text.length)
  bytes.set(server.address, text.length + client.address.length)
  const digest = sha1(bytes)
  let uid = 'C'
  for (let at = 0; at < UID_LETTERS; at++) uid += BASE62.charAt((digest[at] ?? 0) % BASE62.length)
  return uid
}
