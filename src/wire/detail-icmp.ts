/** The fields of ICMP and ICMPv6. */
import { type DetailNode, type Field, field, readFields } from './detail-field.ts'
import type { Headers } from './headers.ts'
import { explainIcmp } from './icmp.ts'

const ICMP: readonly Field[] = [
  field('icmp.type', 0, 1),
  field('icmp.code', 1, 1),
  field('icmp.checksum', 2, 2, 'hex'),
]

const ICMPV6: readonly Field[] = [
  field('icmpv6.type', 0, 1),
  field('icmpv6.code', 1, 1),
  field('icmpv6.checksum', 2, 2, 'hex'),
]

const ECHO: readonly Field[] = [field('icmp.ident', 4, 2), field('icmp.seq', 6, 2)]

/** By type, what stands behind the first four bytes. */
const BY_TYPE: ReadonlyMap<number, readonly Field[]> = new Map([
  [0, ECHO],
  [8, ECHO],
  [3, [field('icmp.mtu', 6, 2)]],
  [5, [field('icmp.redir_gw', 4, 4, 'ipv4')]],
  [12, [field('icmp.pointer', 4, 1)]],
  [13, ECHO],
  [14, ECHO],
])

const ECHO_6: readonly Field[] = [
  field('icmpv6.echo.identifier', 4, 2, 'hex'),
  field('icmpv6.echo.sequence_number', 6, 2),
]

const BY_TYPE_6: ReadonlyMap<number, readonly Field[]> = new Map([
  [2, [field('icmpv6.mtu', 4, 4)]],
  [4, [field('icmpv6.pointer', 4, 4)]],
  [128, ECHO_6],
  [129, ECHO_6],
  [135, [field('icmpv6.nd.ns.target_address', 8, 16, 'ipv6')]],
  [
    136,
    [
      field('icmpv6.nd.na.flag.r', 4, 4, 'decimal', { mask: 0x80000000 | 0 }),
      field('icmpv6.nd.na.flag.s', 4, 4, 'decimal', { mask: 0x40000000 }),
      field('icmpv6.nd.na.flag.o', 4, 4, 'decimal', { mask: 0x20000000 }),
      field('icmpv6.nd.na.target_address', 8, 16, 'ipv6'),
    ],
  ],
  [
    137,
    [
      field('icmpv6.rd.na.target_address', 8, 16, 'ipv6'),
      field('icmpv6.rd.na.destination_address', 24, 16, 'ipv6'),
    ],
  ],
  [
    134,
    [
      field('icmpv6.nd.ra.cur_hop_limit', 4, 1),
      field('icmpv6.nd.ra.flag', 5, 1, 'hex'),
      field('icmpv6.nd.ra.router_lifetime', 6, 2),
      field('icmpv6.nd.ra.reachable_time', 8, 4),
      field('icmpv6.nd.ra.retrans_timer', 12, 4),
    ],
  ],
  [143, [field('icmpv6.mldr.nb_mcast_records', 6, 2)]],
])

/** The message of `headers`, whose protocol is ICMP or ICMPv6. */
export function icmpNode(headers: Headers): DetailNode {
  const { view, transportAt: at, payloadEnd: end } = headers
  const family = headers.protocol === 1 ? 4 : 6
  const type = end > at ? view.getUint8(at) : -1
  const code = end - at > 1 ? view.getUint8(at + 1) : -1
  const more = (family === 4 ? BY_TYPE : BY_TYPE_6).get(type) ?? []
  // Only “fragmentation needed” tells an MTU.
  const fields = type === 3 && family === 4 && code !== 4 ? [] : more
  return {
    name: family === 4 ? 'icmp' : 'icmpv6',
    text: explainIcmp(family, type, code),
    at,
    end: Math.min(end, at + 8),
    children: readFields(view, at, end, [...(family === 4 ? ICMP : ICMPV6), ...fields]),
  }
}
