/** Articles on rung 3: addresses and ports that are rewritten on the way. */
import type { NAT } from '../cause/nat.ts'
import type { Articles } from './article.ts'

export const NAT_ARTICLES: Articles<typeof NAT> = {
  'nat.no-masquerade': {
    meaning: [
      'Packets leave with a private source address, so that no answer can find its way back.',
      'The rule that should rewrite the source is missing, or names another interface or network.',
    ],
    proof:
      'On the outer interface of the router, packets show a private source address; no source NAT rule matches them.',
    commands: ['nft add rule ip nat postrouting oifname IF masquerade'],
    advice:
      'Container and VPN software set such a rule; a reload of the firewall may have removed it.',
    apart: {
      'firewall.forward-drop': 'there nothing leaves the router',
      'firewall.path-drop': 'there the packets leave with a public source and vanish later',
    },
  },
  'nat.wrong-target': {
    meaning: [
      'A port forwarding exists, and leads to the wrong host or the wrong port.',
      'The connection is refused there, or another service answers.',
    ],
    proof:
      'The DNAT or REDIRECT rule counts the packets, and what it leads to is not the service that is meant.',
    commands: ['nft replace rule FAMILY TABLE CHAIN handle HANDLE RULE'],
    advice:
      'Containers get new addresses when they are made anew; a forwarding by hand then points at the old one.',
    apart: {
      'firewall.redirect': 'there the rule was not meant for this traffic, and captures it',
      'tcp.no-listener': 'there the target is right, and nothing listens',
    },
  },
  'nat.hairpin': {
    meaning: [
      'The public address works from outside, and fails from inside the same network.',
      'The answer takes the direct way to the client, which expects it from the public address and refuses it.',
    ],
    proof:
      'A client outside reaches the address, one inside does not, and the router has no source NAT for traffic that goes back where it came from.',
    commands: ['nft add rule ip nat postrouting ip saddr NET ip daddr SERVER masquerade'],
    advice: 'Or let the DNS give the inner address inside (split horizon), which saves the detour.',
    apart: { 'nat.wrong-target': 'there it fails from outside as well' },
  },
  'nat.conntrack-full': {
    meaning: [
      'The table of tracked connections is full, and packets of new ones are dropped.',
      'Existing connections go on, so that the trouble seems to choose its victims by chance.',
    ],
    proof:
      '`nf_conntrack_count` has reached `nf_conntrack_max`, and the drops in `conntrack -S` or the line "table full, dropping packet" of the kernel log grow.',
    commands: ['sysctl -w net.netfilter.nf_conntrack_max=NUMBER'],
    advice:
      'Then find who fills it: `conntrack -L` by source; a scan or a leak of connections returns otherwise.',
    apart: {
      'firewall.path-drop': 'there existing connections suffer as well',
      'tcp.accept-queue-full': 'there only one service is affected',
    },
  },
}
