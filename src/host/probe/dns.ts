/** One resolver, asked by itself: RFC 1035 §4.2 over UDP and TCP, with the checks of RFC 5452 §9. */
import { createSocket, type Socket } from 'node:dgram'
import { printable } from '../../base/printable.ts'
import { isStopped } from '../../base/stopped.ts'
import type { DnsQuery, DnsReply } from '../../diagnose/probes.ts'
import { familyOf } from '../../wire/address.ts'
import { viewOf } from '../../wire/bytes.ts'
import {
  type DnsMessage,
  describeDns,
  describeRecord,
  dnsQuery,
  readDns,
  typeNumber,
  writeDns,
} from '../../wire/dns.ts'
import { openConnection } from './connect.ts'

/** What one transport gave. */
type Result = Pick<DnsReply, 'outcome' | 'errno' | 'message' | 'withoutEdns'>

const failed = (outcome: DnsReply['outcome'], errno: string | null = null): Result => ({
  outcome,
  errno,
  message: null,
})

const failedBy = (errno: string): Result =>
  failed(errno === 'ECONNREFUSED' ? 'refused' : 'unreachable', errno)

/** A lost datagram is sent once more after this time, or after half of a shorter time. */
const RETRY_MS = 1000

const sameName = (one: string, other: string): boolean =>
  one.replace(/\.$/, '').toLowerCase() === other.replace(/\.$/, '').toLowerCase()

/** Whether a message answers what was asked; a server that refuses may leave the question out. */
function answers(message: DnsMessage, asked: DnsMessage): boolean {
  if (!message.qr || message.id !== asked.id) return false
  const [question] = message.questions
  const [ours] = asked.questions
  if (!question || !ours) return message.rcode !== 0
  return question.type === ours.type && sameName(question.name, ours.name)
}

/** The reply in `bytes`, null where it answers something else. */
function readReply(bytes: Uint8Array, asked: DnsMessage): Result | null {
  const view = viewOf(bytes)
  const message = readDns(view, 0, bytes.length)
  if (isStopped(message)) return failed('malformed')
  if (message.damaged !== null && message.id === asked.id && !message.tc)
    return { outcome: 'malformed', errno: null, message }
  return answers(message, asked) ? { outcome: 'answer', errno: null, message } : null
}

function overUdp(query: DnsQuery, asked: DnsMessage): Promise<Result> {
  return new Promise((resolve) => {
    const family = familyOf(query.server)
    if (family === null) return resolve(failed('unreachable', 'EINVAL'))
    let socket: Socket
    let other: Result | null = null
    let again = false
    const finish = (result: Result): void => {
      clearTimeout(timer)
      clearTimeout(retry)
      socket.removeAllListeners().on('error', () => {})
      socket.close()
      resolve(result)
    }
    const fail = (error: Error | null): void => {
      if (error) finish(failedBy((error as NodeJS.ErrnoException).code ?? error.message))
    }
    const send = (bytes: Uint8Array): void => socket.send(bytes, fail)
    // Written here, so that a name that is none fails the question and not the process.
    const [usual, bare] = [writeDns(asked), writeDns({ ...asked, edns: null })]
    const timer = setTimeout(() => finish(other ?? failed('timeout')), query.timeoutMs)
    // Some servers and firewalls drop what has EDNS: the second attempt is without it.
    const retry = setTimeout(
      () => {
        again = true
        send(bare)
      },
      Math.min(RETRY_MS, query.timeoutMs / 2),
    )
    socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    socket.on('error', fail)
    socket.on('message', (datagram) => {
      const result = readReply(datagram, asked)
      const isBare = again && asked.edns !== null && result?.message?.edns === null
      if (result?.outcome === 'answer')
        finish(isBare ? { ...result, withoutEdns: 'silence' } : result)
      else other ??= result
    })
    // A connected socket takes only this server's answers, and is told of its ICMP errors.
    socket.connect(query.port, query.server, (error?: Error) => (error ? fail(error) : send(usual)))
  })
}

/** RFC 1035 §4.2.2: over TCP two bytes say the length of the message. */
const LENGTH_BYTES = 2

async function overTcp(query: DnsQuery, asked: DnsMessage): Promise<Result> {
  const bytes = writeDns(asked)
  const family = familyOf(query.server)
  if (family === null) return failed('unreachable', 'EINVAL')
  const began = performance.now()
  const to = { address: query.server, family, port: query.port }
  const { connect, socket } = await openConnection(to, query.timeoutMs)
  if (!socket) return connect.errno === null ? failed('timeout') : failedBy(connect.errno)
  return new Promise((resolve) => {
    let have: Uint8Array = new Uint8Array(0)
    const finish = (result: Result): void => {
      clearTimeout(timer)
      socket.removeAllListeners().on('error', () => {})
      socket.destroy()
      resolve(result)
    }
    const left = query.timeoutMs - (performance.now() - began)
    const timer = setTimeout(() => finish(failed('timeout')), Math.max(1, left))
    socket.on('data', (part) => {
      have = Buffer.concat([have, part])
      if (have.length < LENGTH_BYTES) return
      const end = LENGTH_BYTES + viewOf(have).getUint16(0)
      if (have.length < end) return
      finish(readReply(have.subarray(LENGTH_BYTES, end), asked) ?? failed('malformed'))
    })
    socket.on('error', (error: NodeJS.ErrnoException) => finish(failedBy(error.code ?? 'error')))
    socket.on('end', () => finish(failed(have.length === 0 ? 'unreachable' : 'malformed')))
    const length = Uint8Array.of(bytes.length >> 8, bytes.length & 0xff)
    socket.write(Buffer.concat([length, bytes]))
  })
}

function formatCommand(query: DnsQuery): string {
  const port = query.port === 53 ? '' : ` -p ${query.port}`
  const name = printable(query.name) || '.'
  const size = query.udpPayloadBytes
  const flags = [
    query.tcp ? ' +tcp' : '',
    query.checkingDisabled ? ' +cd' : '',
    query.dnssecOk ? ' +dnssec' : '',
    size === undefined ? '' : size === null ? ' +noedns' : ` +bufsize=${size}`,
  ].join('')
  return `dig @${query.server}${port} ${name} ${printable(query.type)}${flags}`
}

/** Records that are shown of an answer. */
const MOST_LINES = 8

function describe(result: Result, query: DnsQuery, tookMs: number): string[] {
  const after = `${Math.round(tookMs)} ms`
  const { message, outcome, errno } = result
  if (message)
    return [
      describeDns(message),
      ...message.answers.slice(0, MOST_LINES).map(describeRecord),
      ...(outcome === 'malformed' ? ['the rest of the message is damaged'] : []),
    ].map(printable)
  if (outcome === 'timeout') return [`no answer from ${query.server} within ${after}`]
  if (outcome === 'malformed') return [`${query.server} answered what is no DNS message`]
  return [`${query.server}: ${errno ?? 'closed without an answer'} after ${after}`]
}

/** FORMERR, NOTIMP and BADVERS, as servers answer that do not know EDNS (RFC 6891 §7). */
const NO_EDNS: readonly number[] = [1, 4, 16]

/** The message that asks the question; null where it cannot be asked. */
function questionOf(query: DnsQuery): DnsMessage | null {
  const type = typeNumber(query.type)
  if (type === null) return null
  const [id = 0] = crypto.getRandomValues(new Uint16Array(1))
  const { name, checkingDisabled = false, dnssecOk = false, udpPayloadBytes } = query
  return dnsQuery({
    id,
    name,
    type,
    checkingDisabled,
    dnssecOk,
    ...(udpPayloadBytes !== undefined && { udpPayloadBytes }),
  })
}

/** Asks the one question of one server. Never throws. */
export async function probeDns(query: DnsQuery): Promise<DnsReply> {
  const began = performance.now()
  let transport: DnsReply['transport'] = query.tcp ? 'tcp' : 'udp'
  let truncated = false
  const left = (): DnsQuery => ({
    ...query,
    timeoutMs: Math.max(1, query.timeoutMs - (performance.now() - began)),
  })
  const ask = async (): Promise<Result> => {
    const asked = questionOf(query)
    if (!asked) return failed('malformed', 'EINVAL')
    const by = query.tcp ? overTcp : overUdp
    const first = await by(query, asked)
    const bare = { ...asked, edns: null }
    const refused = asked.edns !== null && NO_EDNS.includes(first.message?.rcode ?? 0)
    const second = refused ? await by(left(), bare) : null
    const isBetter = second?.message && second.message.rcode !== first.message?.rcode
    const told: Result = isBetter ? { ...second, withoutEdns: 'error' } : first
    if (query.tcp || !told.message?.tc) return told
    transport = 'tcp'
    truncated = true
    return overTcp(left(), isBetter ? bare : asked)
  }
  const result = await ask().catch(() => failed('malformed', 'EINVAL'))
  const tookMs = performance.now() - began
  const lines =
    result.errno === 'EINVAL' && result.outcome === 'malformed'
      ? [`${printable(query.name)} ${printable(query.type)} is no question that DNS can ask`]
      : [
          ...(truncated ? ['over UDP the answer was cut; asked again over TCP'] : []),
          ...(result.withoutEdns ? ['it answers only without EDNS'] : []),
          ...describe(result, query, tookMs),
        ]
  const more = { transport, tookMs, ...(truncated ? { truncated } : {}) }
  return { command: formatCommand(query), lines, query, ...result, ...more }
}
