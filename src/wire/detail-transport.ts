/** The fields of TCP with its options, UDP, SCTP, GRE, VXLAN and Geneve. */
import { type DetailNode, type Field, field, leaf, readFields, valueIn } from './detail-field.ts'
import type { Headers } from './headers.ts'
import { describeFlags } from './tcp.ts'

const TCP: readonly Field[] = [
  field('tcp.srcport', 0, 2),
  field('tcp.dstport', 2, 2),
  field('tcp.seq_raw', 4, 4),
  field('tcp.ack_raw', 8, 4),
  field('tcp.hdr_len', 12, 1, 'decimal', { mask: 0xf0, unit: 4 }),
  field('tcp.flags', 12, 2, 'hex', { mask: 0x0fff, digits: 4 }),
  field('tcp.flags.res', 12, 1, 'decimal', { mask: 0x0e }),
  field('tcp.flags.ae', 12, 1, 'decimal', { mask: 1 }),
  field('tcp.flags.cwr', 13, 1, 'decimal', { mask: 0x80 }),
  field('tcp.flags.ece', 13, 1, 'decimal', { mask: 0x40 }),
  field('tcp.flags.urg', 13, 1, 'decimal', { mask: 0x20 }),
  field('tcp.flags.ack', 13, 1, 'decimal', { mask: 0x10 }),
  field('tcp.flags.push', 13, 1, 'decimal', { mask: 8 }),
  field('tcp.flags.reset', 13, 1, 'decimal', { mask: 4 }),
  field('tcp.flags.syn', 13, 1, 'decimal', { mask: 2 }),
  field('tcp.flags.fin', 13, 1, 'decimal', { mask: 1 }),
  field('tcp.window_size_value', 14, 2),
  field('tcp.checksum', 16, 2, 'hex'),
  field('tcp.urgent_pointer', 18, 2),
]

/** By kind: the option's name, its bytes (0: as its length says) and its fields. */
const OPTIONS: ReadonlyMap<number, readonly [string, number, readonly Field[]]> = new Map([
  [2, ['tcp.options.mss', 4, [field('tcp.options.mss_val', 2, 2)]]],
  [3, ['tcp.options.wscale', 3, [field('tcp.options.wscale.shift', 2, 1)]]],
  [4, ['tcp.options.sack_perm', 2, []]],
  [5, ['tcp.options.sack', 0, []]],
  [
    8,
    [
      'tcp.options.timestamp',
      10,
      [field('tcp.options.timestamp.tsval', 2, 4), field('tcp.options.timestamp.tsecr', 6, 4)],
    ],
  ],
  [19, ['tcp.options.md5', 18, [field('tcp.options.md5.digest', 2, 16, 'bytes')]]],
  [
    28,
    [
      'tcp.options.user_to',
      4,
      [field('tcp.options.user_to_val', 2, 2, 'decimal', { mask: 0x7fff })],
    ],
  ],
  [
    30,
    ['tcp.options.mptcp', 0, [field('tcp.options.mptcp.subtype', 2, 1, 'decimal', { mask: 0xf0 })]],
  ],
  [34, ['tcp.options.tfo', 0, []]],
])

const UDP: readonly Field[] = [
  field('udp.srcport', 0, 2),
  field('udp.dstport', 2, 2),
  field('udp.length', 4, 2),
  field('udp.checksum', 6, 2, 'hex'),
]

const SCTP: readonly Field[] = [
  field('sctp.srcport', 0, 2),
  field('sctp.dstport', 2, 2),
  field('sctp.verification_tag', 4, 4, 'hex'),
  field('sctp.checksum', 8, 4, 'hex'),
]

const GRE: readonly Field[] = [
  field('gre.flags_and_version', 0, 2, 'hex'),
  field('gre.flags.checksum', 0, 2, 'decimal', { mask: 0x8000 }),
  field('gre.flags.key', 0, 2, 'decimal', { mask: 0x2000 }),
  field('gre.flags.sequence_number', 0, 2, 'decimal', { mask: 0x1000 }),
  field('gre.flags.version', 0, 2, 'decimal', { mask: 7 }),
  field('gre.proto', 2, 2, 'hex'),
]

const VXLAN: readonly Field[] = [field('vxlan.flags', 0, 2, 'hex'), field('vxlan.vni', 4, 3)]

const GENEVE: readonly Field[] = [
  field('geneve.version', 0, 1, 'decimal', { mask: 0xc0 }),
  field('geneve.proto_type', 2, 2, 'hex'),
  field('geneve.vni', 4, 3, 'hex'),
]

/** The TCP header of `headers`, up to its payload. */
export function tcpNode(headers: Headers): DetailNode {
  const { view, transportAt: at, payloadEnd, optionsAt, optionsEnd } = headers
  const children = readFields(view, at, payloadEnd, TCP)
  const ports = `${valueIn(children, 'tcp.srcport')} > ${valueIn(children, 'tcp.dstport')}`
  const bytes = Math.max(0, headers.payloadBytes)
  const text = `${ports} [${describeFlags(headers.flags & 0xff)}], ${bytes} bytes of payload`
  const end = optionsEnd > at ? optionsEnd : Math.min(payloadEnd, at + 20)
  const length = leaf('tcp.len', `${bytes}`, at, at)
  const options =
    optionsEnd > optionsAt && optionsAt > at ? optionNodes(view, optionsAt, optionsEnd) : []
  return { name: 'tcp', text, at, end, children: [...children, length, ...options] }
}

function optionNodes(view: DataView, from: number, end: number): DetailNode[] {
  const nodes: DetailNode[] = []
  let at = from
  while (at < end) {
    const kind = view.getUint8(at)
    if (kind < 2) {
      const name = kind === 0 ? 'tcp.options.eol' : 'tcp.options.nop'
      const children = [leaf('tcp.option_kind', `${kind}`, at, at + 1)]
      nodes.push({ name, text: '', at, end: at + 1, children })
      if (kind === 0) break
      at += 1
      continue
    }
    const bytes = end - at < 2 ? 0 : view.getUint8(at + 1)
    if (bytes < 2 || bytes > end - at) {
      const children = [leaf('tcp.option_kind', `${kind}`, at, at + 1)]
      nodes.push({ name: 'tcp.options', text: 'cut off or impossible', at, end, children })
      break
    }
    nodes.push(optionNode(view, at, bytes, kind))
    at += bytes
  }
  return nodes
}

function optionNode(view: DataView, at: number, bytes: number, kind: number): DetailNode {
  const known = OPTIONS.get(kind)
  const fits = known !== undefined && (known[1] === 0 || known[1] === bytes)
  const children = readFields(view, at, at + bytes, [
    field('tcp.option_kind', 0, 1),
    field('tcp.option_len', 1, 1),
    ...(fits ? known[2] : []),
  ])
  for (let block = at + 2; kind === 5 && block + 8 <= at + bytes; block += 8) {
    children.push(
      ...readFields(view, block, block + 8, [
        field('tcp.options.sack_le', 0, 4),
        field('tcp.options.sack_re', 4, 4),
      ]),
    )
  }
  return {
    name: known?.[0] ?? 'tcp.options.unknown',
    text: `kind ${kind}`,
    at,
    end: at + bytes,
    children,
  }
}

/** The UDP header of `headers`. */
export function udpNode(headers: Headers): DetailNode {
  const { view, transportAt: at, payloadEnd } = headers
  const children = readFields(view, at, payloadEnd, UDP)
  const ports = `${valueIn(children, 'udp.srcport')} > ${valueIn(children, 'udp.dstport')}`
  return { name: 'udp', text: ports, at, end: Math.min(payloadEnd, at + 8), children }
}

/** The SCTP header of `headers` and its chunks. */
export function sctpNode(headers: Headers): DetailNode {
  const { view, transportAt: at, payloadEnd } = headers
  const children = readFields(view, at, payloadEnd, SCTP)
  const ports = `${valueIn(children, 'sctp.srcport')} > ${valueIn(children, 'sctp.dstport')}`
  let place = at + 12
  while (payloadEnd - place >= 4) {
    const bytes = Math.max(4, view.getUint16(place + 2))
    const end = Math.min(payloadEnd, place + bytes)
    const fields = readFields(view, place, end, [
      field('sctp.chunk_type', 0, 1),
      field('sctp.chunk_flags', 1, 1, 'hex'),
      field('sctp.chunk_length', 2, 2),
    ])
    const text = `type ${valueIn(fields, 'sctp.chunk_type')}`
    children.push({ name: 'sctp.chunk', text, at: place, end, children: fields })
    place += (bytes + 3) & ~3
  }
  return { name: 'sctp', text: ports, at, end: Math.min(payloadEnd, at + 12), children }
}

/** The header of a tunnel between `at` and `end`, by the protocol that carries it. */
export function tunnelNode(
  view: DataView,
  at: number,
  end: number,
  protocol: number,
  port: number,
): DetailNode | null {
  if (end <= at) return null
  const [name, fields] =
    protocol === 47
      ? (['gre', GRE] as const)
      : port === 6081
        ? (['geneve', GENEVE] as const)
        : (['vxlan', VXLAN] as const)
  return { name, text: 'tunnel', at, end, children: readFields(view, at, end, fields) }
}
