/**
 * Connections as Zeek's conn.log: the tab-separated form (docs.zeek.org, "Log Files", `LogAscii`) with the
 * fields of base/protocols/conn/main.zeek.
 */
import type { ZeekConnection } from '../../flow/zeek-connection.ts'
import { formatEpoch, formatSeconds } from './instant.ts'

const FIELDS: readonly (readonly [name: string, type: string])[] = [
  ['ts', 'time'],
  ['uid', 'string'],
  ['id.orig_h', 'addr'],
  ['id.orig_p', 'port'],
  ['id.resp_h', 'addr'],
  ['id.resp_p', 'port'],
  ['proto', 'enum'],
  ['service', 'string'],
  ['duration', 'interval'],
  ['orig_bytes', 'count'],
  ['resp_bytes', 'count'],
  ['conn_state', 'string'],
  ['local_orig', 'bool'],
  ['local_resp', 'bool'],
  ['missed_bytes', 'count'],
  ['history', 'string'],
  ['orig_pkts', 'count'],
  ['orig_ip_bytes', 'count'],
  ['resp_pkts', 'count'],
  ['resp_ip_bytes', 'count'],
  ['tunnel_parents', 'set[string]'],
]

/** `2026-11-28-20-06-32`, as Zeek writes when it opened and closed a log. */
const stamp = (epochSeconds: number): string =>
  new Date(epochSeconds * 1000).toISOString().slice(0, 19).replace(/[T:]/g, '-')

/** What comes before the lines; the log's time is the capture's. */
export const zeekHead = (epochSeconds: number): string =>
  [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tconn',
    `#open\t${stamp(epochSeconds)}`,
    `#fields\t${FIELDS.map(([name]) => name).join('\t')}`,
    `#types\t${FIELDS.map(([, type]) => type).join('\t')}`,
    '',
  ].join('\n')

/** What comes after them. */
export const zeekFoot = (epochSeconds: number): string => `#close\t${stamp(epochSeconds)}\n`

/** IANA protocols that Zeek has a word for; it calls ICMPv6 icmp as well. */
const PROTOCOL: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmp' }

/** Where Zeek has another word for a service. */
const SERVICE: Readonly<Record<string, string>> = { tls: 'ssl', https: 'ssl' }

const UNSET = '-'

/** What stands between tabs: Zeek escapes its separators and what is not ASCII. */
const escaped = (text: string): string =>
  text.replace(/[^ -~]|\\/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
      .join(''),
  )

const flag = (value: boolean): string => (value ? 'T' : 'F')

/** One line, its line feed included. Zeek tells no bytes where a connection took no time. */
export function zeekLine(connection: ZeekConnection, epochSeconds: number): string {
  const { client, server, durationNs, service, history } = connection
  const lasted = durationNs > 0
  const known = service === '' ? UNSET : escaped(SERVICE[service] ?? service)
  return `${[
    formatEpoch(connection.startNs, epochSeconds),
    connection.uid,
    client.address,
    client.port,
    server.address,
    server.port,
    PROTOCOL[connection.protocol] ?? 'unknown_transport',
    known,
    lasted ? formatSeconds(durationNs) : UNSET,
    lasted ? client.payloadBytes : UNSET,
    lasted ? server.payloadBytes : UNSET,
    connection.state,
    flag(client.isLocal),
    flag(server.isLocal),
    connection.missedBytes,
    history === '' ? UNSET : history,
    client.packets,
    client.networkBytes,
    server.packets,
    server.networkBytes,
    UNSET,
  ].join('\t')}\n`
}
