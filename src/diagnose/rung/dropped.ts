/**
 * Rung 4, in the kernels: did one of them drop the packets of the trial, and why? A drop has no address: as many as were sent, in the
 * rhythm in which they were sent, are ours. A reset has addresses, and is the kernel's own beyond doubt.
 */
import type { Drop } from '../../facts/drop-trace.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
import type { CauseCode } from '../cause.ts'
import {
  type Acquittal,
  type Check,
  type Confirmation,
  count,
  type Ruling,
  skip,
  unknown,
} from '../check.ts'
import type { Evidence, Side } from '../diagnosis.ts'
import { DROP_CAUSES, readDropReason } from '../drop-reason.ts'
import type { Role } from '../host.ts'
import { isMute, type Mute, type Testimony } from '../kernel-word.ts'
import { findRhythm, type InRhythm } from '../rhythm.ts'
import type { Trial } from '../trial.ts'
import { clear } from '../whereabouts.ts'

export const dropped: Check = {
  id: 'transport.dropped',
  layer: 4,
  question: 'Did a kernel drop the packets, and why?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target) return skip('there is no target')
    const failing = await witness.concern()
    if (!failing) return skip('the port answers')
    if (failing.stage !== 'connect') return skip('the connection is accepted')
    const trial = await witness.trial(failing)
    if (trial.told === null) return skip('no kernel was listened to')
    return judge(trial)
  },
}

const names = (hosts: Testimony['hosts']): string => hosts.map(({ name }) => name).join(', ')

const inWords = ({ hosts, because }: Mute): string => `the kernel of ${names(hosts)}: ${because}`

function judge(trial: Trial): Ruling {
  const told = trial.told ?? []
  const mute = told.filter(isMute)
  const heard = told.filter((one): one is Testimony => !isMute(one))
  const [first] = mute
  if (heard.length === 0)
    return first ? unknown(inWords(first), first.needs) : skip('no kernel was listened to')
  const ruling =
    heard.map((one) => resets(one, trial)).find((one) => one !== null) ??
    heard.map((one) => drops(one, trial)).find((one) => one !== null) ??
    nothing(heard, trial)
  return first ? { ...ruling, unknown: { because: inWords(first), needs: first.needs } } : ruling
}

const SIDE: Readonly<Record<Role, Side>> = { client: 'client', router: 'path', server: 'server' }

const sidesOf = ({ hosts }: Testimony): Side[] => [...new Set(hosts.map(({ role }) => SIDE[role]))]

const confirm = (told: Testimony, causes: readonly CauseCode[], because: string): Confirmation[] =>
  sidesOf(told).map((side) => ({ side, causes, because }))

/** What a reset by the server's own TCP rules out. */
const OTHER_RESETS: readonly CauseCode[] = [
  'firewall.ingress-reset',
  'firewall.ingress-reject',
  'firewall.path-reset',
  'firewall.path-reject',
  'firewall.forward-reject',
  'firewall.egress-reject',
]

/** The kernel that has the server's address sent the resets itself. */
function resets(told: Testimony, { endpoint, connects }: Trial): Ruling | null {
  const from = formatEndpoint(endpoint)
  const own = (told.resets ?? []).filter((one) => one.from === from && one.reason === 'NO_SOCKET')
  const isServers = told.hosts.some(({ role }) => role === 'server')
  if (!isServers || own.length < connects.length) return null
  const because = `the server's kernel sent ${count(own.length, 'reset')} from ${from} for want of a socket (NO_SOCKET)`
  return {
    status: 'fail',
    summary: because,
    evidence: [
      evidence(
        told,
        own.map(({ to, reason }) => `tcp_send_reset: src=${from} dest=${to} reason=${reason}`),
      ),
    ],
    acquits: clear(OTHER_RESETS, because),
    confirms: [{ side: 'server', causes: ['tcp.no-listener'], because }],
  }
}

const evidence = ({ hosts, command }: Testimony, lines: readonly string[]): Evidence => ({
  host: hosts.length === 1 ? (hosts[0]?.name ?? 'client') : 'client',
  source: 'kernel',
  command,
  lines: lines.slice(0, 6),
})

/** The drops for one reason by one function. */
type Kind = { readonly reason: string; readonly by: string | null; readonly drops: readonly Drop[] }

function kindsOf(drops: readonly Drop[], family: 4 | 6): Kind[] {
  const ours = drops.filter(({ protocol }) => (protocol === 0x86dd) === (family === 6))
  const kinds = new Map<string, Kind>()
  for (const one of ours) {
    const { reason, by } = one
    const key = `${reason} ${by}`
    kinds.set(key, { reason, by, drops: [...(kinds.get(key)?.drops ?? []), one] })
  }
  return [...kinds.values()]
}

const describeKind = ({ reason, by }: Kind): string => (by ? `${reason} in ${by}` : reason)

type Matched = { readonly kind: Kind; readonly rhythm: InRhythm<Drop> }

/** Drops in the rhythm of the trial; where more than one kind came so, or others came as often, nothing is claimed. */
function drops(told: Testimony, { endpoint, connects, begunMs }: Trial): Ruling | null {
  const matched = kindsOf(told.drops, endpoint.family).flatMap((kind): Matched[] => {
    const rhythm = readDropReason(kind.reason, kind.by) ? findRhythm(kind.drops, begunMs) : null
    return rhythm ? [{ kind, rhythm }] : []
  })
  const [only] = matched
  const meaning = only && readDropReason(only.kind.reason, only.kind.by)
  if (!only || !meaning) return null
  const { kind, rhythm } = only
  const others = rhythm.others.length
  const sent = connects.length
  const because = `the kernel under ${names(told.hosts)} dropped ${sent} packets in the rhythm of ${sent} attempts: ${meaning.words} (${describeKind(kind)}, in a namespace that it does not tell${others > 0 ? `; ${count(others, 'other')} meanwhile` : ''})`
  const isSure = matched.length === 1 && others <= sent && told.lost === 0
  const line = ({ atMs, reason, by }: Drop): string =>
    `${(atMs / 1000).toFixed(6)}: kfree_skb: location=${by ?? '?'} reason: ${reason}`
  return {
    status: 'fail',
    summary: because,
    evidence: [evidence(told, rhythm.found.map(line))],
    ...(isSure && {
      acquits: acquittals(told, meaning.causes, because),
      confirms: confirm(told, meaning.causes, because),
    }),
  }
}

/** Drops of rules and drops of routes exclude each other, on the hosts of that kernel. */
function acquittals(
  told: Testimony,
  causes: readonly CauseCode[],
  because: string,
): readonly Acquittal[] {
  if (causes.length === 0) return []
  const family = (cause: CauseCode): string => cause.split('.')[0] ?? ''
  const families = new Set(causes.map(family))
  const others = DROP_CAUSES.filter(
    (cause) => !families.has(family(cause)) && !causes.includes(cause),
  ).filter((cause) => /^(?:firewall|route)\.|^tcp\.accept-queue-full$/.test(cause))
  return sidesOf(told).flatMap((side) => clear(others, because, side))
}

/** No kernel dropped anything in that rhythm. */
function nothing(heard: readonly Testimony[], { connects }: Trial): Ruling {
  const all = heard.reduce((sum, { drops: one }) => sum + one.length, 0)
  const lost = heard.reduce((sum, one) => sum + one.lost, 0)
  const beside = all > 0 ? `, and ${all} others` : ''
  return {
    status: 'pass',
    summary:
      lost > 0
        ? `the kernels dropped so much that ${count(lost, 'event')} did not fit`
        : `the kernel under ${heard.map(({ hosts }) => names(hosts)).join('; ')} tells of no drop in the rhythm of ${count(connects.length, 'attempt')}${beside}`,
  }
}
