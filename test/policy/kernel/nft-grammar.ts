/** What an nft rule may say, each construct with how often it is drawn; nft(8). */
import { grammar, type Row } from './grammar.ts'

/** Conditions. */
export const CONDITIONS: readonly Row[] = grammar('nft', [
  [14, 'dport', 'tcp', 'tcp dport <ports>'],
  [8, 'dport', 'udp', 'udp dport <ports>'],
  [3, 'sport', 'tcp', 'tcp sport <highports>'],
  [2, 'sport', 'udp', 'udp sport <highports>'],
  [3, 'th', 'mixed', 'meta l4proto { tcp, udp } th dport <ports>'],
  [0.3, 'th alone', 'mixed', 'th dport 8001-8003 || th sport >= 20000 || th dport != 8002'],
  [8, 'address', 'ip', 'ip <side> <addresses4>'],
  [5, 'address', 'ip6', 'ip6 <side> <addresses6>'],
  [1, 'mask', 'ip', 'ip <side> & 0.0.0.7 == 0.0.0.6 || ip <side> & 0.0.0.7 != 0.0.0.1'],
  [1, 'mask', 'ip6', 'ip6 <side> & ::f == ::2 || ip6 <side> & ::f != ::1'],
  [1, 'port mask', 'tcp', 'tcp dport & 0x1 == 0x1 || tcp dport & 0x3 != 0x2'],
  [3, 'l4proto', 'mixed', 'meta l4proto { tcp, udp } || meta l4proto != udp'],
  [2, 'l4proto', 'tcp', 'meta l4proto tcp'],
  [1, 'l4proto', 'mixed', 'meta l4proto { icmp, ipv6-icmp } || meta l4proto != { tcp, udp }'],
  [2, 'protocol', 'ip mixed', 'ip protocol != tcp || ip protocol { icmp, tcp }'],
  [1, 'nexthdr', 'ip6 mixed', 'ip6 nexthdr != udp || ip6 nexthdr { tcp, ipv6-icmp }'],
  [2, 'nfproto', 'inet', 'meta protocol ip || meta protocol ip6 || meta protocol != ip6'],
  [8, 'ct state', '', 'ct state <states>'],
  [
    1,
    'ct status',
    '',
    'ct status dnat || ct status snat || ct status ! dnat || ct status confirmed',
  ],
  [1, 'ct status', '', 'ct status dnat,snat || ct status seen-reply'],
  [1.5, 'ct direction', '', 'ct direction original || ct direction reply || ct direction != reply'],
  [1, 'ct mark', '', 'ct mark 0x0 || ct mark 0x1 || ct mark != 0x0 || ct mark { 0x1, 0x5 }'],
  [0.5, 'ct mark', '', 'ct mark & 0x4 == 0x4 || ct mark 0x1-0x4'],
  [0.5, 'ct tuple', 'ip', 'ct original ip <side> <one4>'],
  [3, 'mark', '', 'meta mark 0x1 || meta mark 0x0 || meta mark != 0x0 || meta mark { 0x1, 0x7 }'],
  [1, 'mark', '', 'meta mark & 0x1 == 0x1 || meta mark & 0xff != 0x2 || meta mark 0x1-0x7'],
  [4, 'iifname', '', 'iifname <in>'],
  [4, 'oifname', '', 'oifname <out>'],
  [1, 'iif', 'incoming', 'iif "lo" || iif != "lo"'],
  [1, 'oif', 'outgoing', 'oif "lo" || oif != "lo"'],
  [2, 'length', '', 'meta length <= 100 || meta length > 60 || meta length 60-400'],
  [1, 'length', '', 'meta length != 60 || meta length { 60, 80 }'],
  [2, 'skuid', 'own', 'meta skuid 0 || meta skuid 1000 || meta skuid != 0 || meta skuid 0-999'],
  [2, 'fib', 'ends', 'fib daddr type local || fib saddr type local || fib daddr type != local'],
  [
    4,
    'tcp flags',
    'tcp',
    'tcp flags syn / fin,syn,rst,ack || tcp flags & (fin|ack) == 0 || tcp flags == syn',
  ],
  [
    2,
    'tcp flags',
    'tcp',
    'tcp flags != syn || tcp flags ! ack || tcp flags syn,ack || tcp flags rst',
  ],
  [1, 'tcp flags', 'tcp', 'tcp flags & (syn|ack) == syn|ack || tcp flags { syn, rst|ack }'],
  [3, 'icmp type', 'ip icmp', 'icmp type <echo> || icmp type destination-unreachable'],
  [2, 'icmp type', 'ip6 icmp', 'icmpv6 type <echo> || icmpv6 type destination-unreachable'],
  [1, 'icmp code', 'ip icmp', 'icmp code 0 || icmp code != 0 || icmp code { 3, 13 }'],
  [3, 'named set', 'ip', 'ip <side> @hosts4 || ip <side> != @hosts4 || ip <side> @none4'],
  [2, 'named set', 'ip6', 'ip6 <side> @hosts6 || ip6 <side> != @hosts6'],
  [3, 'named set', 'tcp', 'tcp dport @ports || tcp dport != @ports'],
  [
    2,
    'concatenation',
    'ip tcp',
    'ip <side> . tcp dport <not>{ <one4> . <port>, 192.0.2.1 . 8001-8003 }',
  ],
  [1, 'concatenation', 'ip6 udp', 'ip6 daddr . udp dport <not>{ <one6> . <port>, <one6> . 9001 }'],
  [2, 'concatenation', 'mixed', 'meta l4proto . th dport <not>@pairs'],
  [
    1,
    'concatenation',
    'ip',
    'iifname . ip saddr <not>{ "<device>" . <prefix4>, "eth0" . 192.0.2.1 }',
  ],
  [1, 'concatenation', 'ip', 'ip saddr . ip daddr <not>@peers'],
  [0.2, 'raw payload', 'mixed', '@th,16,16 8001 || @th,16,16 != 8002'],
  [0.1, 'ttl', 'ip', 'ip ttl 64 || ip ttl > 63'],
  [0.1, 'dscp', 'ip', 'ip dscp cs0 || ip dscp != cs0'],
  [0.1, 'limit', '', 'limit rate 1/hour burst 1 packets || limit rate over 1/hour burst 1 packets'],
  [0.1, 'numgen', '', 'numgen inc mod 2 0'],
])

/** Those that long lists are made of. */
export const PLAIN: readonly Row[] = CONDITIONS.filter(({ name }) =>
  ['dport', 'sport', 'address', 'iifname', 'oifname'].includes(name.replace('nft ', '')),
)

/** What a rule does besides; it stands before its end. */
export const STATEMENTS: readonly Row[] = grammar('nft', [
  [3, 'mark set', '', 'meta mark set 0x1 || meta mark set 0x7 || meta mark set 0x0'],
  [1, 'mark set', '', 'meta mark set meta mark | 0x4 || meta mark set meta mark & 0x1'],
  [2, 'ct mark set', '', 'ct mark set 0x1 || ct mark set 0x5'],
  [1, 'ct mark set', '', 'ct mark set meta mark || meta mark set ct mark'],
  [2, 'log', '', 'log || log prefix "so: "'],
  [2, 'notrack', 'first', 'notrack'],
])

/** How a rule ends; `<target>` sends the packet on to another chain. */
export const ENDS: readonly Row[] = grammar('nft', [
  [26, 'accept', '', 'accept'],
  [8, 'drop', '', 'drop'],
  [2, 'reject', 'rejecting', 'reject'],
  [2, 'reject icmpx', 'rejecting inet', 'reject with icmpx <icmpx>'],
  [1, 'reject icmp', 'rejecting ip', 'reject with icmp <icmp>'],
  [1, 'reject icmp', 'rejecting ip6', 'reject with icmpv6 <icmpv6>'],
  [3, 'reject tcp reset', 'rejecting tcp', 'reject with tcp reset'],
  [6, 'return', '', 'return'],
  [16, 'continue', '', 'continue || counter || '],
  [3, 'vmap', 'tcp', 'tcp dport vmap { 8001 : <target>, 8002-8003 : <verdict> }'],
  [1, 'vmap', 'udp', 'udp dport vmap { 8004 : <target>, 8001-8003 : <verdict> }'],
  [
    1,
    'vmap',
    'ip udp',
    'ip saddr . udp dport vmap { <one4> . <port> : <target>, <prefix4> . 9002 : drop }',
  ],
  [2, 'vmap', '', 'ct state vmap { established : accept, invalid : drop, new : <target> }'],
  [1.5, 'vmap', 'mixed', 'meta l4proto vmap { tcp : <target>, udp : <verdict> }'],
  [1, 'vmap', '', 'iifname vmap { "lo" : accept, "<device>" : <target>, "eth0" : drop }'],
  [1, 'vmap', '', 'meta mark vmap { 0x1 : <target>, 0x2-0x9 : accept }'],
  [2, 'named vmap', 'tcp', 'tcp dport vmap @decide'],
  [1, 'named vmap', 'ip', 'ip saddr vmap @places || ip daddr vmap @places'],
])

/** The same where there is a chain to go to. */
export const JUMPS: readonly Row[] = grammar('nft', [
  [22, 'jump', '', 'jump <chain>'],
  [7, 'goto', '', 'goto <chain>'],
])

/** How a rule ends that only counts. */
export const COUNTS: readonly Row[] = grammar('nft', [[1, 'one of many', '', '']])

/** How a rule of a chain of type nat ends. */
export const TRANSLATIONS: readonly Row[] = grammar('nft', [
  [2, 'redirect', 'first', 'redirect'],
  [8, 'redirect to port', 'first after tcp', 'redirect to :<port>'],
  [5, 'redirect to port', 'first after udp', 'redirect to :<port>'],
  [0.2, 'redirect to ports', 'first after tcp', 'redirect to :8001-8003'],
  [2, 'dnat to port', 'first after ip tcp', 'dnat to :<port>'],
  [4, 'dnat to address', 'first ip', 'dnat <ip>to <one4>'],
  [3, 'dnat to address', 'first ip6', 'dnat <ip6>to <one6>'],
  [6, 'dnat to address and port', 'first after ip tcp', 'dnat <ip>to <one4>:<port>'],
  [4, 'dnat to address and port', 'first after ip udp', 'dnat <ip>to <one4>:<port>'],
  [4, 'dnat to address and port', 'first after ip6 tcp', 'dnat <ip6>to [<one6>]:<port>'],
  [
    0.2,
    'dnat by map',
    'first after ip tcp',
    'dnat <ip>to tcp dport map { 8001 : 10.77.2.2, 8002 : 10.77.2.6 }',
  ],
  [6, 'snat', 'last ip', 'snat <ip>to <own4>'],
  [4, 'snat', 'last ip6', 'snat <ip6>to <own6>'],
  [8, 'masquerade', 'leaving', 'masquerade'],
  [4, 'accept', '', 'accept'],
  [1, 'drop', '', 'drop'],
  [4, 'return', '', 'return'],
  [4, 'continue', '', 'counter'],
])
