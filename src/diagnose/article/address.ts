/** Articles on rung 3: the addresses of an interface, and the service that sets them. */
import type { ADDRESS } from '../cause/address.ts'
import type { Articles } from './article.ts'

export const ADDRESS_ARTICLES: Articles<typeof ADDRESS> = {
  'address.none': {
    meaning: [
      'The interface is up and has no address that could be used.',
      'Without one there is no route and no name server either.',
    ],
    proof: '`ip -br address` lists no global address on an interface that is up and has a carrier.',
    commands: ['dhclient IF', 'ip address add ADDRESS/LENGTH dev IF'],
    advice: 'The first where the network has DHCP, the second where addresses are given by hand.',
    apart: {
      'address.link-local-only': 'there the host gave itself an address of 169.254/16',
      'service.network-down': 'there the service that sets addresses does not run',
    },
  },
  'address.link-local-only': {
    meaning: [
      'The host asked for an address, got none, and took one of 169.254/16 by itself.',
      'It can talk to others in the same plight, and to nobody else.',
    ],
    proof: 'The only IPv4 address of the interface lies in 169.254.0.0/16.',
    commands: ['dhclient -v IF'],
    advice:
      'If it stays without an answer, look at the DHCP server, its pool and its relay, and at the VLAN of the port.',
    apart: { 'address.none': 'there is no IPv4 address at all' },
  },
  'address.wrong-prefix': {
    meaning: [
      'The prefix length of an address is wrong, so the host misjudges who is on its own link.',
      'With too short a prefix it calls for distant hosts by ARP; with too long a one it cannot reach its own gateway.',
    ],
    proof:
      'The gateway or the peer lies outside the configured prefix although it is on the link, or inside it although it is not.',
    commands: ['ip address replace ADDRESS/LENGTH dev IF'],
    advice: 'The other end, the router and the DHCP server show the length that is meant.',
    apart: {
      'link.neighbour-failed': 'there the prefix is right and the neighbour is silent',
      'route.gateway-dead': 'there the gateway is rightly on the link and does not answer',
    },
  },
  'address.not-on-server': {
    meaning: [
      'Packets reach the server, but the address they are for is on none of its interfaces, so it drops them.',
      'An address that was moved, a floating address on the other node, or an old record in the DNS leads there.',
      'Behind NAT or a load balancer a foreign address is normal and no fault.',
    ],
    proof:
      'The packets arrive, the counter `IpInAddrErrors` grows with them, no interface has the address, and no NAT rule takes it.',
    commands: ['ip address add ADDRESS/LENGTH dev IF'],
    advice: 'Or correct the name, if the service moved to another address.',
    apart: {
      'dns.wrong-answer': 'there the address belongs to another host altogether',
      'route.forwarding-off': 'there the machine is a router and should pass the packets on',
    },
  },
  'address.duplicate-detected': {
    meaning: [
      'Before it used an IPv6 address, the kernel asked whether anybody had it, and somebody did.',
      'The address stays configured and is never used.',
    ],
    proof: '`ip -6 address` shows the flag dadfailed on it (RFC 4862 §5.4).',
    commands: ['ip address del ADDRESS/LENGTH dev IF', 'ip address add OTHER/LENGTH dev IF'],
    advice:
      'A cloned machine with the same interface identifier, or a loop in the switch that returns the own question, causes this too.',
    apart: { 'link.duplicate-address': 'there both use the address and disturb each other' },
  },
  'address.ipv6-broken': {
    meaning: [
      'The name has an IPv6 address, this host tries it, and it does not work; IPv4 does.',
      'Programs that try IPv6 first hang for some seconds before they fall back, others fail.',
    ],
    proof:
      'Every IPv6 address of the target fails while an IPv4 address of the same name answers as expected.',
    commands: ['ip -6 route add default via GATEWAY dev IF'],
    advice:
      'Mend the route, the firewall or the listener for IPv6; if IPv6 is not meant to work, take the AAAA record out of the DNS.',
    apart: {
      'route.none': 'that is named where IPv4 has no route either',
      'tcp.bound-elsewhere': 'there the server listens on IPv4 only',
    },
  },
  'service.network-down': {
    meaning: [
      'The service that configures the network is stopped or has failed.',
      'Interfaces, addresses and routes that it should have set are missing.',
    ],
    proof:
      'The unit in charge (networking, NetworkManager or systemd-networkd) is inactive or failed, and what it should set is not there.',
    commands: ['systemctl start UNIT'],
    advice: 'If it fails again, `journalctl -u UNIT` names the line of its configuration.',
    apart: {
      'address.none': 'there the service runs, and gave no address',
      'link.down': 'there the service runs, and the interface was switched off by hand',
    },
  },
}
