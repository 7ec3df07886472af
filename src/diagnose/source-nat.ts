/** Translation of sources: which rules do it, and the remedy that adds one. */
import type { RuleSet } from '../facts/rule-set.ts'
import { matches } from '../policy/match.ts'
import type { Packet } from '../policy/packet.ts'
import type { Remedy } from './diagnosis.ts'
import type { Family } from './probes.ts'
import { remedy } from './remedy.ts'

/** Whether a rule would translate the packet's source; what leads to it is taken to be followed. */
export const translatesSource = (sets: readonly RuleSet[], packet: Packet): boolean =>
  sets.some(({ chains }) =>
    chains.some(({ rules }) =>
      rules.some(
        (rule) =>
          /^(masquerade|snat)$/.test(rule.verdict.kind) && matches(rule, packet).answer !== 'no',
      ),
    ),
  )

/** What is to be masqueraded, in the words of both tools. */
export type Masqueraded = { readonly nft: string; readonly iptables: string }

/** Masquerading by iptables where the host has rules of it, else by nft. */
export function masquerade(
  host: string,
  family: Family,
  sets: readonly RuleSet[],
  what: Masqueraded,
  about: { readonly why: string; readonly risk: string; readonly turnsGreen: string },
): Remedy {
  const byIptables = sets.some(({ chains }) =>
    chains.some(({ backend, rules }) => backend !== 'nft' && rules.length > 0),
  )
  const [tool, table] = family === 4 ? ['iptables', 'ip nat'] : ['ip6tables', 'ip6 nat']
  const chain = `${table} rungs_masquerade`
  return remedy({
    host,
    ...about,
    ...(byIptables
      ? {
          command: `${tool} -t nat -A POSTROUTING ${what.iptables} -j MASQUERADE`,
          undo: `${tool} -t nat -D POSTROUTING ${what.iptables} -j MASQUERADE`,
          persist: 'netfilter-persistent save (package iptables-persistent)',
        }
      : {
          command: `nft add table ${table} && nft add chain ${chain} '{ type nat hook postrouting priority 100; }' && nft add rule ${chain} ${what.nft} masquerade`,
          undo: `nft flush chain ${chain} && nft delete chain ${chain}`,
          persist: 'the same rule in /etc/nftables.conf',
        }),
  })
}
