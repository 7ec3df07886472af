/**
 * The lab's name server (RFC 1034 §4.3.2 for one zone): answers from the topology's records over
 * UDP and TCP, or as badly as it is told to.
 */
import dgram from 'node:dgram'
import net from 'node:net'
import { isStopped } from '../../base/stopped.ts'
import {
  CLASS_IN,
  type DnsData,
  type DnsMessage,
  type DnsRecord,
  readDns,
  typeName,
  typeNumber,
  writeDns,
} from '../../wire/dns.ts'
import type { Zone } from '../topology.ts'
import { forgive, type Listening, listen } from './listen.ts'

/** The response codes of RFC 1035 §4.1.1 that are used here. */
export const RCODES = { noerror: 0, servfail: 2, nxdomain: 3, refused: 5 } as const

export type DnsBehaviour = {
  readonly zone: Zone
  /** Every answer is this error, without records. */
  readonly rcode: number
  /** Reads and never answers. */
  readonly silent: boolean
  /** Says over UDP that the answer is cut, so that it is asked for over TCP. */
  readonly truncates: boolean
  /** Validates, and finds every zone bogus for this reason (RFC 8914), unless CD is set. */
  readonly bogus?: number | null
  /** What has EDNS is not understood (FORMERR), or not answered. */
  readonly edns?: 'refused' | 'ignored' | null
}

/** Short, so that a change of the zone is seen at once. */
const TTL_SECONDS = 5

function dataOf(type: string, text: string): DnsData {
  const [first = '', second = '', ...numbers] = text.split(' ')
  if (type === 'A' || type === 'AAAA') return { kind: type, address: text }
  if (type === 'CNAME' || type === 'NS' || type === 'PTR') return { kind: type, name: text }
  if (type === 'MX') return { kind: 'MX', preference: Number(first), exchange: second }
  if (type === 'TXT') return { kind: 'TXT', texts: [text] }
  const [serial = 1, refresh = 3600, retry = 600, expire = 86400, minimum = 60] =
    numbers.map(Number)
  return {
    kind: 'SOA',
    primary: first,
    mailbox: second,
    serial,
    refreshSeconds: refresh,
    retrySeconds: retry,
    expireSeconds: expire,
    minimumSeconds: minimum,
  }
}

/** The records of one name and type, then those of the name that it is an alias of. */
function find(zone: Zone, name: string, type: string, depth = 0): DnsRecord[] {
  const entry = zone[name.toLowerCase()] ?? {}
  const alias = type === 'CNAME' ? undefined : entry.CNAME?.[0]
  const kind = alias === undefined ? type : 'CNAME'
  const own = (entry[kind] ?? []).map((text) => ({
    name,
    type: typeNumber(kind) ?? 0,
    class: CLASS_IN,
    ttlSeconds: TTL_SECONDS,
    data: dataOf(kind, text),
  }))
  // Eight aliases in a row are more than any zone here has; a circle ends there.
  return alias === undefined || depth > 8 ? own : [...own, ...find(zone, alias, type, depth + 1)]
}

/** True where the name exists, itself or by a name below it (RFC 8020: else nothing is below). */
const exists = (zone: Zone, name: string): boolean =>
  Object.keys(zone).some((known) => known === name || known.endsWith(`.${name}`))

const soa = (zone: Zone): DnsRecord[] => {
  const apex = Object.keys(zone).find((name) => zone[name]?.SOA)
  return apex === undefined ? [] : find(zone, apex, 'SOA')
}

/** The answer to a query. */
export function answerDns(query: DnsMessage, behaviour: DnsBehaviour): DnsMessage {
  const { zone, bogus = null } = behaviour
  const isBogus = bogus !== null && !query.cd
  const forced = isBogus ? RCODES.servfail : behaviour.edns && query.edns ? 1 : behaviour.rcode
  const name = query.questions[0]?.name ?? ''
  const type = typeName(query.questions[0]?.type ?? 0)
  const answers = forced === RCODES.noerror ? find(zone, name, type) : []
  const missing = answers.length === 0 && !exists(zone, name.toLowerCase())
  return {
    ...query,
    qr: true,
    aa: forced === RCODES.noerror,
    ra: true,
    ad: false,
    rcode: forced !== RCODES.noerror ? forced : missing ? RCODES.nxdomain : RCODES.noerror,
    answers,
    authority: forced === RCODES.noerror && answers.length === 0 ? soa(zone) : [],
    additional: [],
    edns:
      !query.edns || behaviour.edns
        ? null
        : {
            udpPayloadBytes: 1232,
            version: 0,
            dnssecOk: false,
            options: isBogus ? [{ code: 15, data: Uint8Array.of(bogus >> 8, bogus & 0xff) }] : [],
          },
    damaged: null,
  }
}

/** The bytes of the answer to the bytes of a query; null where there is none. */
export function answerBytes(
  bytes: Uint8Array,
  behaviour: DnsBehaviour,
  overUdp: boolean,
): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const query = readDns(view, 0, bytes.length)
  if (isStopped(query) || query.qr || behaviour.silent) return null
  if (behaviour.edns === 'ignored' && query.edns) return null
  const answer = answerDns(query, behaviour)
  const cut = overUdp && behaviour.truncates
  return writeDns(cut ? { ...answer, tc: true, answers: [], authority: [] } : answer)
}

/** Over TCP, two bytes of length come before each message (RFC 1035 §4.2.2). */
function serveStream(socket: net.Socket, behaviour: DnsBehaviour): void {
  let held = Buffer.alloc(0)
  forgive(socket).on('data', (data: Buffer) => {
    held = Buffer.concat([held, data])
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const end = 2 + held.readUInt16BE(0)
      const answer = answerBytes(held.subarray(2, end), behaviour, false)
      held = held.subarray(end)
      if (answer === null) continue
      const length = Buffer.alloc(2)
      length.writeUInt16BE(answer.length)
      socket.write(Buffer.concat([length, answer]))
    }
  })
}

/** Starts the name server. */
export async function serveDns(how: Listening, behaviour: DnsBehaviour): Promise<void> {
  const udp = how.binds.map(async (host) => {
    const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4')
    socket.on('message', (bytes, from) => {
      const answer = answerBytes(bytes, behaviour, true)
      if (answer !== null) socket.send(answer, from.port, from.address, () => {})
    })
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(how.port, host, resolve)
    })
    socket.removeAllListeners('error').on('error', () => {})
  })
  const tcp = listen(() => net.createServer((socket) => serveStream(socket, behaviour)), how)
  await Promise.all([...udp, tcp])
}
