/**
 * ICMP, RFC 792, and ICMPv6, RFC 4443. All fields big-endian:
 *
 *    0  type 8 | code 8 | checksum 16
 *    4  an echo's identifier 16 and sequence 16, or an MTU, or unused
 *    8  an echo's data, or as much of the packet that caused an error as fits
 */
import type { Stopped } from '../base/stopped.ts'
import { joinBytes, stoppedAt, viewOf } from './bytes.ts'
import { checksum } from './checksum.ts'

/** Bytes before the data: every echo and every error has them. */
export const ICMP_HEADER_BYTES = 8

/** One message. */
export type IcmpMessage = {
  readonly family: 4 | 6
  readonly type: number
  readonly code: number
  readonly checksum: number
  readonly echo: IcmpEcho | null
  /** Of the link that was too small; null where none is told, as routers before RFC 1191 do. */
  readonly mtuBytes: number | null
  /** Where the packet that caused an error is quoted, in the view that was read; else null. */
  readonly quotedAt: number | null
}

/** An echo request or reply. */
export type IcmpEcho = {
  readonly reply: boolean
  readonly id: number
  readonly sequence: number
}

/** The types that are named below, by family. */
export const ICMP_TYPE: {
  readonly 4: { readonly echoRequest: 8; readonly echoReply: 0 }
  readonly 6: { readonly echoRequest: 128; readonly echoReply: 129 }
} = { 4: { echoRequest: 8, echoReply: 0 }, 6: { echoRequest: 128, echoReply: 129 } }

/** Unreachable, source quench, redirect, time exceeded, parameter problem. */
const ERRORS_4: ReadonlySet<number> = new Set([3, 4, 5, 11, 12])

/** RFC 4443 §2.1: types below 128 are errors; RFC 792 has a list. Both quote what caused them. */
const isError = (family: 4 | 6, type: number): boolean =>
  family === 6 ? type >= 1 && type < 128 : ERRORS_4.has(type)

function toldMtu(view: DataView, at: number, family: 4 | 6): number | null {
  const [type, code] = [view.getUint8(at), view.getUint8(at + 1)]
  if (family === 6) return type === 2 ? view.getUint32(at + 4) : null
  return type === 3 && code === 4 ? view.getUint16(at + 6) || null : null
}

/** Reads the message of `family` at `at`. The checksum is not judged. */
export function readIcmp(
  view: DataView,
  at: number,
  end: number,
  family: 4 | 6,
): IcmpMessage | Stopped {
  if (end - at < ICMP_HEADER_BYTES) {
    return stoppedAt(family === 4 ? 'icmp' : 'icmpv6', at, ICMP_HEADER_BYTES, end)
  }
  const type = view.getUint8(at)
  const { echoRequest, echoReply } = ICMP_TYPE[family]
  const isEcho = type === echoRequest || type === echoReply
  return {
    family,
    type,
    code: view.getUint8(at + 1),
    checksum: view.getUint16(at + 2),
    echo: isEcho
      ? {
          reply: type === echoReply,
          id: view.getUint16(at + 4),
          sequence: view.getUint16(at + 6),
        }
      : null,
    mtuBytes: toldMtu(view, at, family),
    quotedAt: isError(family, type) ? at + ICMP_HEADER_BYTES : null,
  }
}

/**
 * An echo request. ICMPv6 sums a pseudo-header too: give its sum where the kernel does not compute
 * the checksum (it does on a raw or ping socket).
 */
export function writeEchoRequest(
  family: 4 | 6,
  id: number,
  sequence: number,
  data: Uint8Array,
  pseudoSum = 0,
): Uint8Array {
  const message = joinBytes(new Uint8Array(ICMP_HEADER_BYTES), data)
  const view = viewOf(message)
  view.setUint8(0, ICMP_TYPE[family].echoRequest)
  view.setUint16(4, id)
  view.setUint16(6, sequence)
  view.setUint16(2, checksum(view, 0, message.length, pseudoSum))
  return message
}

/** IANA's registries “ICMP Type Numbers” and “ICMPv6 Parameters”: type/code, or a type alone. */
const NAMES: Readonly<Record<4 | 6, Readonly<Record<string, string>>>> = {
  4: {
    0: 'echo reply',
    '3/0': 'network unreachable',
    '3/1': 'host unreachable',
    '3/2': 'protocol unreachable',
    '3/3': 'port unreachable',
    '3/4': 'fragmentation needed, and the packet forbids it',
    '3/5': 'source route failed',
    '3/6': 'network unknown',
    '3/7': 'host unknown',
    '3/8': 'source host isolated',
    '3/9': 'network administratively prohibited',
    '3/10': 'host administratively prohibited',
    '3/11': 'network unreachable for this type of service',
    '3/12': 'host unreachable for this type of service',
    '3/13': 'communication administratively prohibited',
    '3/14': 'host precedence violation',
    '3/15': 'precedence cutoff in effect',
    3: 'destination unreachable',
    4: 'source quench',
    '5/0': 'redirect for the network',
    '5/1': 'redirect for the host',
    5: 'redirect',
    8: 'echo request',
    9: 'router advertisement',
    10: 'router solicitation',
    '11/0': 'time to live exceeded in transit',
    '11/1': 'fragment reassembly time exceeded',
    11: 'time exceeded',
    12: 'parameter problem',
    13: 'timestamp request',
    14: 'timestamp reply',
  },
  6: {
    '1/0': 'no route to destination',
    '1/1': 'communication administratively prohibited',
    '1/2': 'beyond the scope of the source address',
    '1/3': 'address unreachable',
    '1/4': 'port unreachable',
    '1/5': 'source address failed ingress or egress policy',
    '1/6': 'route to destination rejected',
    '1/7': 'error in source routing header',
    1: 'destination unreachable',
    2: 'packet too big',
    '3/0': 'hop limit exceeded in transit',
    '3/1': 'fragment reassembly time exceeded',
    3: 'time exceeded',
    '4/0': 'erroneous header field',
    '4/1': 'unrecognized next header type',
    '4/2': 'unrecognized IPv6 option',
    4: 'parameter problem',
    128: 'echo request',
    129: 'echo reply',
    130: 'multicast listener query',
    131: 'multicast listener report',
    132: 'multicast listener done',
    133: 'router solicitation',
    134: 'router advertisement',
    135: 'neighbour solicitation',
    136: 'neighbour advertisement',
    137: 'redirect',
    143: 'multicast listener report, version 2',
  },
}

/** What a type and code say, in words: `port unreachable`; an unregistered one by its numbers. */
export function explainIcmp(family: 4 | 6, type: number, code: number): string {
  const names = NAMES[family]
  const name = names[`${type}/${code}`]
  if (name !== undefined) return name
  const general = names[type]
  if (general === undefined) return `type ${type}, code ${code}`
  return code === 0 ? general : `${general}, code ${code}`
}

/** One line: `ICMP 3/4: fragmentation needed …, MTU 1400`. */
export function describeIcmp(message: IcmpMessage): string {
  const { family, type, code, echo, mtuBytes } = message
  const told = [
    explainIcmp(family, type, code),
    ...(echo === null ? [] : [`id ${echo.id}, seq ${echo.sequence}`]),
    ...(mtuBytes === null ? [] : [`MTU ${mtuBytes}`]),
  ]
  return `${family === 4 ? 'ICMP' : 'ICMPv6'} ${type}/${code}: ${told.join(', ')}`
}
