/** Several checks in short: which answer came how often, and when. */
import type { Diagnosis } from '../diagnose/diagnosis.ts'
import { tally } from '../diagnose/rounds.ts'
import { hang, type Line, say } from './line.ts'
import { type Page, STATE_STATUS, STATUS_STYLE, signsOf } from './page.ts'
import { wrap } from './width.ts'

/** Times listed unless everything is asked for. */
const MOST_TIMES = 6

/** `09:00:03` of a time in ISO 8601. */
const clock = (time: string): string => time.slice(11, 19)

/** `3 of 10 unreachable: firewall.ingress-drop (server)`, and when, for each answer that came. */
export function describeRounds(
  { rounds = [] }: Diagnosis,
  most: number = Number.POSITIVE_INFINITY,
): {
  readonly what: string
  readonly when: string
  readonly state: Diagnosis['verdict']['state']
}[] {
  return tally(rounds).map(({ state, cause, side, rounds: those }) => {
    const times = those.slice(0, most).map(({ startedAt }) => clock(startedAt))
    const rest = those.length > most ? ' …' : ''
    return {
      state,
      what: `${those.length} of ${rounds.length} ${state}${cause ? `: ${cause}${side ? ` (${side})` : ''}` : ''}`,
      when: `at ${times.join(', ')}${rest}`,
    }
  })
}

/** A sign for each round in the order in which they came, and what they add up to. */
export function roundLines(diagnosis: Diagnosis, columns: number, page: Page): Line[] {
  const { rounds = [] } = diagnosis
  if (rounds.length === 0) return []
  const signs = signsOf(page)
  const strip = rounds.map(({ state }) => signs.status[STATE_STATUS[state]]).join(' ')
  return [
    ...wrap(strip, columns).map((line): Line => [say(line)]),
    ...describeRounds(diagnosis, page.verbose ? rounds.length : MOST_TIMES).flatMap(
      ({ state, what, when }) => {
        const status = STATE_STATUS[state]
        const sign = say(`${signs.status[status]} `, STATUS_STYLE[status])
        return hang([sign], `${what}, ${page.unicode ? when : when.replace('…', '...')}`, columns)
      },
    ),
  ]
}
