/** Translation of sources: which rules do it, and the remedy that adds one. */
import type { RuleSet } from '../facts/rule-set.ts'
import type { Remedy } from './diagnosis.ts'
import type { Family } from './probes.ts'
import { remedy } from './remedy.ts'
import type { Transit } from './transit.ts'

/** Whether the packet surely goes on with the source that it came with. */
export function keepsSource({ there: { journey, packet } }: Transit): boolean {
  const goesOn = journey?.verdict === 'accepted' || journey?.verdict === 'redirected'
  const isSure = !journey?.steps.some(
    ({ did, hook }) => did === 'unclear' && hook === 'postrouting',
  )
  return goesOn && isSure && journey.packet.source === packet.source
}

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
