/**
 * The verdict: all accusations are weighed, what is acquitted or explained falls away, and one
 * cause is named. End to end is the truth: where the expected answer came, nothing is to blame.
 */
import { type CauseCode, causeLayer, causeTitle, explainedBy } from './cause.ts'
import type { Accusation, Acquittal, Weight } from './check.ts'
import type { State, Verdict } from './diagnosis.ts'

const STRENGTH: Readonly<Record<Weight, number>> = { proven: 2, likely: 1, possible: 0 }

/** At most so many candidates are named. */
const MOST_CANDIDATES = 4

const same = (a: Accusation, b: Accusation): boolean => a.cause === b.cause && a.side === b.side

/** One accusation a cause and side, the strongest; what a weaker one adds is kept. */
function merge(accusations: readonly Accusation[]): Accusation[] {
  const merged: Accusation[] = []
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

/** Whether `strong` makes `weak` a consequence. */
function explains(strong: Accusation, weak: Accusation): boolean {
  if (strong === weak || STRENGTH[strong.weight] < Math.max(1, STRENGTH[weak.weight])) return false
  if (!explainedBy(strong.cause).has(weak.cause)) return false
  // Where each explains the other, the lower rung is the reason.
  return !(
    explainedBy(weak.cause).has(strong.cause) &&
    STRENGTH[weak.weight] === STRENGTH[strong.weight] &&
    causeLayer(weak.cause) <= causeLayer(strong.cause)
  )
}

export type Weighed = {
  readonly verdict: Verdict
  /** Causes that the named one explains. */
  readonly explained: ReadonlySet<CauseCode>
}

/** The accusations in the order of their weight; ties go to the lower rung. */
function rank(accusations: readonly Accusation[]): Accusation[] {
  return accusations
    .map((one, index) => ({ one, index }))
    .sort(
      (a, b) =>
        STRENGTH[b.one.weight] - STRENGTH[a.one.weight] ||
        (a.one.weight === 'possible' ? 0 : causeLayer(a.one.cause) - causeLayer(b.one.cause)) ||
        a.index - b.index,
    )
    .map(({ one }) => one)
}

const NOBODY = {
  cause: null,
  layer: null,
  side: null,
  confidence: null,
  place: null,
  candidates: [],
  excluded: [],
  remedies: [],
} as const

/** Weighs everything. */
export function weigh(
  state: State,
  accusations: readonly Accusation[],
  acquittals: readonly Acquittal[],
  about: string,
): Weighed {
  const none = (summary: string): Weighed => ({
    verdict: { ...NOBODY, state, summary },
    explained: new Set(),
  })
  if (state === 'reachable') return none(`${about} answers as expected`)
  const merged = merge(accusations)
  const acquitted = (one: Accusation): Acquittal | undefined =>
    one.weight === 'proven'
      ? undefined
      : acquittals.find(
          ({ cause, side }) => cause === one.cause && (side === undefined || side === one.side),
        )
  const standing = merged.filter((one) => !acquitted(one))
  const reasons = rank(standing.filter((one) => !standing.some((other) => explains(other, one))))
  const [first] = reasons
  const excluded = [
    ...merged.flatMap((one) => {
      const by = acquitted(one)
      return by ? [{ cause: one.cause, because: by.because }] : []
    }),
    ...acquittals.map(({ cause, because }) => ({ cause, because })),
  ].filter(
    ({ cause }, index, all) =>
      cause !== first?.cause && all.findIndex((other) => other.cause === cause) === index,
  )
  if (!first)
    return {
      verdict: {
        ...NOBODY,
        state,
        excluded,
        summary: `${about} ${state === 'degraded' ? 'answers, but not everywhere' : 'does not answer as expected'}; no cause could be named`,
      },
      explained: new Set(),
    }
  const proven = first.weight === 'proven'
  const candidates = reasons
    .filter(
      (one, index) =>
        index === 0 || (!proven && one.cause !== undefined) || (proven && one.weight === 'proven'),
    )
    .slice(0, MOST_CANDIDATES)
    .map(({ cause, side, tellApart }) => ({ cause, side, tellApart: tellApart ?? null }))
  return {
    verdict: {
      state,
      cause: first.cause,
      layer: causeLayer(first.cause),
      side: first.side,
      confidence: proven ? 'proven' : 'likely',
      summary: `${about} ${state === 'degraded' ? 'answers, but' : 'cannot be reached:'} ${causeTitle(first.cause)}. ${first.because.charAt(0).toUpperCase()}${first.because.slice(1)}.`,
      place: first.place ?? null,
      candidates,
      excluded,
      remedies: first.remedies ?? [],
    },
    explained: explainedBy(first.cause),
  }
}
