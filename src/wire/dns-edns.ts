/**
 * What the OPT record adds to a DNS message: RFC 6891 §6.1, which keeps the sender's payload size
 * in the record's class and this in its TTL:
 *
 *    0  upper eight bits of the response code | version 8 | DNSSEC OK 1, zero 15
 *
 * and the extended errors of RFC 8914 among its options.
 */
import { formatHex, joinBytes, parseHex, viewOf } from './bytes.ts'
import type { DnsData } from './dns-data.ts'

/** The OPT record's type. */
export const TYPE_OPT = 41

const OPTION_EXTENDED_ERROR = 15 // RFC 8914 §2

/** What the OPT record says; its part of the response code is in the message's. */
export type DnsEdns = {
  /** The largest UDP payload that the sender takes. */
  readonly udpPayloadBytes: number
  readonly version: number
  readonly dnssecOk: boolean
  readonly options: readonly { readonly code: number; readonly data: Uint8Array }[]
}

/** The options, each a code 16, a length 16 and data; one that is cut short ends the list. */
function readOptions(bytes: Uint8Array): DnsEdns['options'] {
  const view = viewOf(bytes)
  const options: { code: number; data: Uint8Array }[] = []
  for (let at = 0; bytes.length - at >= 4; ) {
    const next = at + 4 + view.getUint16(at + 2)
    if (next > bytes.length) break
    options.push({ code: view.getUint16(at), data: bytes.slice(at + 4, next) })
    at = next
  }
  return options
}

/** What an OPT record of this class, TTL and (hexadecimal) data says. */
export const readEdns = (recordClass: number, ttlSeconds: number, data: DnsData): DnsEdns => ({
  udpPayloadBytes: recordClass,
  version: (ttlSeconds >>> 16) & 0xff,
  dnssecOk: (ttlSeconds & 0x8000) !== 0,
  options: readOptions(parseHex(data.kind === 'other' ? data.hex : '') ?? new Uint8Array(0)),
})

/** An OPT record as the additional section holds it. */
export type OptRecord = {
  readonly name: '.'
  readonly type: typeof TYPE_OPT
  readonly class: number
  readonly ttlSeconds: number
  readonly data: DnsData
}

/** The OPT record, with the upper bits of the message's response code. */
export function writeEdns(edns: DnsEdns, rcode: number): OptRecord {
  const options = edns.options.map(({ code, data }) => {
    const head = new Uint8Array(4)
    viewOf(head).setUint16(0, code)
    viewOf(head).setUint16(2, data.length)
    return joinBytes(head, data)
  })
  const flags = (edns.version << 16) | (edns.dnssecOk ? 0x8000 : 0)
  return {
    name: '.',
    type: TYPE_OPT,
    class: edns.udpPayloadBytes,
    ttlSeconds: (((rcode >> 4) << 24) | flags) >>> 0,
    data: { kind: 'other', hex: formatHex(joinBytes(...options)) },
  }
}

/** An extended error: `text` is the server's own words, maybe none. */
export type ExtendedError = { readonly code: number; readonly text: string }

/** The errors that explain a response code, RFC 8914; without EDNS there are none. */
export const extendedErrors = (edns: DnsEdns | null): ExtendedError[] =>
  (edns?.options ?? []).flatMap(({ code, data }) =>
    code === OPTION_EXTENDED_ERROR && data.length >= 2
      ? [{ code: viewOf(data).getUint16(0), text: new TextDecoder().decode(data.subarray(2)) }]
      : [],
  )
