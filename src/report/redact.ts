/**
 * A diagnosis that can be shown to strangers: addresses, names of hosts and people, MAC addresses, keys and
 * what stands in queries are replaced, everywhere by the same, so that the report can still be followed.
 * What names nobody stays: loopback, masks, ports, public resolvers, accounts of the system.
 */
import { CAUSE_CODES } from '../diagnose/cause.ts'
import type { Diagnosis } from '../diagnose/diagnosis.ts'
import { parseAddress } from '../wire/address.ts'
import { eachText } from './page.ts'
import { addressRules } from './redact/address.ts'
import { isDomain, isHostWord, isPerson } from './redact/name.ts'
import { pseudonyms } from './redact/pseudonym.ts'
import { applyRules, type Rule } from './redact/rule.ts'

const FINGERPRINT = /\bSHA256:[A-Za-z0-9+/]{43}=?|\b(?:[0-9A-Fa-f]{2}:){15,}[0-9A-Fa-f]{2}\b/g
const UUID = /\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b/g
/** Base64 as keys are written, unlike a path: small and large letters and digits. */
const BASE64 =
  /(?<![A-Za-z0-9+/=])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{40,}={0,2}/g
const HEX = /\b[0-9A-Fa-f]{32,}\b/g

/** `user:password@` of a URL, `user@` of an address. */
const LOGIN = /(?<=:\/\/)[^\s/@'"]+(?=@)/g
const ACCOUNT =
  /(?<![A-Za-z0-9_.+-])[A-Za-z0-9_][A-Za-z0-9_.+-]*(?=@(?!\S{0,80}\.(?:service|socket|timer)\b)[A-Za-z0-9[])/g
const HOME = /(?<=\/(?:home|Users)\/)[^\s/'":]+/g
const LOGGED_USER = /(?<=\b(?:for|invalid user|user[= ]) ?)[A-Za-z_][\w.-]*(?= from )/g
const QUERY = /\?(?<=\/\/[^\s?'"]*\?)[^\s'"]+/g
const SSID = /(?<=\bSSID:? ?)[^\s,;:][^,;]*/g

/** syslog's `Nov 28 01:02:03 HOST unit[1]:` (RFC 3164 §4.1.2). */
const LOGGED_HOST = /(?<=^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )[A-Za-z0-9_][\w-]*(?= )/gm
const DOMAIN =
  /(?<![\w./@-])(?:[A-Za-z0-9_](?:[\w-]*[A-Za-z0-9_])?\.)+(?:[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9])(?![\w-])/g
const AFTER_SIGN =
  /(?<=(?:@|:\/\/))(?:[A-Za-z0-9_](?:[\w-]*[A-Za-z0-9_])?\.)+[A-Za-z][A-Za-z0-9-]*(?![\w-])/g
/** A name that was seen elsewhere, wherever it stands: in a path, or glued to something. */
const ANYWHERE =
  /(?<![\w.-])(?:[A-Za-z0-9_](?:[\w-]*[A-Za-z0-9_])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]/g
const WORD = /(?<![\w.-])[A-Za-z0-9_][\w-]*(?![\w-])/g

/** Every text of the diagnosis, a line each. */
function textsOf(diagnosis: Diagnosis): string {
  const texts: string[] = []
  eachText(diagnosis, (text) => {
    texts.push(text)
    return text
  })
  return texts.join('\n')
}

/** `db` of `netns://db`, `ssh://root@db:22` and `k8s://space/db`. */
const namesIn = (access: string): string[] =>
  access
    .replace(/^[a-z0-9+.-]+:\/\//i, '')
    .replace(/^[^@]*@/, '')
    .replace(/:\d+$/, '')
    .split('/')

/** The single words by which hosts are called. */
function hostWords({ target, client, server, routers }: Diagnosis, report: string): Set<string> {
  const named = [
    target?.host ?? '',
    client.name,
    server?.name ?? '',
    ...namesIn(server?.access ?? ''),
    ...routers.flatMap(({ name, access }) => [name, ...namesIn(access)]),
    ...[...report.matchAll(LOGGED_HOST)].map(([name]) => name),
  ]
  return new Set(named.filter((name) => isHostWord(name) && parseAddress(name) === null))
}

/** The words by which people are called. */
const userWords = (report: string): Set<string> =>
  new Set(
    [ACCOUNT, HOME, LOGGED_USER]
      .flatMap((pattern) => [...report.matchAll(pattern)].map(([name]) => name))
      .filter((name) => isPerson(name) && isHostWord(name)),
  )

/** Every domain that is recognised as one somewhere. */
const domainsIn = (
  { target }: Diagnosis,
  report: string,
  own: ReadonlySet<string>,
): ReadonlySet<string> =>
  new Set(
    [
      ...(target && /\.[^\d]/.test(target.host) ? [target.host] : []),
      ...[...report.matchAll(AFTER_SIGN)].map(([name]) => name),
      ...[...report.matchAll(DOMAIN)]
        .map(([name]) => name)
        .filter((name) => isDomain(name) && !own.has(name)),
    ].map((name) => name.toLowerCase()),
  )

function rulesFor(diagnosis: Diagnosis): Rule[] {
  const report = textsOf(diagnosis)
  const own = new Set<string>([
    ...CAUSE_CODES,
    ...[...diagnosis.findings, ...diagnosis.unknowns].map(({ id }) => id),
    ...diagnosis.verdict.remedies.map(({ turnsGreen }) => turnsGreen),
    'rungs.diagnosis',
  ])
  const key = pseudonyms(report, (index) => `key-${index}`)
  const user = pseudonyms(report, (index) => `user-${index}`)
  const domain = pseudonyms(report, (index) => `host-${index}.example`)
  const word = pseudonyms(report, (index) => `host-${index}`)
  const network = pseudonyms(report, (index) => `network-${index}`)
  const query = pseudonyms(report, (index) => `?query-${index}`)
  const seen = domainsIn(diagnosis, report, own)
  const hosts = hostWords(diagnosis, report)
  const users = userWords(report)

  const person = (name: string): string | null => (isPerson(name) ? user(name) : null)
  const named = (name: string): string | null =>
    !own.has(name) && isDomain(name) ? domain(name.toLowerCase()) : null
  return [
    { pattern: FINGERPRINT, replace: key },
    { pattern: UUID, replace: key },
    { pattern: BASE64, replace: key },
    {
      pattern: LOGIN,
      replace: (login) => person(login.replace(/:.*/s, '')) ?? login.replace(/:.*/s, ''),
    },
    { pattern: QUERY, replace: query },
    { pattern: ACCOUNT, replace: person },
    { pattern: HOME, replace: person },
    { pattern: LOGGED_USER, replace: person },
    { pattern: SSID, replace: network },
    ...addressRules(report),
    { pattern: HEX, replace: key },
    { pattern: AFTER_SIGN, replace: (name) => domain(name.toLowerCase()) },
    { pattern: DOMAIN, replace: named },
    {
      pattern: ANYWHERE,
      replace: (name) => (seen.has(name.toLowerCase()) ? domain(name.toLowerCase()) : null),
    },
    {
      pattern: WORD,
      replace: (one) => (hosts.has(one) ? word(one) : users.has(one) ? user(one) : null),
    },
  ]
}

/** The diagnosis with all of that replaced; what is the same before is the same after. */
export function redact(diagnosis: Diagnosis): Diagnosis {
  const rules = rulesFor(diagnosis)
  return eachText(diagnosis, (text) => applyRules(rules, text))
}
