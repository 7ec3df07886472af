/** Expressions by seed: combinations that mean something, arithmetic of every operator, and words in any order. */

import { pick, type Random, randomFrom } from './random.ts'

const OPERATORS = ['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>']
const RELATIONS = ['=', '==', '!=', '>', '<', '>=', '<=']
const LOADS = [
  'ip[0]',
  'ip[2:2]',
  'ip[8]',
  'ip[12:4]',
  'ip[6:2]',
  'tcp[13]',
  'tcp[0:2]',
  'tcp[12]',
  'udp[4:2]',
  'icmp[0]',
  'ip6[6]',
  'ip6[4:2]',
  'icmp6[0]',
  'ether[0]',
  'ether[12:2]',
  'arp[6:2]',
  'sctp[0:2]',
  'len',
  'tcp[tcpflags]',
  'icmp[icmptype]',
  'igmp[0]',
  'link[3]',
]
const CONSTANTS = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '7',
  '8',
  '15',
  '16',
  '0xf',
  '0x10',
  '0x45',
  '80',
  '255',
  '0xffff',
  '0xffffffff',
  '017',
  'tcp-syn',
  'tcp-ack',
  'icmp-echo',
]
/** With names of services only where no host is meant: a host would be looked up in the DNS. */
const OF_PORTS = [
  'port',
  'src port',
  'dst port',
  'tcp port',
  'udp port',
  'tcp src port',
  'udp dst port',
  'sctp port',
  'portrange',
  'src and dst port',
  'icmp port',
]
const PORTS = [
  '80',
  '443',
  '53',
  '22',
  '0',
  '65535',
  '65536',
  '80-90',
  '1024-65535',
  'ssh',
  'http',
  'domain',
  'ftp-ssh',
  '10.0.0.1',
  '2001:db8::1',
]
const OF_ADDRESSES = [
  'host',
  'src',
  'dst',
  'src host',
  'dst host',
  'src or dst',
  'src and dst',
  'net',
  'src net',
  'dst net',
  'ip host',
  'ip6 host',
  'arp host',
  'ether host',
  'ether src',
  'ip src',
  'arp src',
  'rarp dst',
  'decnet host',
  'wlan addr1',
  'tcp host',
  'proto',
  'ip proto',
  'ip6 proto',
  'ether proto',
]
const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.2',
  '192.168.1.1',
  '2001:db8::1',
  '2001:db8::2',
  'fe80::1',
  '6',
  '17',
  '58',
  '0x800',
  '10.0.0.0/8',
  '10.0.0.0/24',
  '2001:db8::/32',
  '02:00:00:00:00:01',
  '02:00:00:00:00:02',
  '10',
  '192.168',
  '1.2',
  '224.0.0.0/4',
  'ff02::1',
  'a..b',
]
const SOUP = [
  ...'and or not ! && || ( ) ( ) [ ] : / - + * & | ^ % < > = != <= >= << >> mask'.split(' '),
  ...'tcp udp ip ip6 arp icmp ether host net port portrange src dst proto protochain less greater byte len vlan mpls pppoes geneve'.split(
    ' ',
  ),
  ...'broadcast multicast inbound type subtype dir llc gateway addr1 ra radio wlan ifindex on rnr reason'.split(
    ' ',
  ),
  ...ADDRESSES,
  ...PORTS.filter((port) => !/[a-z]/.test(port)),
  '1',
  '2',
  'data',
  'beacon',
  'tods',
  'a..b',
  'tcpflags',
  'tcp-syn',
  '$10',
  '4',
]

/** Makes expressions; `leaves` are tests that stand alone. */
export class ExpressionMaker {
  private readonly random: Random
  private readonly leaves: readonly string[]

  constructor(seed: number, leaves: readonly string[]) {
    this.random = randomFrom(seed)
    this.leaves = leaves
  }

  private one(of: readonly string[]): string {
    return pick(this.random, of)
  }

  private next(below: number): number {
    return Math.floor(this.random() * below)
  }

  /** Arithmetic of at most `depth` levels. */
  private arithmetic(depth: number): string {
    const kind = depth === 0 ? this.next(2) : this.next(6)
    if (kind === 0) return this.one(CONSTANTS)
    if (kind === 1) return this.one(LOADS)
    if (kind === 2) return `(${this.arithmetic(depth - 1)})`
    if (kind === 3 && this.next(3) === 0) return `- ${this.arithmetic(depth - 1)}`
    return `${this.arithmetic(depth - 1)} ${this.one(OPERATORS)} ${this.arithmetic(depth - 1)}`
  }

  private list(of: readonly string[]): string {
    const items = Array.from({ length: 1 + this.next(3) }, () => this.one(of))
    const joined = items.join(this.next(2) === 0 ? ' or ' : ' and ')
    return this.next(3) === 0 ? `(${joined})` : joined
  }

  private test(): string {
    const kind = this.next(8)
    if (kind < 4) return this.one(this.leaves)
    if (kind === 4) return `${this.one(OF_PORTS)} ${this.list(PORTS)}`
    if (kind === 5) return `${this.one(OF_ADDRESSES)} ${this.list(ADDRESSES)}`
    return `${this.arithmetic(this.next(3))} ${this.one(RELATIONS)} ${this.arithmetic(this.next(2))}`
  }

  /** Tests joined, of at most `depth` levels; some are refused. */
  expression(depth: number): string {
    const kind = depth === 0 ? 0 : this.next(6)
    if (kind === 0) return this.test()
    if (kind === 1) return `not ${this.expression(depth - 1)}`
    if (kind === 2) return `(${this.expression(depth - 1)})`
    const joint = this.next(2) === 0 ? 'and' : 'or'
    return `${this.expression(depth - 1)} ${joint} ${this.expression(depth - 1)}`
  }

  /** Words in any order; few of them are an expression. */
  soup(): string {
    return Array.from({ length: 1 + this.next(7) }, () => this.one(SOUP)).join(' ')
  }
}
