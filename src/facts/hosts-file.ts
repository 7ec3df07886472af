/** Names that need no name server: /etc/hosts, hosts(5). */
import { familyOf } from '../wire/address.ts'
import { saysNoSuchFile } from './no-such-file.ts'
import { type Output, type Question, succeeded } from './source.ts'

/** A line of the file: an address and what it is called. */
export type HostsEntry = {
  readonly address: string
  /** The canonical name and its aliases, as written. */
  readonly names: readonly string[]
}

function parseHosts(output: Output): readonly HostsEntry[] | null {
  const lines = output.stdout.split(/\r?\n/)
  const entries = lines.flatMap((line) => {
    const [address = '', ...names] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/)
    return familyOf(address) === null || names.length === 0 ? [] : [{ address, names }]
  })
  if (entries.length > 0 || saysNoSuchFile(output)) return entries
  return succeeded(output) && lines.every((line) => /^\s*(?:#|$)/.test(line)) ? [] : null
}

/** The entries of /etc/hosts in their order; none where there is no such file. */
export const hostsFile: Question<readonly HostsEntry[]> = {
  name: 'the names in /etc/hosts',
  sources: [{ argv: ['cat', '/etc/hosts'], package: 'coreutils', parse: parseHosts }],
}

const fold = (name: string): string => name.toLowerCase().replace(/\.$/, '')

/** The addresses that the file gives `name`, in order; upper and lower case are the same. */
export function hostsAddresses(entries: readonly HostsEntry[], name: string): string[] {
  const wanted = fold(name)
  const found = entries.filter(({ names }) => names.some((one) => fold(one) === wanted))
  return [...new Set(found.map(({ address }) => address))]
}
