/** Articles on rung 4: packet filters on both ends and between them. */
import type { FIREWALL } from '../cause/firewall.ts'
import type { Articles } from './article.ts'

export const FIREWALL_ARTICLES: Articles<typeof FIREWALL> = {
  'firewall.egress-drop': {
    meaning: [
      'A rule of the sender’s own firewall drops the packets before they leave.',
      'It looks like a dead server: nothing comes back, since nothing was sent.',
    ],
    proof:
      'The socket is in SYN-SENT, the counter of a rule in the output path grows with the packets, and nothing shows on the wire.',
    commands: ['nft delete rule FAMILY TABLE CHAIN handle HANDLE'],
    advice:
      'Or insert an exception before it: `nft insert rule FAMILY TABLE CHAIN position HANDLE tcp dport PORT accept`.',
    apart: {
      'firewall.path-drop': 'there the packets leave the host',
      'firewall.egress-reject': 'there an error comes at once',
    },
  },
  'firewall.egress-reject': {
    meaning: [
      'A rule of the sender’s own firewall refuses the packets, and the program gets an error at once.',
      'Depending on the rule it reads "connection refused", "host unreachable" or "permission denied".',
    ],
    proof: 'The error comes without anything on the wire, and the rule’s counter grows.',
    commands: ['nft delete rule FAMILY TABLE CHAIN handle HANDLE'],
    advice: 'The error alone misleads: "refused" here does not come from the server.',
    apart: {
      'route.rejecting': 'there a route refuses, not a rule',
      'tcp.no-listener': 'there the refusal comes from the server',
    },
  },
  'firewall.ingress-drop': {
    meaning: [
      'The packets arrive at the receiver, and its firewall drops them without an answer.',
      'A rule does it, or the policy of a chain that lets only known ports in.',
    ],
    proof:
      'The interface receives as many packets as were sent, the rule (or the policy, with no rule that accepts) counts them, and no socket sees them.',
    commands: ['nft delete rule FAMILY TABLE CHAIN handle HANDLE'],
    advice:
      'Where a policy drops, an exception is missing: `nft insert rule FAMILY TABLE CHAIN tcp dport PORT accept`, or `ufw allow PORT/tcp`, or `firewall-cmd --add-port=PORT/tcp`.',
    apart: {
      'firewall.path-drop': 'there the packets never reach the server',
      'route.return-missing': 'there they are accepted, and the answer has no way back',
      'tcp.accept-queue-full': 'there the socket sees them and has no room',
    },
  },
  'firewall.ingress-reject': {
    meaning: [
      'The server’s own firewall answers the packets with an ICMP error.',
      'Clients read "connection refused" or "no route to host", sometimes only after a second.',
    ],
    proof:
      'ICMP 3/x (IPv6 1/x) comes from the server itself, a socket listens on the port, and the rule’s counter grows.',
    commands: ['nft delete rule FAMILY TABLE CHAIN handle HANDLE'],
    advice:
      'The default rule at the end of a chain often does it; then an exception belongs before it.',
    apart: {
      'tcp.no-listener': 'there no socket listens',
      'firewall.path-reject': 'there the ICMP error comes from a router',
    },
  },
  'firewall.ingress-reset': {
    meaning: [
      'The server’s firewall answers with a TCP reset, as a closed port would.',
      'From outside the two cannot be told apart with certainty.',
    ],
    proof:
      'A socket listens on the port, the SYN is answered by RST, and the counter of a rule `reject with tcp reset` grows; the kernel reports no reset of its own.',
    commands: ['nft delete rule FAMILY TABLE CHAIN handle HANDLE'],
    advice:
      'The kernel’s own reset reflects the TOS of the SYN, that of nftables carries 0: a hint for who sees only the wire.',
    apart: {
      'tcp.no-listener': 'there no socket listens',
      'firewall.path-reset': 'there the server never saw the SYN',
    },
  },
  'firewall.forward-drop': {
    meaning: [
      'A firewall that forwards drops the packets: a router, or the host of a container or virtual machine.',
      'On a container host, published ports pass FORWARD and DOCKER-USER, not INPUT.',
    ],
    proof:
      'On that machine a rule of the forward path counts the packets, and they do not leave by the other interface.',
    commands: ['nft delete rule FAMILY TABLE CHAIN handle HANDLE'],
    advice:
      'Or an exception: `iptables -I DOCKER-USER -p tcp --dport PORT -j ACCEPT` on a docker host.',
    apart: {
      'firewall.path-drop': 'that is named where the router cannot be read',
      'route.forwarding-off': 'there the machine does not forward at all',
    },
  },
  'firewall.path-drop': {
    meaning: [
      'The packets leave the client and never reach the server; something between them swallows them.',
      'It is a device that cannot be asked: a provider, a cloud’s security group, a company firewall.',
    ],
    proof:
      'The packets are counted on the way out, and a capture or the counters of the server’s interface show that they do not arrive.',
    commands: ["tcpdump -ni any 'host CLIENT and port PORT'"],
    advice:
      'Run it on the server: silence there is the proof that the owner of the path needs, together with a trace. Without access to the server this is a guess.',
    apart: {
      'firewall.ingress-drop': 'there the packets arrive',
      'route.dead-end': 'there nothing at all passes, on no port',
    },
  },
  'firewall.forward-reject': {
    meaning: [
      'A router or container host that can be read refuses the packets by a rule.',
      'Its answer, an ICMP error or a reset, may be taken for one of the server.',
    ],
    proof:
      'A rule in its forward path that rejects counts the packets, and the error carries its address or its TTL.',
    commands: ['nft delete rule FAMILY TABLE CHAIN handle HANDLE'],
    advice: 'Or an exception before it.',
    apart: {
      'firewall.path-reject': 'that is named where the router cannot be read',
      'firewall.ingress-reject': 'there the server itself rejects',
    },
  },
  'firewall.path-reject': {
    meaning: [
      'A machine between the two answers that this traffic is not allowed.',
      'It says so by an ICMP error of a filtering kind, and its address names it.',
    ],
    proof:
      'ICMP 3/9, 3/10, 3/13 or another 3/x (IPv6 1/1, 1/5, 1/6) comes from an address that is not the server’s.',
    commands: ['traceroute -n ADDRESS'],
    advice: 'The owner of the address that sent the error has to allow it.',
    apart: {
      'route.dead-end': 'there the code says that no route exists',
      'firewall.ingress-reject': 'there the address is the server’s',
    },
  },
  'firewall.path-reset': {
    meaning: [
      'A middlebox resets the connection in the name of the server.',
      'Intrusion prevention, content filters and some providers do it.',
    ],
    proof:
      'The TTL or IP identification of the RST does not fit the server’s other packets, and the server never saw the SYN, or never sent the reset.',
    commands: ["tcpdump -vni IF 'tcp[tcpflags] & tcp-rst != 0 and host ADDRESS'"],
    advice:
      'Another port or an encrypted tunnel shows whether the content is what it dislikes; its owner has to allow it.',
    apart: {
      'tcp.no-listener': 'there the TTL is the server’s',
      'firewall.ingress-reset': 'there the server’s own rule counts it',
    },
  },
  'firewall.redirect': {
    meaning: [
      'A rule sends the connection to another port or host than the one that was asked for.',
      'Another service answers: a transparent proxy, a portal, a leftover of a test.',
    ],
    proof:
      'The counter of a REDIRECT, DNAT or TPROXY rule grows with the connection, and the greeting is of another service.',
    commands: ['nft delete rule FAMILY TABLE CHAIN handle HANDLE'],
    advice: 'See whom else it serves before it goes.',
    apart: {
      'nat.wrong-target': 'there the forwarding is meant, and its target is wrong',
      'service.wrong-protocol': 'there the service itself listens on that port',
    },
  },
  'firewall.banned': {
    meaning: [
      'A tool such as fail2ban or sshguard has banned the client’s address.',
      'Too many failed logins, by a person or a forgotten job, are the usual reason; from other addresses everything works.',
    ],
    proof:
      'The client’s address is in a set or chain that belongs to the banning tool, and its counter grows with the packets.',
    commands: ['fail2ban-client set JAIL unbanip CLIENT'],
    advice: 'Find the job that fails to log in, or the ban comes back.',
    apart: {
      'firewall.ingress-drop': 'there the rule concerns everybody',
      'service.rate-limited': 'there the service itself turns the client away',
    },
  },
  'firewall.bpf-drop': {
    meaning: [
      'Something sees each frame at the interface itself, before any rule set, and drops it: a BPF program at the card (XDP), or a filter of traffic control (tc), which is a BPF program as well or has an action that drops.',
      'No rule of nftables or iptables shows it, and tcpdump does not see what XDP has dropped.',
    ],
    proof:
      'It is attached (`ip -d link`, `tc filter show dev IF ingress`), and what counts its drops (`ethtool -S IF`, `tc -s qdisc show dev IF`) grows by as many packets as were sent, while fewer come to IP or leave. In generic mode nothing counts: that packets come to the interface and not to IP makes it likely.',
    commands: ['ip link set dev IF xdp off', 'tc filter del dev IF ingress pref N'],
    advice:
      'Find what attached it: a network plugin such as Cilium or a filter against attacks does so again. Programs of a control group (`IPAddressDeny=` of a systemd unit) are not seen by this check.',
    apart: {
      'firewall.ingress-drop': 'there a rule or a policy counts them',
      'firewall.path-drop': 'there the packets do not even come to the interface',
    },
  },
}
