/** The rules of a host and what belongs to them. Who reads a file does not load what asks a host. */
import type { Host } from '../diagnose/host.ts'
import { inquire } from '../diagnose/inquiry.ts'
import { readMachine } from '../diagnose/machine.ts'
import { howToKeep } from '../diagnose/persist/persist.ts'
import { hostsFile } from '../facts/hosts-file.ts'
import type { FirewallRequest } from './firewall.ts'
import { type KnownRules, notWalked, Unknowable } from './known-rules.ts'

const namesIn = ({ from, to }: FirewallRequest): boolean =>
  [from, to].some(({ who }) => who.kind === 'name')

const explain = ({ because, needs }: { because: string; needs: string | null }): string =>
  needs === null ? because : `${because} (needs ${needs})`

/** Asks the host; throws Unknowable where none of its rules could be read. */
export async function readHost(request: FirewallRequest, host: Host): Promise<KnownRules> {
  const inquiry = inquire(host)
  const keep = (backend: 'nft' | 'iptables'): Promise<string> =>
    howToKeep({ kind: 'firewall', backend, deletes: null }, inquiry)
  const [known, hosts, nft, iptables] = await Promise.all([
    readMachine(inquiry),
    namesIn(request) ? inquiry.ask(hostsFile) : null,
    keep('nft'),
    keep('iptables'),
  ])
  const { machine, book, unknowns } = known
  const silent = book.answers.flatMap((answer) => (answer.known ? [] : [answer]))
  if (book.sets.length === 0)
    throw new Unknowable(
      `the rules of ${host.access === 'local' ? 'this host' : host.access} are not known: ${[...new Set(silent.map(explain))].join('; ')}`,
    )
  // A tool that is not there has made no rules, but legacy tables are only read where there are some.
  const isMissing = ({ needs, because }: (typeof silent)[number]): boolean =>
    needs !== null && !because.includes('legacy')
  const missing = silent.filter(isMissing)
  const failed = silent.filter((one) => !isMissing(one))
  return {
    machine,
    source: { host: host.access, files: [] },
    keeps: { nft, iptables },
    hosts: hosts?.known ? hosts.value : [],
    gaps: [...new Set(failed.map(({ because }) => because))],
    notes: [
      ...new Set(
        missing.map(
          ({ because, needs }) =>
            `${because}: rules that only it shows are not seen (needs ${needs})`,
        ),
      ),
      ...book.sets.flatMap(notWalked),
      ...unknowns.map(({ what, because }) => `${what} are not known: ${because}`),
    ],
  }
}
