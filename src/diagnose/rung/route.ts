/** Rung 3, routes: is there a way, which one, does its gateway answer, does the far end? */
import { routes4, routes6 } from '../../facts/ip-route.ts'
import type { RouteLookup } from '../../facts/ip-route-get.ts'
import { rules4, rules6 } from '../../facts/ip-rule.ts'
import { formatRoute, isDefault, type Route } from '../../facts/route.ts'
import { contains, covers, parseAddress, parsePrefix } from '../../wire/address.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  sideOf,
  skip,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Inquiry } from '../host.ts'
import type { Endpoint, Family } from '../probes.ts'
import { isLoopback, relevant } from '../relevant.ts'
import { deleteRoute, familyFlag } from '../remedy.ts'
import { wayBack } from '../way-back.ts'
import type { Witness } from '../witness.ts'
import { overlapping } from './egress.ts'

const routesOf = (inquiry: Inquiry, family: Family) => inquiry.ask(family === 4 ? routes4 : routes6)

export const defaultRoute: Check = {
  id: 'route.default',
  layer: 3,
  question: 'Is there a default route?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const { family, toward, lookup, links } = await relevant(witness, inquiry)
    const known = await routesOf(inquiry, family)
    if (!known.known) return unanswered(known)
    const defaults = known.value.filter((route) => isDefault(route))
    const evidence = witnessed(
      inquiry,
      known,
      known.value
        .filter(({ table }) => table === 'main')
        .slice(0, 8)
        .map(formatRoute),
    )
    const [first] = defaults.filter(({ type }) => type === 'unicast')
    if (first) {
      const more = defaults.length > 1 ? ` (and ${defaults.length - 1} more)` : ''
      return pass(`${formatRoute(first)}${more}`, evidence)
    }
    if (toward && lookup && lookup.error === null)
      return pass('none, and none is needed: a narrower route leads there', evidence)
    const onlyLoopback = links.every(isLoopback)
    if (onlyLoopback) return skip('there is no interface but loopback')
    return {
      status: witness.target ? 'warn' : 'fail',
      summary: `there is no default route for IPv${family}`,
      evidence,
      accuses: witness.target
        ? []
        : [
            {
              cause: 'route.none',
              side: sideOf(inquiry),
              weight: 'proven',
              because: `${inquiry.host.name} has no default route`,
              ...(await wayBack(witness, inquiry, family)).accusation,
            },
          ],
    }
  },
}

/** Why the kernel refuses, by its error (net/ipv4/fib_semantics.c, fib_props). */
const REJECTING: Readonly<Record<string, string>> = {
  EINVAL: 'blackhole',
  EHOSTUNREACH: 'unreachable',
  EACCES: 'prohibit',
}

export const target: Check = {
  id: 'route.target',
  layer: 3,
  question: 'Which route leads to the other end?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const { family, toward } = await relevant(witness, inquiry)
    if (!toward) return skip('the far address is not known')
    const first = await lookUp(witness, inquiry, family, toward)
    if (first.status !== 'pass' || inquiry.host.role === 'server') return first
    for (const other of await alsoFailing(witness, toward)) {
      const ruling = await lookUp(witness, inquiry, other.family, other.address)
      if (ruling.status === 'fail') return ruling
    }
    return first
  },
}

/** The other addresses of the target that fail: by another family, another route may be to blame. */
async function alsoFailing(witness: Witness, known: string): Promise<readonly Endpoint[]> {
  const { all } = await witness.visits()
  return all
    .filter((visit) => visit.stage === 'connect' && visit.endpoint.address !== known)
    .map(({ endpoint }) => endpoint)
}

/** What the kernel of a host does with packets to `toward`. */
async function lookUp(
  witness: Witness,
  inquiry: Inquiry,
  family: Family,
  toward: string,
): Promise<Ruling> {
  const answer = await witness.route(inquiry, toward)
  if (!answer.known) return unanswered(answer)
  const evidence = witnessed(inquiry, answer, [answer.value.text || answer.output.stderr.trim()])
  const { error, type, gateway, device, source } = answer.value
  const refused = error !== null || /^(blackhole|unreachable|prohibit)$/.test(type)
  if (!refused) {
    const overlap = await overlapping(witness, inquiry, toward, family)
    const by = `${gateway ? `via ${gateway} ` : ''}dev ${device ?? '?'}${source ? ` src ${source}` : ''}`
    return {
      ...pass(`${toward} ${by}`, evidence),
      ...(overlap.length > 0 && {
        status: 'warn' as const,
        summary: overlap[0]?.because ?? '',
        accuses: overlap,
      }),
    }
  }
  const routes = await routesOf(inquiry, family)
  const accusation =
    (await rejectionOf(inquiry, family, toward, answer.value)) ??
    (await lacks(witness, inquiry, family, toward))
  return {
    status: 'fail',
    summary: accusation.because,
    evidence: [
      ...evidence,
      ...witnessed(
        inquiry,
        routes,
        routes.known
          ? routes.value
              .filter(({ table }) => table === 'main')
              .slice(0, 8)
              .map(formatRoute)
          : [],
      ),
    ],
    accuses: [accusation],
  }
}

/** The route or the routing rule of a host that rejects `address`; null where there is none. */
export async function rejectionOf(
  inquiry: Inquiry,
  family: Family,
  address: string,
  { error, type }: Pick<RouteLookup, 'error' | 'type'>,
): Promise<Accusation | null> {
  const routes = await routesOf(inquiry, family)
  const route = routes.known
    ? rejectingRoute(routes.value, address, error ? REJECTING[error] : type)
    : null
  if (route) return rejects(inquiry, family, route, address)
  return (
    (await ruleRejects(inquiry, family, address, error)) ?? rejectsSomehow(inquiry, address, error)
  )
}

/** The kernel says that it rejects, and neither the route nor the rule that does could be seen. */
function rejectsSomehow(
  inquiry: Inquiry,
  address: string,
  error: string | null,
): Accusation | null {
  const type = REJECTING[error ?? '']
  if (type === undefined) return null
  return {
    cause: 'route.rejecting',
    side: sideOf(inquiry),
    weight: 'likely',
    because: `the kernel of ${inquiry.host.name} refuses to send to ${address} as by a ${type} route (${error})`,
    place: placeOn(inquiry.host.name),
  }
}

/** The narrowest route that rejects `address`. */
function rejectingRoute(
  routes: readonly Route[],
  address: string,
  type: string | undefined,
): Route | null {
  const far = parseAddress(address)
  const covering = routes.filter((route) => {
    const range = parsePrefix(route.destination)
    return (
      far &&
      range &&
      /^(blackhole|unreachable|prohibit|throw)$/.test(route.type) &&
      contains(range, far) &&
      // IPv6 keeps an unreachable default of its own in every table without one; it is no rule of anybody.
      !(route.destination === '::/0' && route.metric === 0xffffffff)
    )
  })
  const wanted = covering.filter((route) => type === undefined || route.type === type)
  const length = (route: Route): number => Number(route.destination.split('/')[1] ?? 0)
  return (
    [...(wanted.length > 0 ? wanted : covering)].sort((a, b) => length(b) - length(a))[0] ?? null
  )
}

const rejects = (inquiry: Inquiry, family: Family, route: Route, toward: string): Accusation => ({
  cause: 'route.rejecting',
  side: sideOf(inquiry),
  weight: 'proven',
  because: `the route "${formatRoute(route)}" of ${inquiry.host.name} rejects ${toward}`,
  place: placeOn(inquiry.host.name),
  remedies: [
    deleteRoute(
      inquiry.host.name,
      family,
      `${formatRoute(route)}`,
      `the route rejects what is sent to ${toward}`,
      'route.target',
    ),
  ],
})

/** Whether a rule's selector takes in an address; no selector takes in all. */
const selects = (selector: string | null, address: string): boolean =>
  selector === null || selector === 'all' || covers(selector, address)

/** A policy rule that rejects; null where none does. */
async function ruleRejects(
  inquiry: Inquiry,
  family: Family,
  toward: string,
  error: string | null,
): Promise<Accusation | null> {
  if (error === null || !(error in REJECTING)) return null
  const rules = await inquiry.ask(family === 4 ? rules4 : rules6)
  const rule = rules.known
    ? rules.value.find(
        ({ action, to, from, mark, inputDevice }) =>
          action === REJECTING[error] &&
          selects(to, toward) &&
          (from === null || from === 'all') &&
          mark === null &&
          inputDevice === null,
      )
    : undefined
  if (!rule) return null
  return {
    cause: 'route.rejecting',
    side: sideOf(inquiry),
    weight: 'proven',
    because: `the routing rule ${rule.priority} (${rule.action}) of ${inquiry.host.name} rejects ${toward}`,
    place: placeOn(inquiry.host.name),
    remedies: [
      {
        host: inquiry.host.name,
        command: `ip ${familyFlag(family)}rule del priority ${rule.priority}`,
        why: `the rule rejects what is sent to ${toward}`,
        risk: 'traffic that the rule was meant to stop will pass',
        undo: `ip ${familyFlag(family)}rule add ${rule.from && rule.from !== 'all' ? `from ${rule.from} ` : ''}${rule.to ? `to ${rule.to} ` : ''}priority ${rule.priority} ${rule.action}`,
        persist: null,
        turnsGreen: 'route.target',
      },
    ],
  }
}

/** No route leads there; on the server that is the way back that is missing. */
async function lacks(
  witness: Witness,
  inquiry: Inquiry,
  family: Family,
  toward: string,
): Promise<Accusation> {
  const { accusation } = await wayBack(witness, inquiry, family)
  return {
    cause: inquiry.host.role === 'client' ? 'route.none' : 'route.return-missing',
    side: sideOf(inquiry),
    weight: 'proven',
    because: `${inquiry.host.name} has no route to ${toward} (ENETUNREACH)`,
    ...accusation,
    tellApart: {
      host: inquiry.host.name,
      command: `ip ${familyFlag(family)}route get ${toward}`,
      shows: 'Network is unreachable',
    },
  }
}
