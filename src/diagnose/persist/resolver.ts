/**
 * /etc/resolv.conf is written by somebody: systemd-resolved(8), resolvconf(8) from the options of
 * ifupdown, dhclient.conf(5), dhcpcd.conf(5). A name server that is taken out must go there.
 */
import { shellWord } from '../../base/shell-word.ts'
import { networkInterfaces } from '../../facts/network-interfaces.ts'
import { grepLines, parseNumberedLines } from '../../facts/numbered-lines.ts'
import { resolvConfOwner } from '../../facts/resolv-conf-owner.ts'
import type { Question } from '../../facts/source.ts'
import type { Inquiry } from '../host.ts'
import { deleteLines, replaceLine } from './edit.ts'
import { type Keeper, keeper } from './keeper.ts'

/** dhclient's leases that give name servers. */
const leases: Question<string> = {
  name: 'the name servers that DHCP gave',
  sources: [
    {
      argv: grepLines('domain-name-servers', ['/var/lib/dhcp', '/var/lib/dhclient']),
      package: 'isc-dhcp-client',
      parse: (output) =>
        parseNumberedLines(output)
          ?.map(({ text }) => text)
          .join('\n') ?? null,
    },
  ],
}

const SUPERSEDE =
  "in /etc/dhcp/dhclient.conf: supersede domain-name-servers OTHERS; (or mend the DHCP server's option 6)"

/** The option of ifupdown that names the server. */
async function dropOption(server: string, host: Inquiry): Promise<string | null> {
  const known = await host.ask(networkInterfaces)
  for (const { options, file } of known.known ? known.value.stanzas : [])
    for (const { name, value, line } of options) {
      const servers = value.split(/\s+/)
      if (!/^dns-nameservers?$/.test(name) || !servers.includes(server)) continue
      const rest = servers.filter((one) => one !== server)
      return rest.length === 0
        ? deleteLines(file, [line])
        : replaceLine(file, line, `    ${name} ${rest.join(' ')}`)
    }
  return null
}

async function byOwner(server: string, host: Inquiry): Promise<string | null> {
  const owner = await host.ask(resolvConfOwner)
  switch (owner.known ? owner.value : null) {
    case 'systemd-resolved':
      return `systemd-resolved writes it: resolvectl dns IF OTHERS until the next start, DNS= in /etc/systemd/resolved.conf or of the link without ${server} for good`
    case 'dhclient':
      return SUPERSEDE
    case 'dhcpcd':
      return 'in /etc/dhcpcd.conf: static domain_name_servers=OTHERS (or nooption domain_name_servers)'
    case 'wsl':
      return 'in /etc/wsl.conf: [network] generateResolvConf = false'
    case 'tailscale':
      return 'tailscale set --accept-dns=false, or mend the name servers of the tailnet'
    case 'resolvconf':
      return `resolvconf writes it: take ${shellWord(server)} out of what feeds it (resolvconf -l shows that)`
    default:
      return null
  }
}

export const resolver: Keeper = keeper(
  'systemd-resolved, resolvconf, NetworkManager, dhclient and dhcpcd as the writers of /etc/resolv.conf',
  ['no-nameserver'],
  async ({ server }, host) => {
    const [option, owned, given] = await Promise.all([
      dropOption(server, host),
      byOwner(server, host),
      host.ask(leases),
    ])
    const leased = given.known && given.value.split(/[\s,;]+/).includes(server)
    return option ?? owned ?? (leased ? SUPERSEDE : null)
  },
)
