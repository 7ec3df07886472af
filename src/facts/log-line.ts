/**
 * A line of a daemon's log: when, about whom, and what it complains of. The forms are those of nginx
 * and Apache (access and error logs), sshd, tcp wrappers, xinetd, postfix, exim, vsftpd and haproxy;
 * of any other line the time and the complaint are read.
 */
import { familyOf } from '../wire/address.ts'
import { type Complaint, complaintOf } from './log-complaint.ts'
import { type LogTime, parseLogTime } from './log-time.ts'

/** Who a line is about, as the daemon saw it. */
export type LogPeer = {
  /** IPv4 addresses that came in by an IPv6 socket are told as IPv4. */
  readonly address: string
  readonly port: number | null
}

/** One line. */
export type LogLine = {
  readonly text: string
  readonly time: LogTime | null
  readonly peer: LogPeer | null
  /** The request line and the status of an access log. */
  readonly request: string | null
  readonly status: number | null
  readonly complaint: Complaint | null
}

/** No daemon writes more of use on one line. */
const MOST_CHARACTERS = 2000

/** `192.0.2.10 - - [`, with a virtual host before it in some: NCSA's common log format. */
const ACCESS =
  /^(?:\S{1,255} )?([\da-fA-F.:]{2,45}) \S{1,64} \S{1,255} \[\d{2}\/[A-Z][a-z]{2}\/\d{4}:/
const REQUEST = /\] "([^"]{0,1000})" (\d{3}) /
/** nginx's error log tells the request as well. */
const ERROR_REQUEST = /, request: "([^"]{0,1000})"/

/** Where each daemon tells the address; a port behind it, or as a word of its own. */
const PEERS: readonly RegExp[] = [
  ACCESS,
  /, client: ([\da-fA-F.:]{2,45}),/,
  /\[client ([\da-fA-F.:]{2,51})\]/,
  /\bClient "([\da-fA-F.:]{2,45})"/,
  /\b(?:from|by) \[?([\da-fA-F.:]{2,45})\]?(?: port |:)(\d{1,5})\b/,
  /\bconnect from \S{1,255} \(([\da-fA-F.:]{2,45})\)/,
  /\bfrom(?: |=)([\da-fA-F.:]{2,51})(?=[\s,;)]|$)/,
  /\b(?:from|H=)[^[\]]{0,255}\[([\da-fA-F.:]{2,45})\](?::(\d{1,5}))?/,
  /(?:^|: )([\da-fA-F.:]{2,51}) \[\d{2}\//,
]

/** `::ffff:192.0.2.10` is the IPv4 client of a socket that takes both (RFC 4291 §2.5.5.2). */
const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

/** Splits `192.0.2.10:4711`; a word that is an address as a whole has no port. */
function readPeer(word: string, port: string | undefined): LogPeer | null {
  if (familyOf(word) !== null)
    return { address: unmapped(word), port: port === undefined ? null : Number(port) }
  const [, address = '', own] = /^(.*):(\d{1,5})$/.exec(word) ?? []
  return familyOf(address) === null ? null : { address: unmapped(address), port: Number(own) }
}

function peerOf(text: string): LogPeer | null {
  for (const pattern of PEERS) {
    const [, word, port] = pattern.exec(text) ?? []
    const peer = word === undefined ? null : readPeer(word, port)
    if (peer) return peer
  }
  return null
}

/** Reads a line; `nowMs` decides the year where the line tells none. */
export function parseLogLine(line: string, nowMs: number): LogLine {
  const text = line.slice(0, MOST_CHARACTERS)
  const [, request, status] = (ACCESS.test(text) && REQUEST.exec(text)) || []
  return {
    text,
    time: parseLogTime(text, nowMs),
    peer: peerOf(text),
    request: request ?? ERROR_REQUEST.exec(text)?.[1] ?? null,
    status: status === undefined ? null : Number(status),
    complaint: request === undefined ? complaintOf(text) : null,
  }
}
