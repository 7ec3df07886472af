/** Connections written as short lines, and the story that is told of them. */
import type { Connection } from '../../src/flow/connection.ts'
import { Flows } from '../../src/flow/flows.ts'
import { noteIcmpError } from '../../src/flow/icmp-error.ts'
import { tellStory } from '../../src/flow/story.ts'
import type { Story } from '../../src/flow/story-word.ts'
import { noteHistory } from '../../src/flow/zeek-history.ts'
import { Headers } from '../../src/wire/headers.ts'
import { headersOf, type Played } from './played.ts'

const CLIENT_BASE = 1000
const SERVER_BASE = 5000

/** MSS 1460, SACK, timestamps, scale 7: as Linux opens. */
export const LINUX_OPTIONS: readonly number[] = [
  2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7,
]

const LINE =
  /^(?<at>[\d.]+) (?<way>[<>]) (?:(?<flags>[SFRP.]+) (?<seq>\d+)|udp)(?: ack (?<ack>\d+))?(?<rest>(?: (?:len|win|ttl|id|tos|port) \d+)*)$/

/** What an ICMP error looks like: `5 icmp 3/1 from 10.0.0.1 mtu 1400`; it quotes the client. */
const ERROR =
  /^(?<at>[\d.]+) icmp (?<type>\d+)\/(?<code>\d+) from (?<from>[\d.]+)(?: mtu (?<mtu>\d+))?$/

const wordOf = (rest: string, word: string): number | undefined => {
  const found = new RegExp(` ${word} (\\d+)`).exec(rest)
  return found ? Number(found[1]) : undefined
}

/**
 * One packet of a line `MS WAY FLAGS SEQ [ack N] [len N] [win N] [ttl N] [id N] [tos N]`: numbers are
 * relative, `>` comes from the client, `udp` stands for flags and number.
 */
function packetOf(line: string): { played: Played; headers: Headers } {
  const groups = LINE.exec(line)?.groups
  if (!groups) throw new Error(`no packet: ${line}`)
  const { at, way, flags, seq = '0', ack, rest = '' } = groups
  const [own, other] = way === '>' ? [CLIENT_BASE, SERVER_BASE] : [SERVER_BASE, CLIENT_BASE]
  const opens = flags?.includes('S') ?? false
  const window = wordOf(rest, 'win')
  const bytes = wordOf(rest, 'len')
  const serverPort = wordOf(rest, 'port')
  const played: Played = {
    way: way as '>' | '<',
    atMs: Number(at),
    seq: own + Number(seq),
    ...(ack !== undefined && { ack: other + Number(ack) }),
    ...(flags !== undefined && { flags }),
    ...(window !== undefined && { window }),
    ...(bytes !== undefined && { bytes }),
    ...(serverPort !== undefined && { serverPort }),
    ...(opens && { options: LINUX_OPTIONS }),
  }
  const headers = headersOf(played)
  headers.hopLimit = wordOf(rest, 'ttl') ?? 64
  headers.identification = wordOf(rest, 'id') ?? 0
  headers.trafficClass = wordOf(rest, 'tos') ?? 0
  headers.dontFragment = true
  return { played, headers }
}

function errorOf(line: string): { atMs: number; headers: Headers } | null {
  const groups = ERROR.exec(line)?.groups
  if (!groups) return null
  const bytes = new Uint8Array(28)
  bytes.set((groups.from ?? '').split('.').map(Number), 12)
  bytes[20] = Number(groups.type)
  bytes[21] = Number(groups.code)
  const headers = new Headers()
  headers.view = new DataView(bytes.buffer)
  headers.view.setUint16(26, Number(groups.mtu ?? 0))
  headers.ipVersion = 4
  headers.protocol = 1
  headers.sourceAddressAt = 12
  headers.transportAt = 20
  return { atMs: Number(groups.at), headers }
}

/** Plays the lines and hands over the one connection as it ends. */
export function played<T>(text: string, keep: (connection: Connection) => T): T {
  const given: T[] = []
  const flows = new Flows({ onEnd: (connection) => given.push(keep(connection)) })
  let connection: Connection | null = null
  for (const [index, line] of text.trim().split('\n').entries()) {
    const error = errorOf(line.trim())
    if (error) {
      if (connection) noteIcmpError(connection, error.headers, index + 1, error.atMs * 1e6)
      continue
    }
    const { played: packet, headers } = packetOf(line.trim())
    connection = flows.packet(headers, index + 1, packet.atMs * 1e6, 100)
    if (connection && connection.history === '') noteHistory(connection, flows.fromClient, headers)
  }
  flows.finish()
  const [first, ...others] = given
  if (first === undefined || others.length > 0) throw new Error(`${given.length} connections`)
  return first
}

/** The story of the lines' one connection. */
export const told = (text: string): Story => played(text, tellStory)

/** SYN, SYN-ACK after 20 ms, ACK. */
export const OPEN = `
0 > S 0
20 < S. 0 ack 1
21 > . 1 ack 1`
