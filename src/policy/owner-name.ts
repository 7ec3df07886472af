/**
 * Which program has written a rule, by the names that it gives to its tables and chains. What is
 * changed among its rules is gone when it writes them again.
 */
import type { Place } from '../facts/rule-set.ts'

/** Tables that a program keeps for itself, whatever their chains are called. */
const TABLES: readonly (readonly [program: string, table: RegExp])[] = [
  ['firewalld', /^firewalld$/],
  ['fail2ban', /^f2b-table$/],
  ['Docker', /^docker-bridges$/],
  ['Podman', /^netavark$/],
  ['libvirt', /^libvirt_network$/],
  ['kube-proxy', /^kube-proxy$/],
  ['CrowdSec', /^crowdsec6?$/],
  ['wg-quick', /^wg-quick-/],
]

const CHAINS: readonly (readonly [program: string, chain: RegExp])[] = [
  ['ufw', /^ufw6?-/],
  ['fail2ban', /^f2b-/],
  // DOCKER-USER is for people.
  ['Docker', /^DOCKER(?!-USER$)(?:-|$)/],
  ['Podman', /^NETAVARK/],
  ['libvirt', /^LIBVIRT_/],
  ['Kubernetes', /^(?:KUBE|CNI)-/],
  ['Calico', /^cali-/],
  ['CrowdSec', /^CROWDSEC/],
  ['Tailscale', /^ts-(?:input|forward|postrouting)$/],
  [
    'firewalld',
    /^(?:(?:INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)_(?:ZONES|direct|POLICIES)|(?:IN|OUT|FWD[IO]?|PRE|POST)_[a-z]|RFC3964_IPv4$)/,
  ],
]

const named = (
  rows: readonly (readonly [program: string, name: RegExp])[],
  name: string,
): string | null => rows.find(([, pattern]) => pattern.test(name))?.[0] ?? null

/** The program that keeps a table of nf_tables for itself; null where people may have made it. */
export const tableOwner = (table: string): string | null => named(TABLES, table)

/** The program whose rule it is; null where people may have written it. */
export const ownerName = ({ table, chain }: Pick<Place, 'table' | 'chain'>): string | null =>
  tableOwner(table) ?? named(CHAINS, chain)
