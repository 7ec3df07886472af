/** Does what a firewall request asks for: reads the rules, walks the packet, and prints the answer. */
import { printable } from '../base/printable.ts'
import { TOOL } from '../base/version.ts'
import type { Host } from '../diagnose/host.ts'
import { hostsAddresses } from '../facts/hosts-file.ts'
import { type Asked, askAbout, type Party, type Wording } from '../policy/asked.ts'
import { type ConnectionJourney, walkConnection } from '../policy/connection.ts'
import { exceptionsTo } from '../policy/exception.ts'
import { type Offer, offersFor } from '../policy/ruling/offer.ts'
import { type FirewallReport, type Keep, reportFirewall } from '../report/firewall-report.ts'
import { familyOf } from '../wire/address.ts'
import { EXIT, UsageError } from './command.ts'
import type { FirewallRequest } from './firewall.ts'
import type { Who } from './firewall-end.ts'
import { type KnownRules, notWalked, Unknowable } from './known-rules.ts'
import type { Progress } from './progress.ts'
import type { Surroundings } from './surroundings.ts'
import { pageFor } from './terminal.ts'
import { watch } from './watch.ts'

/** What is outside of this process; a test gives its own. */
export type FirewallParts = {
  readonly openHost: (spec: string) => Promise<Host | { readonly error: string }>
  /** The addresses of a name, by the resolver of this machine; rejects where it has none. */
  readonly resolve: (name: string) => Promise<readonly string[]>
  /** The text of a file, or of stdin where it is `-`; rejects with what follows the file's name. */
  readonly readText: (path: string) => Promise<string>
}

/** The real ones, each loaded when it is needed: a file needs no host. */
export const liveFirewallParts: FirewallParts = {
  openHost: async (spec) => (await import('../host/run/open.ts')).openHost(spec, 'host', 'server'),
  resolve: async (name) => {
    const { lookup } = await import('node:dns/promises')
    return (await lookup(name, { all: true })).map(({ address }) => address)
  },
  readText: async (path) => (await import('./rule-text.ts')).readRuleText(path),
}

async function readFiles(
  { files, family }: FirewallRequest,
  parts: FirewallParts,
): Promise<KnownRules> {
  const loading = import('./rule-files.ts')
  const read = await Promise.all(
    files.map(async (path) => {
      const name = path === '-' ? 'stdin' : path
      const text = await parts.readText(path).catch((error: Error) => {
        throw new UsageError(`${name} ${error.message}`)
      })
      return { name, text }
    }),
  )
  const { parseRuleFiles } = await loading
  const found = parseRuleFiles(read, family ?? 4)
  if ('error' in found) throw new UsageError(found.error)
  return {
    machine: { ruleSets: [found], routing: null },
    source: { host: null, files: read.map(({ name }) => name) },
    keeps: null,
    hosts: [],
    gaps: [],
    notes: notWalked(found),
  }
}

type Named = { readonly party: Party; readonly notes: readonly string[] }

async function partyOf(
  who: Who,
  family: 4 | 6 | null,
  { hosts }: KnownRules,
  parts: FirewallParts,
): Promise<Named> {
  if (who.kind !== 'name') return { party: who, notes: [] }
  const { name } = who
  const own = hostsAddresses(hosts, name)
  const found =
    own.length > 0
      ? own
      : await parts.resolve(name).catch(() => {
          throw new UsageError(`${name} has no address that is known here; give the address itself`)
        })
  const fit = found.filter((one) => family === null || familyOf(one) === family)
  const [address] = [...fit].sort((a, b) => (familyOf(a) ?? 0) - (familyOf(b) ?? 0))
  if (address === undefined)
    throw new UsageError(`${name} has no IPv${family} address, but ${found.join(', ')}`)
  const by = own.length > 0 ? 'by its /etc/hosts' : 'by the resolver of this machine'
  const more = fit.length > 1 ? `, and ${fit.length - 1} more` : ''
  return { party: { kind: 'address', address }, notes: [`${name} is ${address}${more} (${by})`] }
}

async function askedOf(
  request: FirewallRequest,
  read: KnownRules,
  parts: FirewallParts,
): Promise<{ readonly asked: Asked; readonly notes: readonly string[] }> {
  const { from, to, protocol, state, inputDevice, outputDevice } = request
  // One end decides for the other what family its name is to have.
  const second = await partyOf(to.who, request.family, read, parts)
  const familyIn = ({ party }: Named): 4 | 6 | null =>
    party.kind === 'address' ? familyOf(party.address) : null
  const first = await partyOf(from.who, request.family ?? familyIn(second), read, parts)
  const wording: Wording = {
    from: first.party,
    to: second.party,
    sourcePort: from.port,
    destinationPort: to.port,
    protocol,
    state,
    family: request.family ?? familyIn(second) ?? familyIn(first) ?? 4,
    inputDevice,
    outputDevice,
  }
  const asked = askAbout(read.machine, wording)
  if ('error' in asked) throw new UsageError(asked.error)
  return { asked, notes: [...first.notes, ...second.notes] }
}

/** What addresses were invented, and for what they stand. */
function standIns({ anySource, anyDestination, packet, course }: Asked): string[] {
  const any = 'any address that no rule names'
  const own = 'the address of that host, which a file does not tell'
  return [
    ...(anySource ? [`${packet.source} stands for ${course === 'output' ? own : any}`] : []),
    ...(anyDestination
      ? [`${packet.destination} stands for ${course === 'input' ? own : any}`]
      : []),
  ]
}

/** What passes by the rules that were read is only known to pass if those are all. */
function doubted(journey: ConnectionJourney, gaps: readonly string[]): ConnectionJourney {
  const { there } = journey
  if (gaps.length === 0 || (there.verdict !== 'accepted' && there.verdict !== 'redirected'))
    return journey
  const unknowns = gaps.map((because) => ({ place: null, because }))
  const because = `by the rules that could be read it is ${there.verdict}, but not all could`
  return { ...journey, there: { ...there, verdict: 'unknown', because, unknowns } }
}

/** The exit code that goes with a verdict. */
export function exitCodeOfFate(verdict: FirewallReport['there']['verdict']): number {
  if (verdict === 'unknown') return EXIT.undecided
  return verdict === 'dropped' || verdict === 'rejected' ? EXIT.fault : EXIT.held
}

/** How what the offers change is kept, once for each tool; what an owner keeps is said there. */
function keepsOf({ keeps }: KnownRules, offers: readonly Offer[]): Keep[] {
  if (keeps === null) return []
  const isFor = (tool: 'nft' | 'iptables'): boolean =>
    offers.some((one) => one.keep === null && one.tool.replace('ip6', 'ip') === tool)
  const tools = (['nft', 'iptables'] as const).filter(isFor)
  const [first] = tools
  const isSame = tools.length > 1 && keeps.nft === keeps.iptables
  if (first !== undefined && isSame) return [{ tool: tools.join(', '), how: keeps[first] }]
  return tools.map((tool) => ({ tool, how: keeps[tool] }))
}

async function answer(
  request: FirewallRequest,
  read: KnownRules,
  parts: FirewallParts,
): Promise<FirewallReport> {
  const { asked, notes } = await askedOf(request, read, parts)
  const machine = { ruleSets: read.machine.ruleSets, routing: asked.routing }
  const walked = doubted(walkConnection(machine, asked.packet, asked.start), read.gaps)
  const offers = offersFor(read.machine, asked, walked.there, {
    rejection: request.rejection,
    redirectTo: request.redirectTo,
  })
  const told = {
    tool: TOOL,
    source: read.source,
    exceptions: exceptionsTo(read.machine, asked, walked.there),
    offers,
    keeps: keepsOf(read, offers),
    notes: [...notes, ...standIns(asked), ...read.notes],
  }
  return reportFirewall(told, asked, walked)
}

async function read(request: FirewallRequest, parts: FirewallParts): Promise<KnownRules> {
  if (request.files.length > 0) return readFiles(request, parts)
  const host = await parts.openHost(request.host)
  if ('error' in host) throw new UsageError(host.error)
  try {
    const { readHost } = await import('./firewall-host.ts')
    return await readHost(request, host)
  } finally {
    await host.close()
  }
}

type Writer = (report: FirewallReport) => string

/** What writes the answer in the form that was asked for: only that is loaded. */
async function writerFor(request: FirewallRequest, around: Surroundings): Promise<Writer> {
  if (request.json) return (await import('../report/firewall-json.ts')).formatFirewallJson
  const { formatFirewall } = await import('../report/firewall.ts')
  return (report) => formatFirewall(report, pageFor(around, request))
}

/** Answers the request; resolves to the exit code. */
export async function performFirewall(
  request: FirewallRequest,
  around: Surroundings,
  progress: Progress,
  parts: FirewallParts = liveFirewallParts,
): Promise<number> {
  const watcher = watch(request.timeoutMs, around.signal)
  try {
    const writing = writerFor(request, around)
    const working = read(request, parts).then((known) => answer(request, known, parts))
    const report = await Promise.race([working, watcher.over])
    progress.end()
    if (report === 'overdue') {
      around.err.write(
        `rungs: ${request.host} did not tell its rules within ${request.timeoutMs / 1000} s\n`,
      )
      return EXIT.undecided
    }
    const write = await writing
    around.out.write(write(report))
    return exitCodeOfFate(report.there.verdict)
  } catch (error) {
    if (!(error instanceof Unknowable)) throw error
    progress.end()
    around.err.write(`rungs: ${printable(error.message)}\n`)
    return EXIT.undecided
  } finally {
    watcher.end()
  }
}
