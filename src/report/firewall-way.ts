/**
 * The way of a packet, hook by hook: everything that happened, or only what led to its end, without
 * the chains that it came out of again and the rules that changed nothing.
 */
import { describePlace, type Place } from '../facts/rule-set.ts'
import type { Step } from '../policy/journey.ts'
import type { Outcome } from './firewall-report.ts'
import { hang, type Line, say } from './line.ts'
import type { Page } from './page.ts'

/** A rule in its own words; a policy's name says it all. */
export const ruleText = (place: Place | null): string | null =>
  place === null || place.policy ? null : place.text

/** Steps that say nothing of how it ends. */
const isIdle = ({ did, says, place }: Step, doubtful: ReadonlySet<string>): boolean =>
  did === 'counted' ||
  (did === 'unclear' && !(place !== null && doubtful.has(describePlace(place)))) ||
  /^(?:returns it |lets it go on$)/.test(says)

/** The steps that led to the end: jumps only into chains in which something happened. */
function leading({ steps, unknowns }: Outcome): readonly Step[] {
  const doubtful = new Set(
    unknowns.flatMap(({ rule }) => (rule === null ? [] : [describePlace(rule)])),
  )
  const kept: Step[] = []
  for (const step of steps) {
    // A jump whose chain this step is not in has come back.
    for (let last = kept.at(-1); last !== undefined; last = kept.at(-1)) {
      if (last.into === null || (last.hook === step.hook && last.into === step.place?.chain)) break
      kept.pop()
    }
    if (!isIdle(step, doubtful)) kept.push(step)
  }
  return kept
}

/** The hook; between hooks, what there is instead. */
const titleOf = (step: Step | undefined): string =>
  step === undefined ? '' : (step.hook ?? (step.did === 'aside' ? 'not walked' : 'routing'))

/** Where its way led: `input     iptables filter INPUT rule 3 drops it`. */
export function wayLines(outcome: Outcome, columns: number, page: Page): Line[] {
  const decided = outcome.rule && describePlace(outcome.rule)
  const shown = page.verbose ? outcome.steps : leading(outcome)
  return shown.flatMap((step, at) => {
    const hook = titleOf(step) === titleOf(shown[at - 1]) ? '' : titleOf(step)
    const name = step.place === null ? '' : describePlace(step.place)
    // The deciding rule's words stand above already, and a jump says where it goes.
    const isTold = name === decided || (!page.verbose && step.into !== null)
    const words = isTold ? null : ruleText(step.place)
    const text = `${name} ${step.says}${words === null ? '' : `: ${words}`}`.trimStart()
    return hang([say(hook.padEnd(12), 'dim')], text, columns)
  })
}
