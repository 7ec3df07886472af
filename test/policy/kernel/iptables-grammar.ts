/** What a rule of iptables may say, each construct with how often it is drawn; iptables-extensions(8). */
import { grammar, type Row } from './grammar.ts'

/** Conditions; `-p` is put before those that need a protocol. */
export const CONDITIONS: readonly Row[] = grammar('iptables', [
  [
    12,
    'dport',
    'tcp',
    '-m tcp --dport <port> || -m tcp --dport 8001:<port> || -m tcp ! --dport <port>',
  ],
  [
    7,
    'dport',
    'udp',
    '-m udp --dport <port> || -m udp --dport 8001:8003 || -m udp ! --dport <port>',
  ],
  [2, 'sport', 'tcp', '-m tcp --sport 1:32767 || -m tcp ! --sport 10000:40000'],
  [2, 'sport', 'udp', '-m udp --sport 20000:65535 || -m udp ! --sport 1:9999'],
  [
    4,
    'multiport',
    'tcp',
    '-m multiport --dports 22,<port>,8003:8004 || -m multiport ! --dports 22,<port>',
  ],
  [2, 'multiport', 'udp', '-m multiport --ports <port>,9000:9100 || -m multiport --sports 1:32767'],
  [3, 'protocol', 'tcp', ''],
  [2, 'protocol', 'udp', ''],
  [2, 'protocol', 'icmp', ''],
  [2, 'protocol', 'mixed', '! -p tcp || ! -p udp'],
  [6, 'source', '', '<not>-s <address>'],
  [6, 'destination', '', '<not>-d <address>'],
  [2, 'iprange', '', '-m iprange <not>--src-range <range> || -m iprange <not>--dst-range <range>'],
  [6, 'conntrack state', '', '-m conntrack <not>--ctstate <states>'],
  [3, 'state', '', '-m state <not>--state <states>'],
  [
    1,
    'conntrack status',
    '',
    '-m conntrack --ctstatus CONFIRMED || -m conntrack ! --ctstatus SEEN_REPLY',
  ],
  [1, 'conntrack direction', '', '-m conntrack --ctdir ORIGINAL || -m conntrack --ctdir REPLY'],
  [
    1,
    'conntrack tuple',
    '',
    '-m conntrack <not>--ctorigdst <one> || -m conntrack --ctorigsrc <one>',
  ],
  [1, 'conntrack tuple', 'tcp', '-m conntrack --ctorigdstport <port>'],
  [3, 'mark', '', '-m mark --mark 0x1 || -m mark ! --mark 0x0 || -m mark --mark 0x1/0x3'],
  [
    1,
    'connmark',
    '',
    '-m connmark --mark 0x0 || -m connmark --mark 0x1 || -m connmark ! --mark 0x5/0xf',
  ],
  [4, 'in', 'incoming', '<not>-i <device>'],
  [4, 'out', 'outgoing', '<not>-o <device>'],
  [2, 'addrtype', '', '-m addrtype --dst-type LOCAL || -m addrtype --src-type LOCAL'],
  [1, 'addrtype', '', '-m addrtype ! --dst-type LOCAL || -m addrtype --src-type UNICAST'],
  [2, 'length', '', '-m length --length 60:400 || -m length ! --length 0:60'],
  [
    2,
    'owner',
    'own',
    '-m owner --uid-owner 1000 || -m owner ! --uid-owner 0 || -m owner --uid-owner 0-999',
  ],
  [3, 'tcp flags', 'tcp', '-m tcp --syn || -m tcp ! --syn || -m tcp --tcp-flags SYN,RST SYN'],
  [2, 'tcp flags', 'tcp', '-m tcp --tcp-flags ALL SYN,ACK || -m tcp ! --tcp-flags RST,ACK RST,ACK'],
  [
    4,
    'icmp type',
    'ip icmp',
    '-m icmp <not>--icmp-type 8 || -m icmp --icmp-type 0 || -m icmp --icmp-type 3/3',
  ],
  [3, 'icmp type', 'ip6 icmp', '-m icmp6 <not>--icmpv6-type 128 || -m icmp6 --icmpv6-type 129'],
  [
    3,
    'set',
    '',
    '-m set <not>--match-set hosts<family> src || -m set --match-set hosts<family> dst',
  ],
  [2, 'set', 'tcp', '-m set <not>--match-set pairs<family> dst,dst'],
  [1, 'set', 'udp', '-m set --match-set ports dst || -m set ! --match-set ports dst'],
  [2, 'comment', '', '-m comment --comment "so \\"it\\" is" || -m comment --comment plain'],
  [
    0.2,
    'mac',
    'incoming',
    '-m mac --mac-source 02:00:00:00:00:01 || -m mac ! --mac-source 02:00:00:00:00:02',
  ],
  [0.1, 'ttl', 'ip', '-m ttl --ttl-eq 64 || -m ttl --ttl-lt 64'],
  [0.1, 'hl', 'ip6', '-m hl --hl-eq 64 || -m hl --hl-lt 64'],
  [0.1, 'dscp', '', '-m dscp --dscp 0x00 || -m dscp ! --dscp 0x00'],
  [0.1, 'limit', '', '-m limit --limit 1/hour --limit-burst 1'],
  [0.1, 'statistic', '', '-m statistic --mode nth --every 2 --packet 0'],
])

/** Those that long lists are made of. */
export const PLAIN: readonly Row[] = CONDITIONS.filter(({ name }) =>
  ['dport', 'sport', 'multiport', 'source', 'destination', 'in', 'out'].includes(
    name.replace('iptables ', ''),
  ),
)

/** The end of a rule that only counts. */
export const COUNTS: readonly Row[] = grammar('iptables', [[1, 'one of many', '', '']])

/** Targets of the table filter. */
export const FILTER: readonly Row[] = grammar('iptables', [
  [28, 'ACCEPT', '', '-j ACCEPT'],
  [10, 'DROP', '', '-j DROP'],
  [3, 'REJECT', 'deciding', '-j REJECT'],
  [3, 'REJECT with ICMP', 'deciding ip', '-j REJECT --reject-with icmp-<icmp>'],
  [3, 'REJECT with ICMP', 'deciding ip6', '-j REJECT --reject-with icmp6-<icmp6>'],
  [3, 'REJECT with reset', 'deciding tcp', '-j REJECT --reject-with tcp-reset'],
  [8, 'RETURN', '', '-j RETURN'],
  [4, 'LOG', '', '-j LOG || -j LOG --log-prefix "so: "'],
  [10, 'no target', '', ''],
])

/** Targets of the table mangle; they stand beside those of every table. */
export const MANGLE: readonly Row[] = grammar('iptables', [
  [12, 'ACCEPT', '', '-j ACCEPT'],
  [6, 'DROP', '', '-j DROP'],
  [6, 'RETURN', '', '-j RETURN'],
  [
    12,
    'MARK',
    '',
    '-j MARK --set-mark 0x1 || -j MARK --set-xmark 0x7/0xff || -j MARK --or-mark 0x4',
  ],
  [
    4,
    'CONNMARK',
    '',
    '-j CONNMARK --set-mark 0x1 || -j CONNMARK --save-mark || -j CONNMARK --restore-mark',
  ],
  [4, 'TCPMSS', 'tcp', '-m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1200'],
  [0.2, 'TPROXY', 'entering tcp', '-j TPROXY --on-port 8001 --tproxy-mark 0x1'],
  [4, 'no target', '', ''],
])

/** Targets of the table raw. */
export const RAW: readonly Row[] = grammar('iptables', [
  [10, 'ACCEPT', '', '-j ACCEPT'],
  [6, 'DROP', '', '-j DROP'],
  [8, 'NOTRACK', '', '-j NOTRACK || -j CT --notrack'],
  [6, 'no target', '', ''],
])

/** Targets of the table nat. */
export const NAT: readonly Row[] = grammar('iptables', [
  [2, 'REDIRECT', 'first', '-j REDIRECT'],
  [8, 'REDIRECT to port', 'first tcp', '-j REDIRECT --to-ports <port>'],
  [5, 'REDIRECT to port', 'first udp', '-j REDIRECT --to-ports <port>'],
  [0.2, 'REDIRECT to ports', 'first tcp', '-j REDIRECT --to-ports 8001-8003'],
  [3, 'DNAT to port', 'first tcp', '-j DNAT --to-destination :<port>'],
  [6, 'DNAT', 'first', '-j DNAT --to-destination <one>'],
  [5, 'DNAT to port', 'first tcp', '-j DNAT --to-destination <host>:<port>'],
  [5, 'DNAT to port', 'first udp', '-j DNAT --to-destination <host>:<port>'],
  [8, 'SNAT', 'last', '-j SNAT --to-source <own>'],
  [1, 'NETMAP', 'first', '-j NETMAP --to <one>'],
  [1, 'NETMAP', 'last', '-j NETMAP --to <own>'],
  [2, 'NETMAP of some', 'first', '-m iprange <netmap>'],
  [8, 'MASQUERADE', 'leaving', '-j MASQUERADE'],
  [4, 'ACCEPT', '', '-j ACCEPT'],
  [4, 'RETURN', '', '-j RETURN'],
  [3, 'no target', '', ''],
])

/** The same where there is a chain to go to. */
export const JUMPS: readonly Row[] = grammar('iptables', [
  [16, 'jump', '', '-j <chain>'],
  [5, 'goto', '', '-g <chain>'],
])
