/**
 * /proc/net/tcp, tcp6, udp and udp6, one after the other (net/ipv4/tcp_ipv4.c get_tcp4_sock,
 * net/ipv4/udp.c udp4_format_sock): hexadecimal, and no owner but an inode.
 */
import { addressOfWords } from './proc-address.ts'
import { isListener, type Socket, type SocketAddress, STATES } from './socket.ts'

function parseEnd(text: string): SocketAddress | null {
  const [hex = '', port = ''] = text.split(':')
  const address = addressOfWords(hex)
  if (address === null || !/^[0-9a-f]{4}$/i.test(port)) return null
  return { address, port: Number.parseInt(port, 16) || null, device: null }
}

function parseLine(line: string, protocol: 'tcp' | 'udp'): Socket | null {
  const [slot = '', here = '', there = '', code = '', queues = ''] = line.trim().split(/\s+/)
  const [local, remote] = [parseEnd(here), parseEnd(there)]
  const state = STATES[Number.parseInt(code, 16) - 1]
  const [sent, received] = /^([0-9a-f]{8}):([0-9a-f]{8})$/i.exec(queues)?.slice(1) ?? []
  if (!/^\d+:$/.test(slot) || !local || !remote || !state || !sent || !received) return null
  const socket: Socket = {
    protocol,
    state,
    receiveQueue: Number.parseInt(received, 16),
    sendQueue: Number.parseInt(sent, 16),
    local,
    remote,
    processes: [],
  }
  return protocol === 'tcp' && isListener(socket) ? { ...socket, sendQueue: null } : socket
}

/** The sockets of the files in `text`, told apart by their headers; null when there is no header. */
export function parseProcNetSockets(text: string): readonly Socket[] | null {
  let protocol: 'tcp' | 'udp' | null = null
  const found: Socket[] = []
  for (const line of text.split('\n')) {
    if (/^\s*sl\s+local_address\s/.test(line)) protocol = line.includes('drops') ? 'udp' : 'tcp'
    const socket = protocol === null ? null : parseLine(line, protocol)
    if (socket) found.push(socket)
  }
  return protocol === null ? null : found
}

/** How the kernel sees one connection: what it has sent, and what it waits for. */
export type Standing = {
  /** Written and not acknowledged: `write_seq − snd_una`. */
  readonly unacknowledgedBytes: number
  /**
   * What its timer runs for: an acknowledgment, without which it sends again, or that the far end
   * opens its window, which it asks for (RFC 9293 §3.8.6.1); null for neither.
   */
  readonly waitsFor: 'acknowledgment' | 'window' | null
  /** How often the same data was sent again. */
  readonly retransmissions: number
}

/** `tr`, the timer that runs: 1 sends again, 4 asks whether the window is open. */
const WAITS_FOR: Readonly<Record<string, Standing['waitsFor']>> = {
  '01': 'acknowledgment',
  '04': 'window',
}

const hexPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')

/** How the connection between those ports stands, in the text of /proc/net/tcp or tcp6; null where there is none. */
export function parseStanding(text: string, local: number, remote: number): Standing | null {
  const row = new RegExp(
    `^ *\\d+: [0-9A-F]+:${hexPort(local)} [0-9A-F]+:${hexPort(remote)} [0-9A-F]{2} ([0-9A-F]{8}):[0-9A-F]{8} ([0-9A-F]{2}):[0-9A-F]+ ([0-9A-F]{8})`,
    'm',
  )
  const [, queued, timer = '', again = ''] = row.exec(text) ?? []
  if (queued === undefined) return null
  return {
    unacknowledgedBytes: Number.parseInt(queued, 16),
    waitsFor: WAITS_FOR[timer] ?? null,
    retransmissions: Number.parseInt(again, 16),
  }
}
