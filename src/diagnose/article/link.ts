/** Articles on rung 2: the interface, its bridge or VLAN, its neighbours. */
import type { LINK } from '../cause/link.ts'
import type { Articles } from './article.ts'

export const LINK_ARTICLES: Articles<typeof LINK> = {
  'link.down': {
    meaning: [
      'The interface is switched off by configuration, although device and cable are fine.',
      'Its routes vanish with it, so that the first error that is seen is often a missing route.',
    ],
    proof: 'The flag UP is absent from `ip link show IF`.',
    commands: ['ip link set IF up'],
    advice:
      'Ask first who switched it off; and see that it comes up at the next start (`auto IF`, or the profile of NetworkManager).',
    apart: {
      'physical.no-carrier': 'there UP is set and the carrier is missing',
      'route.none': 'there the interface is up and only the route is missing',
    },
  },
  'link.bridge-port': {
    meaning: [
      'A port that should be part of a bridge is not, is part of another one, or does not forward.',
      'Virtual machines and containers behind it are cut off, while the host itself works.',
    ],
    proof:
      '`bridge link` shows the port without a master, with the wrong one, or in a state other than forwarding.',
    commands: ['ip link set IF master BRIDGE'],
    advice:
      'A port in the state listening or learning only needs its forward delay; one in blocking was shut by spanning tree, which has its reasons.',
    apart: {
      'firewall.forward-drop': 'there the port forwards, and a rule of the bridge or router drops',
      'link.vlan-mismatch': 'there the port forwards, but frames carry the wrong tag',
    },
  },
  'link.vlan-mismatch': {
    meaning: [
      'The cable is live, but both ends do not agree on the VLAN, or the switch waits for authentication.',
      'Nobody in the subnet answers, as if the host were alone in it.',
    ],
    proof:
      'The carrier is there, the next hop does not answer, and all frames that do arrive carry a tag (`tcpdump -e`); or, on a Linux bridge that can be read, the ports of the two ends have no VLAN in common (`bridge vlan show`). A port of the wrong VLAN in which all is quiet cannot be told from a dead neighbour by the host alone.',
    commands: [
      'bridge vlan add dev PORT vid VLAN pvid untagged',
      'ip link add link IF name IF.VLAN type vlan id VLAN',
    ],
    advice:
      'Compare the VLAN of the switch port with that of the interface; a port with 802.1X needs a supplicant.',
    apart: {
      'link.neighbour-failed': 'there other neighbours answer, only this one does not',
      'physical.no-carrier': 'there nothing is heard at all',
    },
  },
  'link.neighbour-failed': {
    meaning: [
      'The destination should be on the same link, and does not answer when asked for its MAC address.',
      'The host is off, has another address, or is in another network than its address says.',
      'Connections fail after about three seconds with "no route to host".',
    ],
    proof:
      '`ip neigh` shows the destination as FAILED or INCOMPLETE, while others on that link are reachable.',
    commands: [],
    advice: 'Start the host, or correct the address; `arping -I IF ADDRESS` asks once more.',
    apart: {
      'route.gateway-dead': 'there it is the gateway that does not answer, not the destination',
      'address.wrong-prefix':
        'there the destination is not really on this link, a wrong prefix length only says so',
    },
  },
  'link.neighbour-wrong': {
    meaning: [
      'The table of neighbours holds a MAC address that does not belong to the owner of the address.',
      'Frames go to a machine that ignores them, or reads them.',
      'A static entry that outlived a replaced card, or a forged ARP answer, leaves it behind.',
    ],
    proof:
      'An entry of `ip neigh`, often PERMANENT, differs from the MAC that the owner answers when it is asked afresh.',
    commands: ['ip neigh del ADDRESS dev IF'],
    advice:
      'If the wrong entry comes back, somebody answers for that address: see link.duplicate-address.',
    apart: {
      'link.duplicate-address': 'there two machines answer, and the entry changes by itself',
      'link.neighbour-failed': 'there nobody answers',
    },
  },
  'link.duplicate-address': {
    meaning: [
      'Two machines use the same address, and the network reaches now the one, now the other.',
      'Connections are refused, reset or end at a stranger, and a minute later they work.',
    ],
    proof: 'Two different MAC addresses answer one question for the address (`arping -d`).',
    commands: ['arping -D -I IF ADDRESS'],
    advice: 'Give one of the two another address, and take the static one out of the DHCP range.',
    apart: {
      'link.neighbour-wrong': 'there one machine answers, and an old entry points elsewhere',
      'address.duplicate-detected': 'there IPv6 noticed it by itself and does not use the address',
    },
  },
  'link.checksum': {
    meaning: [
      'Packets arrive with wrong checksums, and are dropped without a word.',
      'Checksum offload that does not work, mostly in virtual networks and tunnels, leaves them wrong at the sender; a middlebox or a rule that rewrites packets makes them wrong on the way.',
    ],
    proof:
      'Counters such as `TcpInCsumErrors`, `UdpInCsumErrors` or `IpExtInCsumErrors` grow with the probes where these arrive. Where another port of the same host is heard, the cards are right and something between rewrites. Wrong checksums in a capture on the sender prove nothing: there the card has yet to fill them in.',
    commands: ['ethtool -K IF tx off'],
    advice:
      'Run it on the sender; then look for a newer driver, since without offload it costs processor time. On the way, look for rules that set fields of packets.',
    apart: { 'physical.errors': 'there the frame itself is damaged, and the interface counts it' },
  },
}
