/**
 * Rules are loaded at boot by nftables.service from /etc/nftables.conf, by netfilter-persistent(8)
 * or by the distribution's own service. What ufw, firewalld or fail2ban own is said where their
 * rule is mended (policy/rule-owner.ts).
 */
import { grepLines, type NumberedLine, parseNumberedLines } from '../../facts/numbered-lines.ts'
import { present } from '../../facts/present.ts'
import type { Question } from '../../facts/source.ts'
import type { Inquiry } from '../host.ts'
import { deleteLines } from './edit.ts'
import { enable } from './init.ts'
import { type Keeper, keeper } from './keeper.ts'

/** Debian's and Arch's, Red Hat's, Alpine's. */
const NFT_FILES = ['/etc/nftables.conf', '/etc/sysconfig/nftables.conf', '/etc/nftables.nft']

/** Who saves the rules of iptables, and by which command. */
const IPTABLES: readonly (readonly [path: string, command: string])[] = [
  ['/usr/sbin/netfilter-persistent', 'netfilter-persistent save'],
  ['/etc/sysconfig/iptables', 'service iptables save'],
  ['/etc/init.d/iptables', 'rc-service iptables save'],
]

const there = present([...NFT_FILES, ...IPTABLES.map(([path]) => path)])

const nftFile = (file: string): Question<readonly NumberedLine[]> => ({
  name: `the rules in ${file}`,
  sources: [{ argv: grepLines('', [file]), package: 'nftables', parse: parseNumberedLines }],
})

/** The words of a rule without what only a listing has: its counts and its handle. */
const bare = (rule: string): string =>
  rule
    .replace(/ ?# handle \d+$/, '')
    .replace(/counter packets \d+ bytes \d+/, 'counter')
    .trim()
    .replace(/\s+/g, ' ')

async function keepNft(file: string, deletes: string | null, host: Inquiry): Promise<string> {
  const [lines, enabled] = await Promise.all([host.ask(nftFile(file)), enable('nftables', host)])
  const same =
    lines.known && deletes !== null
      ? lines.value.filter(({ text }) => bare(text) === bare(deletes))
      : []
  const [only] = same
  const edit =
    only && same.length === 1
      ? deleteLines(file, [only.line])
      : `make the same change in ${file}, or save what runs: { echo 'flush ruleset'; nft list ruleset; } > ${file}`
  return enabled && /^systemctl|^rc-update|^update-rc/.test(enabled) ? `${edit}; ${enabled}` : edit
}

export const firewall: Keeper = keeper(
  '/etc/nftables.conf, netfilter-persistent and the services iptables and nftables',
  ['firewall'],
  async ({ backend, deletes }, host) => {
    const found = await host.ask(there)
    if (!found.known) return null
    if (backend !== 'nft') return IPTABLES.find(([path]) => found.value.has(path))?.[1] ?? null
    const file = NFT_FILES.find((path) => found.value.has(path))
    return file ? keepNft(file, deletes, host) : null
  },
)
