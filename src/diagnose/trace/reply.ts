/** What came back for a probe of a trace, and what that means: RFC 792, RFC 4443, RFC 9293 §3.10.7. */
import { explainIcmp } from '../../wire/icmp.ts'
import type { MplsLabel } from '../../wire/icmp-extension.ts'
import type { Rewriting } from './rewriting.ts'

/** What a reply says of the probe. */
export type ReplyKind =
  /** Its hops were used up here. */
  | 'expired'
  /** It came to the target, which answered. */
  | 'arrived'
  /** Somebody will not or cannot pass it on. */
  | 'refused'
  /** It is too large for the next link. */
  | 'too-big'

export type Reply = {
  readonly kind: ReplyKind
  readonly from: string
  /** Of `refused` and `too-big`: what it says, in words, and as traceroute(8) writes it. */
  readonly says: string | null
  readonly sign: string | null
  /** Of `too-big`: what fits; null where it is not told. */
  readonly mtuBytes: number | null
  /** Time to live of the reply as it came; null where it is not seen. */
  readonly ttl: number | null
  /** What had been changed in the probe when it was quoted. */
  readonly rewritten: readonly Rewriting[]
  readonly labels: readonly MplsLabel[]
}

/** The signs of traceroute(8); anything else is its type and code in numbers. */
const SIGNS: Readonly<Record<4 | 6, Readonly<Record<string, string>>>> = {
  4: {
    '3/0': '!N',
    '3/1': '!H',
    '3/2': '!P',
    '3/5': '!S',
    '3/6': '!U',
    '3/7': '!W',
    '3/8': '!I',
    '3/9': '!A',
    '3/10': '!Z',
    '3/11': '!Q',
    '3/12': '!T',
    '3/13': '!X',
    '3/14': '!V',
    '3/15': '!C',
  },
  6: { '1/0': '!N', '1/1': '!X', '1/2': '!S', '1/3': '!H', '1/4': '!p' },
}

type Told = {
  readonly family: 4 | 6
  readonly type: number
  readonly code: number
  readonly from: string
  readonly mtuBytes: number | null
}

const PORT_UNREACHABLE: Readonly<Record<4 | 6, readonly [type: number, code: number]>> = {
  4: [3, 3],
  6: [1, 4],
}
const TOO_BIG: Readonly<Record<4 | 6, readonly [type: number, code: number]>> = {
  4: [3, 4],
  6: [2, 0],
}
const EXPIRED_TYPE: Readonly<Record<4 | 6, number>> = { 4: 11, 6: 3 }

/**
 * What an ICMP error means for a probe to `target`. `isUdp`: of a datagram to a port where nobody
 * listens, “port unreachable” by the target is how it says that it is there.
 */
export function judgeError(
  { family, type, code, from, mtuBytes }: Told,
  target: string,
  isUdp: boolean,
): Pick<Reply, 'kind' | 'says' | 'sign' | 'mtuBytes'> {
  const is = ([wantedType, wantedCode]: readonly [number, number]): boolean =>
    type === wantedType && code === wantedCode
  const plain = { says: null, sign: null, mtuBytes: null }
  if (type === EXPIRED_TYPE[family] && code === 0) return { ...plain, kind: 'expired' }
  if (is(TOO_BIG[family])) {
    const fits = mtuBytes === null ? '' : `, ${mtuBytes} bytes fit`
    const sign = mtuBytes === null ? '!F' : `!F-${mtuBytes}`
    return { kind: 'too-big', says: `the packet is too large${fits}`, sign, mtuBytes }
  }
  if (isUdp && from === target && is(PORT_UNREACHABLE[family])) return { ...plain, kind: 'arrived' }
  return {
    kind: 'refused',
    says: explainIcmp(family, type, code),
    sign: SIGNS[family][`${type}/${code}`] ?? `!<${type}-${code}>`,
    mtuBytes: null,
  }
}

/** A reply of the target itself: echo reply, SYN-ACK, reset, or a datagram. */
export const arrival = (from: string, ttl: number | null): Reply => ({
  kind: 'arrived',
  from,
  says: null,
  sign: null,
  mtuBytes: null,
  ttl,
  rewritten: [],
  labels: [],
})
