/** What the walk of a packet needs of a host: its rules, addresses, routes and routing rules. */
import { type Interface, interfaces } from '../facts/ip-address.ts'
import { routes4, routes6 } from '../facts/ip-route.ts'
import { rules4, rules6 } from '../facts/ip-rule.ts'
import { sysctls } from '../facts/sysctl.ts'
import type { Machine } from '../policy/journey.ts'
import { type Routing, routingParameters } from '../policy/routing.ts'
import type { Answer, Inquiry } from './host.ts'
import { type RuleBook, readRules } from './rules.ts'

/** A host as it was read, and what of it could not be. */
export type Known = {
  readonly machine: Machine
  readonly book: RuleBook
  /** What was asked in vain, and why. */
  readonly unknowns: readonly { readonly what: string; readonly because: string }[]
}

const valueIn = <T>(answer: Answer<T>): T | null => (answer.known ? answer.value : null)

/** Devices whose parameters are read; a host of containers has one for each, and one bridge for all. */
const MOST_DEVICES = 64

/** Ports of a bridge or a bond have no addresses, and decide nothing. */
const devicesOf = (links: readonly Interface[] | null): string[] =>
  (links ?? [])
    .filter(({ master, linkType }) => master === null && linkType !== 'loopback')
    .slice(0, MOST_DEVICES)
    .map(({ name }) => name)

/** Reads all of it, side by side. */
export async function readMachine({ ask }: Pick<Inquiry, 'ask'>): Promise<Known> {
  const known = ask(interfaces)
  const [book, links, parameters, ...tables] = await Promise.all([
    readRules(ask),
    known,
    known.then((answer) => ask(sysctls(routingParameters(devicesOf(valueIn(answer)))))),
    ask(routes4),
    ask(routes6),
    ask(rules4),
    ask(rules6),
  ])
  const [fourRoutes, sixRoutes, fourRules, sixRules] = tables
  const routing: Routing = {
    interfaces: valueIn(links),
    4: { routes: valueIn(fourRoutes), rules: valueIn(fourRules) },
    6: { routes: valueIn(sixRoutes), rules: valueIn(sixRules) },
    parameters: valueIn(parameters) ?? new Map(),
  }
  const asked: readonly (readonly [what: string, answer: Answer<unknown>])[] = [
    ['the addresses', links],
    ['the IPv4 routes', fourRoutes],
    ['the IPv6 routes', sixRoutes],
    ['the kernel parameters', parameters],
  ]
  return {
    machine: { ruleSets: book.sets, routing },
    book,
    unknowns: asked.flatMap(([what, { known: isKnown, ...answer }]) =>
      isKnown ? [] : [{ what, because: 'because' in answer ? answer.because : '' }],
    ),
  }
}
