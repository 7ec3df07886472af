/** Articles on rung 3: where packets are sent, and where they are sent back. */
import type { ROUTE } from '../cause/route.ts'
import type { Articles } from './article.ts'

export const ROUTE_ARTICLES: Articles<typeof ROUTE> = {
  'route.none': {
    meaning: [
      'The routing table has no entry for the destination, and no default route.',
      'The error "network is unreachable" comes at once, and nothing is sent.',
    ],
    proof:
      'The connect fails with ENETUNREACH in no time, and `ip route get ADDRESS` says that it is unreachable.',
    commands: ['ip route add default via GATEWAY'],
    advice: 'A single network needs its own route: `ip route add PREFIX via GATEWAY`.',
    apart: {
      'route.rejecting': 'there a route exists, of a type that refuses',
      'route.dead-end': 'there this host has a route, and a router further on has none',
    },
  },
  'route.rejecting': {
    meaning: [
      'A route of the type blackhole, unreachable or prohibit covers the destination.',
      'Somebody set it on purpose: an administrator, a VPN, or a routing daemon that withdrew a network.',
    ],
    proof:
      'The connect fails at once with EINVAL (blackhole), EHOSTUNREACH (unreachable) or EACCES (prohibit), and `ip route` lists a route of that type.',
    commands: ['ip route del TYPE PREFIX'],
    advice: 'Ask why it is there: traffic that it was meant to stop will pass.',
    apart: {
      'firewall.egress-reject':
        'there the error comes from a rule, and the route is an ordinary one',
      'route.none': 'there no route covers the destination',
    },
  },
  'route.gateway-dead': {
    meaning: [
      'The next hop does not answer when asked for its MAC address, so nothing gets beyond the own link.',
      'The gateway is down, or its address is not the one in the route.',
    ],
    proof:
      'The neighbour entry of the gateway is FAILED or INCOMPLETE, or it stays silent when asked afresh although an old entry still looks alive.',
    commands: ['ip route replace default via GATEWAY'],
    advice: 'If the address in the route is right, the gateway itself has to be looked at.',
    apart: {
      'link.neighbour-failed': 'there the silent neighbour is the destination itself',
      'firewall.path-drop': 'there the gateway answers, and packets vanish behind it',
    },
  },
  'route.wrong-egress': {
    meaning: [
      'Packets leave by another interface than the one by which the destination can be reached.',
      'A VPN, a metric or a policy rule prefers the wrong one.',
    ],
    proof:
      '`ip route get ADDRESS` names an interface or source by which the destination fails, and by another one it answers.',
    commands: ['ip route replace PREFIX via GATEWAY dev IF'],
    advice:
      'Where a policy rule decides, `ip rule del RULE` is the remedy; `ip rule` lists them in the order in which they are asked.',
    apart: {
      'route.overlap': 'there the wrong interface has a network of its own that covers the target',
      'route.gateway-dead': 'there no other interface works either',
    },
  },
  'route.overlap': {
    meaning: [
      'A network on this host, such as that of a container bridge or a VPN, covers the address of the target.',
      'Packets for the distant server stay on the host and find nobody.',
    ],
    proof:
      '`ip route get ADDRESS` chooses a local bridge or tunnel whose prefix contains the remote address.',
    commands: ['ip route add ADDRESS via GATEWAY'],
    advice:
      'That helps for one host; for good, give the local network another prefix (for docker: `default-address-pools`).',
    apart: {
      'route.wrong-egress': 'there an ordinary route or rule decides, not a network of the host',
      'link.neighbour-failed': 'there the target really belongs to that link',
    },
  },
  'route.return-missing': {
    meaning: [
      'The packets arrive, but the server has no usable way back to the client.',
      'To the client this looks exactly like a firewall that drops: silence.',
    ],
    proof:
      'SYNs arrive and no answer leaves: `IpOutNoRoutes` grows with them, or `TcpExtIPReversePathFilter` does while no route back exists, or the return gateway is INCOMPLETE.',
    commands: ['ip route add CLIENT/LENGTH via GATEWAY'],
    advice: 'On the server; `ip route get CLIENT` shows what it has.',
    apart: {
      'firewall.ingress-drop': 'there a rule counts the packets, and the route back exists',
      'route.reverse-path-filter': 'there a route back exists, by another interface',
      'route.asymmetric': 'there the answer leaves, and is lost on another way',
    },
  },
  'route.asymmetric': {
    meaning: [
      'The request comes by one way and the answer goes by another, where something drops it.',
      'Stateful firewalls on the second way never saw the request and take the answer for a stray.',
    ],
    proof:
      'SYNs come in on one interface, SYN-ACKs leave by another, and the client never gets them.',
    commands: ['ip rule add from ADDRESS table TABLE'],
    advice: 'The table needs a default route by the interface on which the requests arrive.',
    apart: {
      'route.return-missing': 'there no answer leaves',
      'route.reverse-path-filter': 'there the server drops the request itself',
    },
  },
  'route.reverse-path-filter': {
    meaning: [
      'The kernel drops packets whose source it would answer by another interface (RFC 3704, strict mode).',
      'Hosts with two networks, and routers with more than one way, trip over it.',
    ],
    proof:
      '`TcpExtIPReversePathFilter` grows with the packets sent, and a route back to the client exists by another interface.',
    commands: ['sysctl -w net.ipv4.conf.IF.rp_filter=2'],
    advice:
      'Loose mode (2) still refuses sources that no route leads to; the larger of the values for `all` and for the interface counts.',
    apart: {
      'route.return-missing': 'the same counter grows, but no route back exists',
      'firewall.ingress-drop': 'there a rule counts the packets',
    },
  },
  'route.forwarding-off': {
    meaning: [
      'A machine that should pass packets on is not set up as a router, and drops them.',
      'It answers ping itself, and nothing behind it does.',
    ],
    proof:
      '`net.ipv4.ip_forward` (or `net.ipv6.conf.all.forwarding`) is 0 on that machine, and `IpInAddrErrors` grows with the packets.',
    commands: ['sysctl -w net.ipv4.ip_forward=1'],
    advice:
      'Container and VPN software sets it at its start; a later `sysctl --system` may reset it.',
    apart: {
      'firewall.forward-drop': 'there forwarding is on, and a rule drops',
      'route.dead-end': 'there the router forwards, and says that it has no route',
    },
  },
  'route.loop': {
    meaning: [
      'Two or more routers send the packets to each other until their hop limit is used up.',
      'Mostly a static or summary route points back to where the packets came from.',
    ],
    proof:
      'The same routers come again in a trace, and ICMP time exceeded comes back for packets with a full TTL.',
    commands: ['traceroute -n ADDRESS'],
    advice:
      'The routers that repeat are the place; one of them has to learn the real way, or a discard route for what it does not use.',
    apart: { 'route.dead-end': 'there the trace ends at one router instead of going round' },
  },
  'route.dead-end': {
    meaning: [
      'A router on the way has no route to the destination.',
      'It may say so by ICMP, or drop the packets in silence.',
    ],
    proof:
      'ICMP unreachable (3/0, 3/1, or IPv6 1/0) comes from a router, or no hop behind it ever answers.',
    commands: ['ip route add PREFIX via GATEWAY'],
    advice: 'On the router that the trace ends at, or by its owner, who needs the trace.',
    apart: {
      'firewall.path-reject': 'there the ICMP code is of a filtering kind (3/9, 3/10, 3/13)',
      'route.forwarding-off': 'there the machine does not forward at all',
    },
  },
}
