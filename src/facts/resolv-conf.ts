/**
 * How names are resolved: /etc/resolv.conf, resolv.conf(5), read as glibc does (resolv/res_init.c,
 * resolv/res_query.c). Keywords begin in the first column; an unknown line means nothing.
 */
import { familyOf } from '../wire/address.ts'
import { saysNoSuchFile } from './no-such-file.ts'
import { type Output, type Question, succeeded } from './source.ts'

/** The configuration of the resolver library. */
export type ResolverConfig = {
  /**
   * The servers asked, in order. Without any (or without the file) glibc asks 127.0.0.1, which is
   * not put in here: the list is empty then.
   */
  readonly nameservers: readonly string[]
  /** Domains that are tried behind a short name; without any glibc takes the host's own domain. */
  readonly search: readonly string[]
  /** A name with at least this many dots is asked as it is first. */
  readonly ndots: number
  readonly timeoutSeconds: number
  readonly attempts: number
  readonly rotate: boolean
  readonly useTcp: boolean
  /** True when a server is 127.0.0.53 or 127.0.0.54, where systemd-resolved answers. */
  readonly stub: boolean
}

/** MAXNS of resolv.h: a fourth name server is never asked. */
const MOST_NAMESERVERS = 3
/** RES_MAXNDOTS, RES_MAXRETRANS and RES_MAXRETRY of resolv.h cap the options. */
const MOST_DOTS = 15
const LONGEST_TIMEOUT_SECONDS = 30
const MOST_ATTEMPTS = 5

const LINE = /^(nameserver|domain|search|options)[ \t]+(\S.*)$/
const COMMENT = /^[;#]/
const STUBS = ['127.0.0.53', '127.0.0.54']

type Draft = { -readonly [field in keyof ResolverConfig]: ResolverConfig[field] }

/** RES_DFLRETRY (2) and RES_TIMEOUT (5 s) of resolv.h. */
const defaults = (): Draft => ({
  nameservers: [],
  search: [],
  ndots: 1,
  timeoutSeconds: 5,
  attempts: 2,
  rotate: false,
  useTcp: false,
  stub: false,
})

function setOption(config: Draft, option: string): void {
  const [, name, digits] = /^(ndots|timeout|attempts):(\d{1,9})/.exec(option) ?? []
  if (name === 'ndots') config.ndots = Math.min(Number(digits), MOST_DOTS)
  else if (name === 'timeout')
    config.timeoutSeconds = Math.min(Number(digits), LONGEST_TIMEOUT_SECONDS)
  else if (name === 'attempts') config.attempts = Math.min(Number(digits), MOST_ATTEMPTS)
  else if (option === 'rotate') config.rotate = true
  else if (option === 'use-vc') config.useTcp = true
}

function setLine(config: Draft, keyword: string, words: readonly string[]): void {
  const [first = ''] = words
  if (keyword === 'nameserver') {
    const address = first.split(/[;#]/, 1)[0] ?? ''
    if (familyOf(address) !== null) config.nameservers = [...config.nameservers, address]
  } else if (keyword === 'domain') config.search = [first]
  else if (keyword === 'search') config.search = words
  else for (const option of words) setOption(config, option)
}

function parseConfig(output: Output): ResolverConfig | null {
  if (saysNoSuchFile(output)) return defaults()
  const lines = output.stdout.split(/\r?\n/)
  const config = defaults()
  let known = succeeded(output) && output.stdout.trim() === ''
  for (const line of lines) {
    known ||= COMMENT.test(line)
    const [, keyword, rest] = LINE.exec(line) ?? []
    if (keyword === undefined || rest === undefined) continue
    known = true
    if (config.nameservers.length < MOST_NAMESERVERS || keyword !== 'nameserver')
      setLine(config, keyword, rest.trim().split(/[ \t]+/))
  }
  if (!known) return null
  return { ...config, stub: config.nameservers.some((server) => STUBS.includes(server)) }
}

/** The resolver's configuration; defaults without servers where the file is missing or empty. */
export const resolverConfig: Question<ResolverConfig> = {
  name: 'the name servers',
  sources: [{ argv: ['cat', '/etc/resolv.conf'], package: 'coreutils', parse: parseConfig }],
}

/** The full names that glibc asks for `name`, in order, without a dot at the end. */
export function candidateNames(
  name: string,
  config: Pick<ResolverConfig, 'search' | 'ndots'>,
): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)].filter(Boolean)
  if (name === '') return []
  const domains = config.search.map((domain) => domain.replace(/\.$/, ''))
  const searched = domains.map((domain) => (domain === '' ? name : `${name}.${domain}`))
  const dots = name.split('.').length - 1
  return [...new Set(dots >= config.ndots ? [name, ...searched] : [...searched, name])]
}
