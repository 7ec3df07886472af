/** What a path is worth: the marks of its hops, and the verdict with what matters and what does not. */
import { kindOf } from '../../wire/address.ts'
import { isRefusal } from './attempt.ts'
import { describeMs, type Hop, type HopMark } from './hop.ts'
import { isTranslation } from './rewriting.ts'
import type { PathMtu, PathNote, PathState, PathVerdict } from './trace.ts'

const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`
const nameOf = (hop: Hop): string => {
  const [first] = hop.addresses
  return first === undefined ? `hop ${hop.hop}` : `hop ${hop.hop} (${first.address})`
}

/** The least loss of those hops behind it that answer at all; null where none does. */
function leastLossBehind(hop: Hop, hops: readonly Hop[]): number | null {
  const behind = hops.filter((one) => one.hop > hop.hop && one.received > 0)
  return behind.length === 0 ? null : Math.min(...behind.map(({ lossFraction }) => lossFraction))
}

/** The first hop of a circle: its address answers again further on, with another one between. */
function loopAt(hops: readonly Hop[], isReached: boolean): number | null {
  if (isReached) return null
  const expired = hops.filter(({ kind }) => kind === 'expired')
  const found = expired.find((hop) =>
    expired.some(
      (later) =>
        later.hop > hop.hop + 1 &&
        later.addresses[0]?.address === hop.addresses[0]?.address &&
        expired.some(
          ({ hop: between, addresses }) =>
            between > hop.hop &&
            between < later.hop &&
            addresses[0]?.address !== hop.addresses[0]?.address,
        ),
    ),
  )
  return found?.hop ?? null
}

/** Where loss begins that stays to the end of the path; null where none does. */
function lossAt(hops: readonly Hop[]): number | null {
  const last = hops.findLast(({ received }) => received > 0)
  // Refusals are limited as other errors are, so that only answers of the target tell of loss.
  if (last === undefined || last.lossFraction === 0 || last.kind !== 'arrived') return null
  const answering = hops.filter(({ received }) => received > 0)
  const lossless = answering.findLast(({ lossFraction }) => lossFraction === 0)
  return answering.find(({ hop }) => hop > (lossless?.hop ?? 0))?.hop ?? null
}

const fieldsOf = (hop: Hop): string =>
  hop.rewritten.map(({ field, sent, seen }) => `${field} ${sent}, now ${seen}`).join('; ')

/** Hops at which a change shows that the hop before did not show. */
const changesAt = (hops: readonly Hop[]): Hop[] =>
  hops.filter((hop, index) => {
    const before = hops.slice(0, index).findLast(({ received }) => received > 0)
    return hop.rewritten.some(
      ({ field, seen }) =>
        !before?.rewritten.some((old) => old.field === field && old.seen === seen),
    )
  })

/** Marks each hop. */
export function markHops(hops: readonly Hop[], mtu: PathMtu | null): Hop[] {
  const isReached = hops.some(({ kind }) => kind === 'arrived')
  const loop = loopAt(hops, isReached)
  const loss = lossAt(hops)
  const changed = new Set(changesAt(hops).map(({ hop }) => hop))
  return hops.map((hop) => {
    const behind = leastLossBehind(hop, hops)
    const isLess = behind !== null && behind < hop.lossFraction
    const marks: readonly (readonly [HopMark, boolean])[] = [
      ['silent', hop.received === 0 && behind !== null],
      ['limits-answers', hop.received > 0 && hop.lossFraction > 0 && isLess],
      ['loses', hop.hop === loss],
      ['several', hop.addresses.length > 1],
      ['rewritten', changed.has(hop.hop)],
      ['loop', hop.hop === loop],
      ['refuses', isRefusal(hop.kind)],
      ['narrows', mtu?.steps.some(({ afterHop }) => afterHop === hop.hop) ?? false],
    ]
    return { ...hop, marks: marks.filter(([, holds]) => holds).map(([mark]) => mark) }
  })
}

/** An address that a packet to the Internet cannot come from or go to (RFC 1918, RFC 6598, RFC 4193). */
const isInside = (address: string): boolean => ['private', 'shared'].includes(kindOf(address) ?? '')

/**
 * Signs of a translation of addresses that quotes do not show: this host has a private address and hops
 * on the way have public ones; or the target's own address answers that hops were used up, as one does
 * that passes packets on to somebody else.
 */
function translationNotes(hops: readonly Hop[], source: string, target: string): PathNote[] {
  const first = hops.find(({ addresses: [one] }) => one !== undefined && !isInside(one.address))
  const before = hops.filter(({ hop, received }) => hop < (first?.hop ?? 0) && received > 0).at(-1)
  const outward: PathNote[] =
    isInside(source) && first !== undefined && kindOf(source) !== null
      ? [
          {
            hop: before?.hop ?? null,
            matters: false,
            text: `${before === undefined ? 'this network' : nameOf(before)} or one next to it translates addresses: ${source} is private, and from hop ${first.hop} on addresses are public`,
          },
        ]
      : []
  const front = hops.find(
    ({ kind, addresses }) =>
      kind === 'expired' && addresses.some(({ address }) => address === target),
  )
  const inward: PathNote[] =
    front === undefined
      ? []
      : [
          {
            hop: front.hop,
            matters: false,
            text: `${nameOf(front)} has the target's address but passes packets on: behind it another host answers in its name`,
          },
        ]
  return [...outward, ...inward]
}

function rewritingNotes(hops: readonly Hop[]): PathNote[] {
  return changesAt(hops).map((hop) => ({
    hop: hop.hop,
    matters: false,
    text: `before ${nameOf(hop)} the packet was changed${hop.rewritten.some(isTranslation) ? ' (a translation of addresses)' : ''}: ${fieldsOf(hop)}`,
  }))
}

function mtuNotes(mtu: PathMtu | null): PathNote[] {
  return (mtu?.steps ?? []).map(({ afterHop, mtuBytes, saidBy }) => ({
    hop: afterHop,
    matters: saidBy === null,
    text:
      saidBy === null
        ? `larger packets than ${mtuBytes} bytes vanish behind hop ${afterHop}, and nobody says so: a black hole for whoever sends them`
        : `behind hop ${afterHop} packets may have ${mtuBytes} bytes (${saidBy} says so)`,
  }))
}

function hopNotes(hops: readonly Hop[]): PathNote[] {
  return hops.flatMap((hop): PathNote[] => {
    const { marks, lossFraction } = hop
    const quiet = { hop: hop.hop, matters: false }
    if (marks.includes('limits-answers'))
      return [
        {
          ...quiet,
          text: `${nameOf(hop)} leaves ${percent(lossFraction)} of the probes unanswered, and hops behind it lose less: it limits its answers, which does not matter`,
        },
      ]
    if (marks.includes('several')) {
      const all = hop.addresses.map(({ address }) => address).join(', ')
      return [
        { ...quiet, text: `hop ${hop.hop} answers from ${hop.addresses.length} addresses: ${all}` },
      ]
    }
    return []
  })
}

/** `3, 5 to 9`. */
function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = []
  for (const number of numbers) {
    const last = parts.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else parts.push([number, number])
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ')
}

function silentNote(hops: readonly Hop[]): PathNote[] {
  const silent = hops.filter(({ marks }) => marks.includes('silent')).map(({ hop }) => hop)
  if (silent.length === 0) return []
  const [one] = silent
  const which = silent.length === 1 ? `hop ${one} does` : `hops ${ranges(silent)} do`
  return [
    {
      hop: one ?? null,
      matters: false,
      text: `${which} not answer, but what is behind does: it does not matter`,
    },
  ]
}

function lossNote(hops: readonly Hop[]): PathNote[] {
  const from = hops.find(({ marks }) => marks.includes('loses'))
  const last = hops.findLast(({ received }) => received > 0)
  if (from === undefined || last === undefined) return []
  const least = leastLossBehind(from, hops) ?? from.lossFraction
  return [
    {
      hop: from.hop,
      matters: true,
      text: `from ${nameOf(from)} on packets are lost: ${percent(least === 0 ? last.lossFraction : least)} and more up to the end (${last.sent - last.received} of ${last.sent} there), on the way there or back`,
    },
  ]
}

type Known = Pick<PathVerdict, 'state' | 'summary' | 'hop'>

const time = (ms: number | null): string => (ms === null ? '' : `, ${describeMs(ms)}`)

type Ends = { readonly source: string; readonly target: string }

function stateOf(hops: readonly Hop[], ends: Ends, unsent: string | null): Known {
  const known = (state: PathState, hop: Hop | null, summary: string): Known => ({
    state,
    hop: hop?.hop ?? null,
    summary,
  })
  if (unsent !== null && hops.every(({ received }) => received === 0))
    return known('unsent', null, `no probe left this host: ${unsent}`)
  const arrived = hops.find(({ kind }) => kind === 'arrived')
  if (arrived !== undefined) {
    const many = arrived.hop === 1 ? '1 hop' : `${arrived.hop} hops`
    return known(
      'reached',
      arrived,
      `${ends.target} answers after ${many}${time(arrived.averageMs)}`,
    )
  }
  const refusing = hops.find(({ kind }) => isRefusal(kind))
  if (refusing !== undefined) {
    const isHere = refusing.kind === 'refused' && refusing.addresses[0]?.address === ends.source
    const who = isHere ? 'this host itself' : nameOf(refusing)
    const next = isHere ? '; nobody answers for the next hop on its link' : ''
    return known('refused', refusing, `${who} refuses: ${refusing.says ?? 'no reason'}${next}`)
  }
  const loop = hops.find(({ marks }) => marks.includes('loop'))
  if (loop !== undefined) {
    const again = hops.find(
      ({ hop, addresses }) =>
        hop > loop.hop + 1 && addresses[0]?.address === loop.addresses[0]?.address,
    )
    const members = hops.filter(({ hop }) => hop >= loop.hop && hop < (again?.hop ?? loop.hop + 2))
    const who = members.map(({ addresses }) => addresses[0]?.address ?? '?').join(' and ')
    return known('loop', loop, `packets go in a circle between ${who}`)
  }
  const last = hops.findLast(({ received }) => received > 0)
  if (last === undefined) return known('silent', null, 'nothing answers, not even the first hop')
  return known('silent', last, `nothing answers behind ${nameOf(last)}`)
}

/** The verdict on marked hops. `unsent`: why probes could not be sent, where some could not. */
export function judgePath(
  hops: readonly Hop[],
  mtu: PathMtu | null,
  ends: Ends,
  unsent: string | null,
): PathVerdict {
  const known = stateOf(hops, ends, unsent)
  const notes = [
    ...lossNote(hops),
    ...mtuNotes(mtu),
    ...rewritingNotes(hops),
    ...translationNotes(hops, ends.source, ends.target),
    ...hopNotes(hops),
    ...silentNote(hops),
  ].toSorted((one, other) => Number(other.matters) - Number(one.matters))
  const atFault = known.state !== 'reached' || notes.some(({ matters }) => matters)
  return { ...known, atFault, notes }
}
