/** The fields of IPv4, IPv6 and its extension headers. */
import { type DetailNode, type Field, field, leaf, readFields, valueIn } from './detail-field.ts'
import { protocolName } from './protocol.ts'

const IPV4: readonly Field[] = [
  field('ip.version', 0, 1, 'decimal', { mask: 0xf0 }),
  field('ip.hdr_len', 0, 1, 'decimal', { mask: 0x0f, unit: 4 }),
  field('ip.dsfield', 1, 1, 'hex'),
  field('ip.dsfield.dscp', 1, 1, 'decimal', { mask: 0xfc }),
  field('ip.dsfield.ecn', 1, 1, 'decimal', { mask: 3 }),
  field('ip.len', 2, 2),
  field('ip.id', 4, 2, 'hex'),
  field('ip.flags', 6, 1, 'hex', { mask: 0xe0 }),
  field('ip.flags.rb', 6, 1, 'decimal', { mask: 0x80 }),
  field('ip.flags.df', 6, 1, 'decimal', { mask: 0x40 }),
  field('ip.flags.mf', 6, 1, 'decimal', { mask: 0x20 }),
  field('ip.frag_offset', 6, 2, 'decimal', { mask: 0x1fff }),
  field('ip.ttl', 8, 1),
  field('ip.proto', 9, 1),
  field('ip.checksum', 10, 2, 'hex'),
  field('ip.src', 12, 4, 'ipv4'),
  field('ip.dst', 16, 4, 'ipv4'),
]

const IPV6: readonly Field[] = [
  field('ipv6.version', 0, 1, 'decimal', { mask: 0xf0 }),
  field('ipv6.tclass', 0, 4, 'hex', { mask: 0x0ff00000 }),
  field('ipv6.tclass.dscp', 0, 4, 'decimal', { mask: 0x0fc00000 }),
  field('ipv6.tclass.ecn', 0, 4, 'decimal', { mask: 0x00300000 }),
  field('ipv6.flow', 1, 3, 'hex', { mask: 0x0fffff }),
  field('ipv6.plen', 4, 2),
  field('ipv6.nxt', 6, 1),
  field('ipv6.hlim', 7, 1),
  field('ipv6.src', 8, 16, 'ipv6'),
  field('ipv6.dst', 24, 16, 'ipv6'),
]

const FRAGMENT: readonly Field[] = [
  field('ipv6.fraghdr.nxt', 0, 1),
  field('ipv6.fraghdr.offset', 2, 2, 'decimal', { mask: 0xfff8 }),
  field('ipv6.fraghdr.more', 2, 2, 'decimal', { mask: 1 }),
  field('ipv6.fraghdr.ident', 4, 4, 'hex'),
]

const AUTHENTICATION: readonly Field[] = [
  field('ah.next_header', 0, 1),
  field('ah.length', 1, 1),
  field('ah.spi', 4, 4, 'hex'),
  field('ah.sequence', 8, 4),
]

/** By header: its name, and Wireshark's names of next header and length. */
const EXTENSIONS: ReadonlyMap<number, readonly [string, readonly Field[]]> = new Map([
  [0, ['ipv6.hopopts', [field('ipv6.hopopts.nxt', 0, 1), field('ipv6.hopopts.len', 1, 1)]]],
  [60, ['ipv6.dstopts', [field('ipv6.dstopts.nxt', 0, 1), field('ipv6.dstopts.len', 1, 1)]]],
  [
    43,
    [
      'ipv6.routing',
      [
        field('ipv6.routing.nxt', 0, 1),
        field('ipv6.routing.len', 1, 1),
        field('ipv6.routing.type', 2, 1),
        field('ipv6.routing.segleft', 3, 1),
      ],
    ],
  ],
  [44, ['ipv6.fraghdr', FRAGMENT]],
  [51, ['ah', AUTHENTICATION]],
])

/** IPv4's header at `at`, and an authentication header before `transportAt`. */
export function ipv4Nodes(
  view: DataView,
  at: number,
  end: number,
  transportAt: number,
): DetailNode[] {
  const children = readFields(view, at, end, IPV4)
  const optionsEnd = Math.min(end, at + 4 * ((end > at ? view.getUint8(at) : 0) & 15))
  const options = readFields(view, at, optionsEnd, [
    field('ip.options', 20, Math.max(1, optionsEnd - at - 20), 'bytes'),
  ])
  const [source, destination] = [valueIn(children, 'ip.src'), valueIn(children, 'ip.dst')]
  const text = `${source} > ${destination}: ${protocolName(Number(valueIn(children, 'ip.proto')))}`
  const header = { name: 'ip', text, at, end: optionsEnd, children: [...children, ...options] }
  if (transportAt <= optionsEnd) return [header]
  const authentication = readFields(view, optionsEnd, transportAt, AUTHENTICATION)
  return [
    header,
    {
      name: 'ah',
      text: 'authentication header',
      at: optionsEnd,
      end: transportAt,
      children: authentication,
    },
  ]
}

/** IPv6's header at `at` and its extension headers up to `transportAt`, which must be there. */
export function ipv6Nodes(
  view: DataView,
  at: number,
  end: number,
  transportAt: number,
): DetailNode[] {
  const children = readFields(view, at, end, IPV6)
  const text = `${valueIn(children, 'ipv6.src')} > ${valueIn(children, 'ipv6.dst')}`
  const nodes: DetailNode[] = [{ name: 'ipv6', text, at, end: Math.min(end, at + 40), children }]
  let kind = end - at >= 40 ? view.getUint8(at + 6) : -1
  let place = at + 40
  while (transportAt - place >= 8) {
    const length = view.getUint8(place + 1)
    const bytes = kind === 51 ? (length + 2) * 4 : kind === 44 ? 8 : (length + 1) * 8
    const known = EXTENSIONS.get(kind)
    const stop = Math.min(transportAt, place + bytes)
    const fields = known?.[1] ?? [field('ipv6.nxt', 0, 1)]
    nodes.push({
      name: known?.[0] ?? 'ipv6.ext',
      text: `extension header ${kind}`,
      at: place,
      end: stop,
      children: readFields(view, place, stop, fields),
    })
    kind = view.getUint8(place)
    place = stop
  }
  return nodes
}

/** What could not be read, as a node of its own. */
export const damagedNode = (layer: string, at: number, end: number): DetailNode =>
  leaf('_ws.malformed', `${layer}: cut off or impossible`, at, Math.max(at, end))
