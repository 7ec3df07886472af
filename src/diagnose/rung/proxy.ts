/**
 * Rung 5: the proxy. Where the environment names one for the target, programs take it and people
 * see what it gives; the check goes both ways, and what works beside what fails tells them apart.
 * Where none is named for it and the direct way fails, one that is set for something else is tried.
 */
import { shellWord } from '../../base/shell-word.ts'
import { explainStatus } from '../../dialog/http.ts'
import { namedProxies } from '../../facts/proxy-environment.ts'
import { proxySettings } from '../../facts/proxy-settings.ts'
import { type Accusation, type Check, pass, placeOn, type Ruling, shown, skip } from '../check.ts'
import type { Evidence, Remedy, Side } from '../diagnosis.ts'
import { type Detour, formatProxy, leadsThere, parseProxy } from '../proxy.ts'
import { remedy } from '../remedy.ts'
import { holds, speaksHttp, type Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

export const proxy: Check = {
  id: 'session.proxy',
  layer: 5,
  question: 'Does the way by the proxy lead there?',
  on: ['client'],
  rule: async (witness) => {
    const { target } = witness
    if (!target || !speaksHttp(target.scheme)) return skip('no web target')
    const detour = await witness.detour()
    if (!detour) return undemanded(witness)
    const { last } = await witness.visits()
    const direct = last !== null && holds(last) ? last : null
    const who = detour.proxy ? formatProxy(detour.proxy) : detour.named.value
    if (!leadsThere(detour)) return broken(detour, who, direct, target.host)
    const beside = direct ? 'so does the direct way' : 'directly nothing answers as expected'
    return pass(`${detour.named.variable} names the proxy ${who}, which leads there; ${beside}`, [
      ...evidenceOf(detour),
    ])
  },
}

/** What was said to the proxy and by it. */
function evidenceOf({ lookup, connect, visit }: Detour): Evidence[] {
  const { exchange } = visit ?? {}
  const told = exchange?.reply
    ? { command: exchange.reply.command, lines: exchange.reply.lines.slice(0, 8) }
    : exchange?.connect
  return [lookup, connect, told, exchange?.tls].flatMap((one) =>
    one ? [shown('client', one)] : [],
  )
}

type Reason = Pick<Accusation, 'cause' | 'side' | 'because'> & {
  /** The proxy works and could not get further: the server may be to blame as well. */
  readonly beyond?: boolean
}

const ofProxy = (side: Side, because: string, beyond = false): Reason => ({
  cause: 'proxy.broken',
  side,
  because,
  beyond,
})

/** Why the way by the proxy does not lead there. */
function reasonOf({ proxy: known, lookup, connect, visit }: Detour, who: string): Reason | null {
  if (!known) return ofProxy('client', `${who} is no address of a proxy`)
  if (lookup && lookup.addresses.length === 0)
    return ofProxy('client', `the proxy ${who} does not resolve (${lookup.errno})`)
  const attempt = connect ?? visit?.exchange.connect
  if (attempt && attempt.outcome !== 'connected')
    return ofProxy('client', `the proxy ${who} is ${describe(attempt.outcome)}`)
  if (!visit) return null
  const { code, told, exchange } = visit
  const { tls } = exchange
  if (code === 407) return ofProxy('client', `the proxy ${who} wants a user and a password (407)`)
  if (visit.stage === 'silent')
    return ofProxy('path', `the proxy ${who} accepts and says nothing`, true)
  if (visit.stage === 'closed') return ofProxy('path', `the proxy ${who} closes without a word`)
  if (told?.byProxy) {
    const said = `the proxy ${who} answers CONNECT with ${code}: ${explainStatus(code ?? 0)}`
    return ofProxy('path', said, (code ?? 0) >= 500)
  }
  if (tls && visit.stage === 'tls')
    return {
      cause: 'tls.intercepted',
      side: 'path',
      because: `by the proxy ${who} another certificate is served: ${tls.chain[0]?.subject ?? 'none'}, issued by ${tls.chain[0]?.issuer ?? 'nobody'}`,
      beyond: true,
    }
  return ofProxy(
    'path',
    `by the proxy ${who} the answer is ${code === null ? visit.stage : `${code} (${explainStatus(code)})`}`,
    true,
  )
}

const WORDS: Readonly<Record<string, string>> = {
  refused: 'refusing connections',
  timeout: 'silent',
  unreachable: 'not reachable',
}
const describe = (outcome: string): string => WORDS[outcome] ?? `not to be had (${outcome})`

/** Programs get nothing by the proxy; whether it is to blame, the direct way tells. */
function broken(detour: Detour, who: string, direct: Visit | null, host: string): Ruling {
  const reason = reasonOf(detour, who)
  const { variable } = detour.named
  const evidence = evidenceOf(detour)
  if (!reason)
    return {
      status: 'warn',
      summary: `${variable} names ${who}, of a kind that is not spoken here`,
      evidence,
    }
  const because = `${variable} sends programs by a proxy: ${reason.because}${direct ? '; directly the server answers' : ''}`
  if (reason.beyond && !direct) return { status: 'warn', summary: because, evidence }
  const accusation: Accusation = {
    cause: reason.cause,
    side: reason.side,
    weight: 'proven',
    because,
    place: placeOn(reason.side),
    blocks: true,
    remedies: direct ? bypass(variable, host) : [],
    tellApart: {
      host: 'client',
      command: `curl -v --noproxy '*' ${shellWord(`${direct?.errand.scheme ?? 'https'}://${host}/`)}`,
      shows: 'an answer, where with the proxy there is none',
    },
  }
  return { status: 'fail', summary: because, evidence, accuses: [accusation] }
}

/** The direct way for this one host. */
const bypass = (variable: string, host: string): Remedy[] => [
  remedy({
    host: 'client',
    command: `export no_proxy="\${no_proxy:+$no_proxy,}"${shellWord(host)}`,
    why: `directly the server answers, by the proxy of ${variable} it does not`,
    risk: 'what the proxy was to filter or log for this host passes it by',
    undo: `unset no_proxy`,
    persist: `where ${variable} is set: /etc/environment, /etc/profile.d or the unit of the program`,
    turnsGreen: 'session.proxy',
  }),
]

/** More proxies than this are not tried. */
const MOST_TRIED = 3

/** No proxy is named for this target: one that is set for something else may be what is missing. */
async function undemanded(witness: Witness): Promise<Ruling> {
  const none = pass('none is named for this target')
  const { target } = witness
  const { last } = await witness.visits()
  if (!target || (last && last.stage !== 'connect')) return none
  const files = await witness.client.ask(proxySettings)
  const all = [...namedProxies(witness.probes.environment), ...(files.known ? files.value : [])]
  const others = all.filter(
    (one, at) => parseProxy(one) && all.findIndex(({ value }) => value === one.value) === at,
  )
  const tried = await Promise.all(others.slice(0, MOST_TRIED).map((one) => witness.detourBy(one)))
  const good = tried.find(leadsThere)
  return good?.proxy ? required(target.scheme, good, formatProxy(good.proxy)) : none
}

function required(scheme: string, good: Detour, who: string): Ruling {
  const { variable, value } = good.named
  const because = `directly nothing answers, and by the proxy ${who} (${variable}) the server does; for ${scheme} no proxy is set`
  const own = `${scheme}_proxy`
  return {
    status: 'fail',
    summary: because,
    evidence: evidenceOf(good),
    accuses: [
      {
        cause: 'proxy.required',
        side: 'client',
        weight: 'proven',
        because,
        place: placeOn('client'),
        remedies: [
          remedy({
            host: 'client',
            command: `export ${own}=${shellWord(value)}`,
            why: `programs find no proxy for ${scheme}, and only the proxy leads there`,
            undo: `unset ${own}`,
            persist: `echo ${shellWord(`${own}=${value}`)} >> /etc/environment`,
            turnsGreen: 'session.proxy',
          }),
        ],
      },
    ],
  }
}
