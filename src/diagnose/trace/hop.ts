/** The hops of a path with their times, by what was sent and what came back; as mtr(8) counts them. */
import type { MplsLabel } from '../../wire/icmp-extension.ts'
import { type Attempt, endOf, farthestOf, isRefusal } from './attempt.ts'
import type { ReplyKind } from './reply.ts'
import type { Rewriting } from './rewriting.ts'

/** One address that answered at a hop. */
export type HopAddress = {
  readonly address: string
  /** By reverse DNS, as it was said; null where there is none or it was not asked. */
  readonly name: string | null
  readonly asn: AsNumber | null
  readonly replies: number
}

/** An autonomous system. */
export type AsNumber = {
  readonly number: number
  readonly name: string | null
  /** The announced prefix that holds the address. */
  readonly prefix: string | null
}

/** Times in ms; null where nothing came back. */
export type HopTimes = {
  readonly lastMs: number | null
  readonly averageMs: number | null
  readonly bestMs: number | null
  readonly worstMs: number | null
  /** Standard deviation of the sample; 0 for a single reply. */
  readonly deviationMs: number | null
  /** The mean difference of one reply's time to the next one's; 0 for a single reply. */
  readonly jitterMs: number | null
}

/** What is to be known of a hop that is not in order. */
export type HopMark =
  /** It never answers, and hops behind it do. */
  | 'silent'
  /** It does not answer all; hops behind it lose less, so nothing is lost at it. */
  | 'limits-answers'
  /** From here on packets are lost. */
  | 'loses'
  /** More than one router answers. */
  | 'several'
  /** The packet was changed before it came here. */
  | 'rewritten'
  /** Its address was met before: the packet goes in a circle. */
  | 'loop'
  /** It will not or cannot pass the packet on. */
  | 'refuses'
  /** The next link takes only smaller packets. */
  | 'narrows'

export type Hop = HopTimes & {
  readonly hop: number
  /** Who answered, most often first; empty where nobody did. */
  readonly addresses: readonly HopAddress[]
  readonly sent: number
  readonly received: number
  /** 0 to 1. */
  readonly lossFraction: number
  readonly kind: ReplyKind | null
  /** Of a refusal: in words, and as traceroute(8) writes it. */
  readonly says: string | null
  readonly sign: string | null
  /** Time to live of a reply as it came. */
  readonly replyTtl: number | null
  readonly labels: readonly MplsLabel[]
  readonly rewritten: readonly Rewriting[]
  /** The largest packet that comes so far; null where it was not asked or is not known. */
  readonly mtuBytes: number | null
  readonly marks: readonly HopMark[]
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** `0.04 ms`, `3.1 ms`, `120 ms`. */
export const describeMs = (ms: number): string =>
  `${ms < 1 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`

/** The times of replies in the order in which they were sent. */
export function timesOf(rtts: readonly number[]): HopTimes {
  const last = rtts.at(-1)
  if (last === undefined)
    return {
      lastMs: null,
      averageMs: null,
      bestMs: null,
      worstMs: null,
      deviationMs: null,
      jitterMs: null,
    }
  const averageMs = mean(rtts)
  const squares = rtts.reduce((sum, rtt) => sum + (rtt - averageMs) ** 2, 0)
  const steps = rtts.slice(1).map((rtt, at) => Math.abs(rtt - (rtts[at] ?? rtt)))
  return {
    lastMs: last,
    averageMs,
    bestMs: Math.min(...rtts),
    worstMs: Math.max(...rtts),
    deviationMs: rtts.length < 2 ? 0 : Math.sqrt(squares / (rtts.length - 1)),
    jitterMs: steps.length === 0 ? 0 : mean(steps),
  }
}

function addressesOf(attempts: readonly Attempt[]): HopAddress[] {
  const counts = new Map<string, number>()
  for (const { reply } of attempts)
    if (reply !== null) counts.set(reply.from, (counts.get(reply.from) ?? 0) + 1)
  return [...counts]
    .map(([address, replies]) => ({ address, name: null, asn: null, replies }))
    .toSorted((one, other) => other.replies - one.replies)
}

/** Where a hop gave several kinds of replies, the one that says most. */
const WEIGHT: Readonly<Record<ReplyKind, number>> = {
  arrived: 3,
  refused: 2,
  'too-big': 1,
  expired: 0,
}

function hopAt(hop: number, all: readonly Attempt[]): Hop {
  const attempts = all.filter((one) => one.hops === hop && one.unsent === null && !one.waiting)
  const replies = attempts.flatMap(({ reply }) => (reply === null ? [] : [reply]))
  const rtts = attempts.flatMap(({ rttMs }) => (rttMs === null ? [] : [rttMs]))
  const [telling] = replies.toSorted((one, other) => WEIGHT[other.kind] - WEIGHT[one.kind])
  const sent = attempts.length
  return {
    hop,
    addresses: addressesOf(attempts),
    sent,
    received: replies.length,
    lossFraction: sent === 0 ? 0 : 1 - replies.length / sent,
    ...timesOf(rtts),
    kind: telling?.kind ?? null,
    says: telling?.says ?? null,
    sign: telling?.sign ?? null,
    replyTtl: replies.find(({ ttl }) => ttl !== null)?.ttl ?? null,
    labels: replies.find(({ labels }) => labels.length > 0)?.labels ?? [],
    rewritten: replies.find(({ rewritten }) => rewritten.length > 0)?.rewritten ?? [],
    mtuBytes: null,
    marks: [],
  }
}

/**
 * One hop after the other up to the end of the path; where that is not known, up to the last that
 * answered and one more that did not. Without marks.
 */
export function hopsOf(attempts: readonly Attempt[]): Hop[] {
  const most = Math.max(0, ...attempts.map(({ hops }) => hops))
  const last = endOf(attempts) ?? Math.min(most, farthestOf(attempts) + 1)
  // Who did not say so of the probes that went no farther said it of others.
  const isTold = attempts.some(({ hops, reply }) => hops === last && reply !== null)
  const placed = attempts.map((one) =>
    !isTold && one.hops > last && isRefusal(one.reply?.kind ?? null) ? { ...one, hops: last } : one,
  )
  return Array.from({ length: last }, (_, index) => hopAt(index + 1, placed))
}
