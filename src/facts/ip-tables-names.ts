/**
 * The tables of iptables outside nf_tables that a network namespace has: /proc/net/ip_tables_names and
 * ip6_tables_names (net/netfilter/x_tables.c). Looking there makes none, which iptables-legacy(8) would.
 */
import type { Output, Question } from './source.ts'

/** The names of the tables of each family; none where the kernel has no such tables at all. */
export type LegacyTables = Readonly<Record<4 | 6, readonly string[]>>

const LINE = /^\/proc\/net\/(ip6?)_tables_names:(\w+)$/

/** grep ends with 1 where both are empty, with 2 where one is not there. */
function parse({ stdout, stderr, failure, code }: Output): LegacyTables | null {
  if (failure !== null || code === null || code > 2 || /denied|not permitted/i.test(stderr))
    return null
  const tables: Record<4 | 6, string[]> = { 4: [], 6: [] }
  for (const line of stdout.split('\n')) {
    const [, family, name] = LINE.exec(line.trim()) ?? []
    if (name !== undefined) tables[family === 'ip6' ? 6 : 4].push(name)
  }
  return tables
}

export const legacyTables: Question<LegacyTables> = {
  name: 'the tables of iptables outside nf_tables',
  sources: [
    {
      argv: ['grep', '-H', '.', '/proc/net/ip_tables_names', '/proc/net/ip6_tables_names'],
      package: 'grep',
      parse,
    },
  ],
}
