/**
 * The verdict: all accusations are weighed, what is acquitted or explained falls away, and one
 * cause is named. End to end is the truth: where the expected answer came, nothing is to blame.
 */
import { type CauseCode, causeLayer, causeTitle, explainedBy } from './cause.ts'
import type { Accusation, Acquittal, Confirmation, Weight } from './check.ts'
import type { State, Verdict } from './diagnosis.ts'
import { wayOf } from './way.ts'

const STRENGTH: Readonly<Record<Weight, number>> = { proven: 2, likely: 1, possible: 0 }

/** At most so many candidates are named. */
const MOST_CANDIDATES = 4

const same = (a: Accusation, b: Accusation): boolean => a.cause === b.cause && a.side === b.side

/** An accusation and the check that made it. */
export type Charge = Accusation & { readonly by?: string }

/** One accusation a cause and side, the strongest; what a weaker one adds is kept. */
function merge(accusations: readonly Charge[]): Charge[] {
  const merged: Charge[] = []
  for (const one of accusations) {
    const index = merged.findIndex((other) => same(one, other))
    const known = merged[index]
    if (!known) merged.push(one)
    else {
      const [strong, weak] =
        STRENGTH[one.weight] > STRENGTH[known.weight] ? [one, known] : [known, one]
      const remedies = strong.remedies?.length ? strong.remedies : weak.remedies
      const tellApart = strong.tellApart ?? weak.tellApart
      merged[index] = { ...strong, ...(remedies && { remedies }), ...(tellApart && { tellApart }) }
    }
  }
  return merged
}

/**
 * Whether `cause` explains `weak` only by looking the same: a rule that was seen to decide stands
 * whatever else is wrong, and so does a port that nothing listens on behind a firewall.
 */
export function isLookAlike(cause: CauseCode, weak: Accusation): boolean {
  if (weak.weight !== 'proven') return false
  const isRule = cause.startsWith('firewall.')
  return isRule ? weak.cause.startsWith('tcp.') : Boolean(weak.place?.rule)
}

/** Whether `strong` makes `weak` a consequence. */
function explains(strong: Accusation, weak: Accusation): boolean {
  if (strong === weak || STRENGTH[strong.weight] < Math.max(1, STRENGTH[weak.weight])) return false
  if (strong.explains?.includes(weak.cause)) return true
  if (!explainedBy(strong.cause).has(weak.cause) || isLookAlike(strong.cause, weak)) return false
  // Where each explains the other, the lower rung is the reason.
  return !(
    explainedBy(weak.cause).has(strong.cause) &&
    STRENGTH[weak.weight] === STRENGTH[strong.weight] &&
    causeLayer(weak.cause) <= causeLayer(strong.cause)
  )
}

/** What decides between causes of one weight: what is proven is met in turn, else the lower rung. */
const TURN: Readonly<Record<Weight, (one: Accusation) => number>> = {
  proven: ({ cause, side }) => wayOf(cause, side),
  likely: ({ cause }) => causeLayer(cause),
  possible: () => 0,
}

/** The accusations in the order of their weight; of two of one weight, what is met first. */
const rank = (accusations: readonly Charge[]): Charge[] =>
  accusations.toSorted(
    (a, b) => STRENGTH[b.weight] - STRENGTH[a.weight] || TURN[a.weight](a) - TURN[a.weight](b),
  )

const NOBODY = {
  cause: null,
  layer: null,
  side: null,
  confidence: null,
  place: null,
  candidates: [],
  excluded: [],
  remedies: [],
  behind: [],
  unreached: [],
} as const

/** What the verdict speaks of. */
export type About = {
  /** `https://www.example.org`. */
  readonly name: string
  /** The addresses that fail while another works. */
  readonly broken: string | null
  /** What it does where it fails: `cannot be reached`, `does not answer as expected`. */
  readonly fails: string
  /** What the server's log gives as the reason, where it does. */
  readonly told?: string | null
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** One sentence for the state, one for the reason. */
function summarise(
  state: State,
  { name, broken, fails }: About,
  reason: Accusation | undefined,
): string {
  const title = reason ? causeTitle(reason.cause) : 'no cause could be named'
  const because = reason ? `. ${upper(reason.because)}.` : ''
  if (state === 'undetermined')
    return `What ${name} does could not be found out: ${title}${because}`
  if (state === 'degraded')
    return broken
      ? `${name} answers, but not by ${broken}: ${title}${because}`
      : `${name} answers, but ${title}${because}`
  return `${name} ${fails}: ${title}${because}`
}

const acquittal = (one: Accusation, acquittals: readonly Acquittal[]): Acquittal | undefined =>
  one.weight === 'proven'
    ? undefined
    : acquittals.find(
        ({ cause, side }) => cause === one.cause && (side === undefined || side === one.side),
      )

/** Every cause that was ruled out, once, with the reason. */
function excludedOf(
  standing: readonly Accusation[],
  acquittals: readonly Acquittal[],
): Verdict['excluded'] {
  const causes = new Map<CauseCode, string>()
  for (const { cause, because } of acquittals)
    if (!causes.has(cause) && !standing.some((one) => one.cause === cause))
      causes.set(cause, because)
  return [...causes].map(([cause, because]) => ({ cause, because }))
}

/**
 * Who could be it, the first named. Beside what is proven, another proven fault is no alternative:
 * it is one of its own. Where a check saw something, what another only thinks possible is none
 * either.
 */
function candidatesOf([first, ...others]: readonly Charge[]): Charge[] {
  if (!first) return []
  if (first.weight === 'proven') return [first]
  const rivals =
    first.weight === 'possible'
      ? others
      : others.filter(({ weight, by }) => weight === 'likely' || by === first.by)
  return [first, ...rivals].slice(0, MOST_CANDIDATES)
}

/** What the server itself writes about a session or an answer of its own is the reason, in its words. */
const asTold = (reason: Charge, told: string | null): Charge =>
  told === null || reason.side !== 'server' || causeLayer(reason.cause) < 5
    ? reason
    : {
        ...reason,
        weight: 'proven',
        because: reason.because.includes(told) ? reason.because : `${reason.because}; ${told}`,
      }

const isConfirmed = (one: Accusation, { side, causes }: Confirmation): boolean =>
  one.side === side && (causes === undefined || causes.includes(one.cause))

/** The only likely reason at the place where the fault was seen is proven; where there are several they stay what they are. */
function confirm(reasons: readonly Charge[], confirmations: readonly Confirmation[]): Charge[] {
  const [first, ...others] = reasons
  const found = first && confirmations.find((one) => isConfirmed(first, one))
  if (!first || !found || first.weight !== 'likely') return [...reasons]
  const hasRival = others.some(
    (one) => one.weight === 'likely' && confirmations.some((other) => isConfirmed(one, other)),
  )
  if (hasRival) return [...reasons]
  const because = first.because.includes(found.because)
    ? first.because
    : `${first.because}; ${found.because}`
  return [{ ...first, weight: 'proven', because }, ...others]
}

/** Weighs everything. */
export function weigh(
  state: State,
  accusations: readonly Charge[],
  acquittals: readonly Acquittal[],
  about: About,
  confirmations: readonly Confirmation[] = [],
): Verdict {
  if (state === 'reachable')
    return { ...NOBODY, state, summary: `${about.name} answers as expected` }
  const standing = merge(accusations).filter((one) => !acquittal(one, acquittals))
  const reasons = confirm(
    rank(standing.filter((one) => !standing.some((other) => explains(other, one)))),
    confirmations,
  )
  const first = reasons[0] && asTold(reasons[0], about.told ?? null)
  const excluded = excludedOf(standing, acquittals)
  const summary = summarise(state, about, first)
  if (!first) return { ...NOBODY, state, excluded, summary }
  const proven = first.weight === 'proven'
  return {
    state,
    cause: first.cause,
    layer: causeLayer(first.cause),
    side: first.side,
    confidence: proven ? 'proven' : 'likely',
    summary,
    place: first.place ?? null,
    candidates: candidatesOf([first, ...reasons.slice(1)]).map(({ cause, side, tellApart }) => ({
      cause,
      side,
      tellApart: tellApart ?? null,
    })),
    excluded,
    remedies: first.remedies ?? [],
    behind: [],
    unreached: [],
  }
}
