/**
 * The catalogue: every cause that a verdict can name, its rung, the sides on which it can lie, and
 * which other causes it explains, so that a consequence is never reported as the reason. A family
 * of causes is one file in `cause/`.
 */
import { ADDRESS } from './cause/address.ts'
import { APPLICATION } from './cause/application.ts'
import { FIREWALL } from './cause/firewall.ts'
import { LINK } from './cause/link.ts'
import { NAME } from './cause/name.ts'
import { NAT } from './cause/nat.ts'
import { PATH } from './cause/path.ts'
import { PHYSICAL } from './cause/physical.ts'
import { PRESENTATION } from './cause/presentation.ts'
import { ROUTE } from './cause/route.ts'
import { SESSION } from './cause/session.ts'
import { TRANSPORT } from './cause/transport.ts'
import type { Layer, Side } from './diagnosis.ts'

type Families = typeof PHYSICAL &
  typeof LINK &
  typeof ADDRESS &
  typeof ROUTE &
  typeof NAT &
  typeof PATH &
  typeof NAME &
  typeof TRANSPORT &
  typeof FIREWALL &
  typeof SESSION &
  typeof PRESENTATION &
  typeof APPLICATION

export type CauseCode = keyof Families

type Entry = {
  /** The rung on which it lies. */
  readonly layer: Layer
  /** Client, path, server: where it can lie, the usual side first. */
  readonly sides: 'C' | 'P' | 'S' | 'CP' | 'CS' | 'PS' | 'SC' | 'SP' | 'CPS' | 'CSP'
  /** What it is, to follow a colon. */
  readonly title: string
  /** Which causes follow from it and are never the reason beside it. */
  readonly explains: readonly CauseCode[]
  /** True where packets that do not leave, do not arrive or do not come back look like this. */
  readonly ofDelivery?: true
  /** True where nothing leaves or arrives: then all that is of delivery follows from it. */
  readonly stopsDelivery?: true
}

/** Joined from the cable upwards; its type holds that all is there and only known codes are explained. */
const CATALOGUE: Readonly<Record<CauseCode, Entry>> = {
  ...PHYSICAL,
  ...LINK,
  ...ADDRESS,
  ...ROUTE,
  ...NAT,
  ...PATH,
  ...NAME,
  ...TRANSPORT,
  ...FIREWALL,
  ...SESSION,
  ...PRESENTATION,
  ...APPLICATION,
}

/** Every code, in the order of the rungs. */
export const CAUSE_CODES: readonly CauseCode[] = Object.keys(CATALOGUE) as CauseCode[]

export const isCauseCode = (text: string): text is CauseCode => Object.hasOwn(CATALOGUE, text)

const SIDES: Readonly<Record<string, Side>> = { C: 'client', P: 'path', S: 'server' }

export const causeLayer = (code: CauseCode): Layer => CATALOGUE[code].layer
export const causeTitle = (code: CauseCode): string => CATALOGUE[code].title

/** The sides on which a cause can lie, the usual one first. */
export const causeSides = (code: CauseCode): readonly Side[] =>
  [...CATALOGUE[code].sides].flatMap((letter) => SIDES[letter] ?? [])

const OF_DELIVERY: readonly CauseCode[] = CAUSE_CODES.filter((code) => CATALOGUE[code].ofDelivery)

/** What follows from a cause at once. */
const consequences = (code: CauseCode): readonly CauseCode[] => [
  ...(CATALOGUE[code].stopsDelivery ? OF_DELIVERY : []),
  ...CATALOGUE[code].explains,
]

/** Every cause that `code` explains, through others as well. */
export function explainedBy(code: CauseCode): ReadonlySet<CauseCode> {
  const found = new Set<CauseCode>()
  const open: CauseCode[] = [code]
  for (let next = open.pop(); next; next = open.pop())
    for (const consequence of consequences(next))
      if (consequence !== code && !found.has(consequence)) {
        found.add(consequence)
        open.push(consequence)
      }
  return found
}

/** Every cause that `code` explains, in the order of the rungs. */
export const consequencesOf = (code: CauseCode): readonly CauseCode[] =>
  CAUSE_CODES.filter((other) => explainedBy(code).has(other))

/** Every cause that explains `code`, in the order of the rungs. */
export const explanationsOf = (code: CauseCode): readonly CauseCode[] =>
  CAUSE_CODES.filter((other) => explainedBy(other).has(code))
