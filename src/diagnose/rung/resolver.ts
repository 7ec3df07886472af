/** Rung 3, names: do the configured name servers answer, each by itself, and what is wrong if not? */
import { shellWord } from '../../base/shell-word.ts'
import { explainAnswer, isBogus } from '../../dialog/dns-answer.ts'
import { lapsedSignature } from '../../dialog/dns-signature.ts'
import { unit } from '../../facts/systemctl.ts'
import {
  type Accusation,
  type Check,
  pass,
  type Ruling,
  shown,
  skip,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Evidence, Remedy } from '../diagnosis.ts'
import { probeDepth } from '../dns-depth.ts'
import { addressesIn, type Names, type ResolverView } from '../names.ts'
import { remedy } from '../remedy.ts'
import { suspectPath } from '../suspect/dead-path.ts'
import type { Witness } from '../witness.ts'
import { accuse, fail, heard, rcode, reorder, unique } from './naming.ts'

export const resolvers: Check = {
  id: 'name.resolvers',
  layer: 3,
  question: 'Do the configured name servers answer, each by itself?',
  on: ['client'],
  rule: async (witness) => {
    const names = await witness.names()
    if (!names) return ownResolvers(witness)
    if (names.literal) return skip('the target is an address')
    const { config } = names
    const views = await names.allResolvers
    if (!config.known) return unanswered(config)
    const evidence = [
      ...witnessed(witness.client, config),
      ...views.flatMap((view) => view.replies.slice(0, 2).map((reply) => shown('client', reply))),
    ]
    if (config.value.nameservers.length === 0) {
      if (names.addresses.length > 0)
        return {
          status: 'warn',
          summary: 'no name server is configured; the name comes from elsewhere',
          evidence,
        }
      return fail(
        accuse('dns.no-resolver', 'client', 'proven', '/etc/resolv.conf names no name server', {
          tellApart: {
            host: 'client',
            command: 'cat /etc/resolv.conf',
            shows: 'no line with nameserver',
          },
        }),
        evidence,
      )
    }
    const silent = views.filter((view) => view.replies.length > 0 && heard(view).length === 0)
    const speaking = views.filter((view) => heard(view).length > 0)
    const wrong = speaking.filter((view) =>
      heard(view).every((reply) => !/^(NOERROR|NXDOMAIN)$/.test(rcode(reply))),
    )
    if (speaking.length === 0 && silent.length > 0) return deaf(witness, names, silent, evidence)
    if (wrong.length === speaking.length && wrong.length > 0)
      return serverError(witness, names, wrong, evidence)
    const bad = [...silent, ...wrong]
    const text = speaking
      .map(
        (view) =>
          `${view.server}: ${unique(heard(view).flatMap(addressesIn)).join(', ') || unique(heard(view).map(rcode)).join('/')}`,
      )
      .join('; ')
    if (views[0] && silent.includes(views[0]))
      return {
        status: 'warn',
        summary: `the first name server ${views[0].server} does not answer; ${text}`,
        evidence,
        accuses: [
          accuse(
            'dns.slow',
            'client',
            'proven',
            `the name server ${views[0].server}, asked first, does not answer; ${speaking[0]?.server} does`,
            {
              partial: true,
              remedies: reorder(views[0].server),
            },
          ),
        ],
      }
    return bad.length > 0
      ? {
          status: 'warn',
          summary: `${bad.map((v) => v.server).join(', ')} gives no answer; ${text}`,
          evidence,
        }
      : pass(text || 'answered', evidence)
  },
}

/** No configured name server says anything. */
async function deaf(
  witness: Witness,
  names: Names,
  silent: readonly ResolverView[],
  evidence: readonly Evidence[],
): Promise<Ruling> {
  const replies = silent.flatMap((view) => view.replies)
  const refused = replies.every((reply) => reply.outcome === 'refused')
  const list = silent.map((view) => view.server).join(', ')
  const [first] = silent
  const mute = replies.find(({ outcome, truncated }) => truncated || outcome === 'timeout')
  const [echo, depth] = await Promise.all([
    first ? witness.probes.ping(first.server, { timeoutMs: 800 }) : null,
    mute ? probeDepth(witness.probes, mute) : null,
  ])
  // A stub on this host is this host's matter.
  const stub = silent.every(({ server }) => /^127\.|^::1$/.test(server))
  const side = !stub && (refused || (echo?.received ?? 0) > 0) ? 'path' : 'client'
  const how = refused
    ? `refuse${silent.length === 1 ? 's' : ''} queries (port unreachable)`
    : `do${silent.length === 1 ? 'es' : ''} not answer`
  const because = `${silent.length === 1 ? 'the name server' : 'the name servers'} ${list} ${how}${echo && echo.received > 0 ? ', though it answers ping' : ''}`
  if (depth?.lost && names.addresses.length === 0) {
    const lost = [
      accuse('dns.unreachable', 'path', 'proven', depth.lost, lookByHand(first?.server, names)),
    ]
    const asked = depth.asked.map((one) => shown('client', one))
    return { status: 'fail', summary: depth.lost, evidence: [...evidence, ...asked], accuses: lost }
  }
  const denied = replies.some(({ errno }) => errno === 'EPERM')
  const accusations: Accusation[] = [
    ...(denied
      ? [
          accuse(
            'firewall.egress-drop',
            'client',
            'likely',
            `the kernel refuses to send queries to ${list} (EPERM), as it does where a rule of this host drops them`,
          ),
        ]
      : []),
    accuse(
      stub ? 'dns.no-resolver' : 'dns.unreachable',
      side,
      refused ? 'proven' : 'likely',
      because,
      {
        ...lookByHand(first?.server, names),
        remedies: stub ? await restart(witness, first?.server) : [],
      },
    ),
  ]
  const concern = echo?.received ? null : await witness.concern()
  if (concern) accusations.push(...suspectPath(concern, await witness.controls(concern)))
  const other = side === 'client' ? 'path' : 'client'
  accusations.push(accuse('dns.unreachable', other, 'possible', because))
  return {
    status: names.addresses.length > 0 ? 'warn' : 'fail',
    summary: because,
    evidence: [...evidence, ...(echo ? [shown('client', echo)] : [])],
    accuses: names.addresses.length > 0 ? [] : accusations,
  }
}

const lookByHand = (
  server: string | undefined,
  { name }: Names,
): Pick<Accusation, 'tellApart'> => ({
  tellApart: {
    host: 'client',
    command: `dig @${shellWord(server ?? '')} ${shellWord(name)}`,
    shows: 'no servers could be reached',
  },
})

/** What serves a stub on this host, resolv.conf(5) as distributions write it. */
const STUBS: Readonly<Record<string, readonly string[]>> = {
  '127.0.0.53': ['systemd-resolved'],
  '127.0.0.54': ['systemd-resolved'],
  '127.0.1.1': ['NetworkManager'],
}
const LOCAL_RESOLVERS = ['dnsmasq', 'unbound', 'named', 'bind9']

/** Starts the stub again, where a unit of this host is to serve it and does not run. */
async function restart(witness: Witness, server = ''): Promise<Remedy[]> {
  const { host } = witness.client
  if (host.limits.units === 'machine') return []
  const names = STUBS[server] ?? LOCAL_RESOLVERS
  const units = await Promise.all(names.map((name) => witness.client.ask(unit(name))))
  return units.flatMap((one) =>
    one.known && one.value.loadState === 'loaded' && one.value.activeState !== 'active'
      ? [
          remedy({
            host: host.name,
            command: `systemctl start ${shellWord(one.value.name)}`,
            why: `${one.value.name}, which serves ${server}, is ${one.value.activeState}`,
            undo: `systemctl stop ${shellWord(one.value.name)}`,
            persist: `systemctl enable ${shellWord(one.value.name)}`,
            turnsGreen: 'name.resolvers',
          }),
        ]
      : [],
  )
}

/** Every name server answers with an error. */
async function serverError(
  witness: Witness,
  names: Names,
  wrong: readonly ResolverView[],
  evidence: readonly Evidence[],
): Promise<Ruling> {
  const [reply] = wrong.flatMap(heard)
  const [view] = wrong
  const failed = reply && rcode(reply) === 'SERVFAIL'
  const unchecked =
    view && failed
      ? await witness.probes.dns({
          server: view.server,
          port: 53,
          name: names.name,
          type: 'A',
          timeoutMs: 1500,
          checkingDisabled: true,
          dnssecOk: true,
        })
      : null
  const dnssec =
    (unchecked?.outcome === 'answer' && addressesIn(unchecked).length > 0) ||
    (reply?.message != null && isBogus(reply.message))
  const said = reply?.message ? explainAnswer(reply.message) : 'an error'
  const lapsed = unchecked?.message && lapsedSignature(unchecked.message, witness.probes.now())
  const because = `${wrong.map((v) => v.server).join(', ')} answers for ${names.name} ${said}${dnssec ? '; with checking disabled the answer comes: DNSSEC validation fails' : ''}${lapsed ? `; ${lapsed}` : ''}`
  return {
    status: names.addresses.length > 0 ? 'warn' : 'fail',
    summary: because,
    evidence: [...evidence, ...(unchecked ? [shown('client', unchecked)] : [])],
    accuses:
      names.addresses.length > 0
        ? []
        : [
            accuse('dns.server-error', dnssec ? 'server' : 'path', 'proven', because),
            accuse('dns.server-error', dnssec ? 'path' : 'server', 'possible', because),
          ],
  }
}

/** Without a target: do the name servers answer at all? */
async function ownResolvers(witness: Witness): Promise<Ruling> {
  const { resolverConfig } = await import('../../facts/resolv-conf.ts')
  const config = await witness.client.ask(resolverConfig)
  if (!config.known) return unanswered(config)
  const servers = config.value.nameservers
  if (servers.length === 0)
    return fail(
      accuse('dns.no-resolver', 'client', 'proven', '/etc/resolv.conf names no name server'),
      witnessed(witness.client, config),
    )
  const replies = await Promise.all(
    servers.map((server) =>
      witness.probes.dns({ server, port: 53, name: '.', type: 'NS', timeoutMs: 2000 }),
    ),
  )
  const evidence = [
    ...witnessed(witness.client, config),
    ...replies.map((reply) => shown('client', reply)),
  ]
  const good = replies.filter((reply) => reply.outcome === 'answer')
  if (good.length === replies.length) return pass(`${servers.join(', ')} answer`, evidence)
  const bad = replies
    .filter((reply) => reply.outcome !== 'answer')
    .map((reply) => reply.query.server)
  if (good.length > 0)
    return { status: 'warn', summary: `${bad.join(', ')} does not answer`, evidence }
  return fail(
    accuse('dns.unreachable', 'client', 'likely', `no name server answers: ${bad.join(', ')}`),
    evidence,
  )
}
