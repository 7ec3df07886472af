/** The fields of a DNS message: header, questions and records with what they hold. */
import { printable } from '../base/printable.ts'
import { type DetailNode, type Field, field, leaf, readFields, valueIn } from './detail-field.ts'
import { typeName } from './dns-number.ts'

const HEADER_BYTES = 12

const HEADER: readonly Field[] = [
  field('dns.id', 0, 2, 'hex'),
  field('dns.flags', 2, 2, 'hex'),
  field('dns.flags.response', 2, 2, 'decimal', { mask: 0x8000 }),
  field('dns.flags.opcode', 2, 2, 'decimal', { mask: 0x7800 }),
  field('dns.flags.authoritative', 2, 2, 'decimal', { mask: 0x0400 }),
  field('dns.flags.truncated', 2, 2, 'decimal', { mask: 0x0200 }),
  field('dns.flags.recdesired', 2, 2, 'decimal', { mask: 0x0100 }),
  field('dns.flags.recavail', 2, 2, 'decimal', { mask: 0x0080 }),
  field('dns.flags.z', 2, 2, 'decimal', { mask: 0x0040 }),
  field('dns.flags.authenticated', 2, 2, 'decimal', { mask: 0x0020 }),
  field('dns.flags.checkdisable', 2, 2, 'decimal', { mask: 0x0010 }),
  field('dns.flags.rcode', 2, 2, 'decimal', { mask: 0x000f }),
  field('dns.count.queries', 4, 2),
  field('dns.count.answers', 6, 2),
  field('dns.count.auth_rr', 8, 2),
  field('dns.count.add_rr', 10, 2),
]

/** What only an answer has. */
const ANSWER_FIELDS: ReadonlySet<string> = new Set([
  'dns.flags.authoritative',
  'dns.flags.recavail',
  'dns.flags.rcode',
])

const QUESTION: readonly Field[] = [
  field('dns.qry.type', 0, 2),
  field('dns.qry.class', 2, 2, 'hex'),
]

const RECORD: readonly Field[] = [
  field('dns.resp.type', 0, 2),
  field('dns.resp.class', 2, 2, 'hex'),
  field('dns.resp.ttl', 4, 4),
  field('dns.resp.len', 8, 2),
]

/** OPT has other things in class and TTL, RFC 6891 §6.1.2. */
const OPTIONS_RECORD: readonly Field[] = [
  field('dns.resp.type', 0, 2),
  field('dns.rr.udp_payload_size', 2, 2),
  field('dns.resp.ext_rcode', 4, 1, 'hex'),
  field('dns.resp.edns0_version', 5, 1),
  field('dns.resp.z', 6, 2, 'hex'),
  field('dns.resp.len', 8, 2),
]

type Name = { readonly text: string; readonly end: number }

/** The name at `at`; null where it is cut off, has an unknown label or its pointers do not end. */
function nameAt(view: DataView, message: number, from: number, end: number): Name | null {
  const labels: string[] = []
  let at = from
  let after = -1
  for (let steps = 0; steps < 256; steps++) {
    if (at >= end) return null
    const length = view.getUint8(at)
    if (length >= 0xc0) {
      if (end - at < 2) return null
      if (after < 0) after = at + 2
      at = message + (view.getUint16(at) & 0x3fff)
    } else if (length >= 0x40 || at + 1 + length > end) return null
    else if (length === 0) {
      return { text: labels.join('.') || '<Root>', end: after < 0 ? at + 1 : after }
    } else {
      let label = ''
      for (let place = at + 1; place <= at + length; place++) {
        label += String.fromCharCode(view.getUint8(place))
      }
      labels.push(printable(label))
      at += 1 + length
    }
  }
  return null
}

/** The message at `at`; what is cut off is left out. Null where not even its header is there. */
export function dnsNode(view: DataView, at: number, end: number): DetailNode | null {
  if (end - at < HEADER_BYTES) return null
  const isAnswer = (view.getUint8(at + 2) & 0x80) !== 0
  const header = readFields(view, at, end, HEADER)
  const children = header.filter(({ name }) => isAnswer || !ANSWER_FIELDS.has(name))
  let place = at + HEADER_BYTES
  for (let count = Number(valueIn(header, 'dns.count.queries')); count > 0; count--) {
    const node = questionNode(view, at, place, end)
    if (node === null) return wrap(view, at, place, children, isAnswer)
    children.push(node)
    place = node.end
  }
  const records = ['answers', 'auth_rr', 'add_rr'].map((name) =>
    Number(valueIn(header, `dns.count.${name}`)),
  )
  for (let count = records.reduce((sum, one) => sum + one, 0); count > 0; count--) {
    const node = recordNode(view, at, place, end)
    if (node === null) break
    children.push(node)
    place = node.end
  }
  return wrap(view, at, place, children, isAnswer)
}

const wrap = (
  view: DataView,
  at: number,
  end: number,
  children: readonly DetailNode[],
  isAnswer: boolean,
): DetailNode => ({
  name: 'dns',
  text: `${isAnswer ? 'answer' : 'query'} 0x${view.getUint16(at).toString(16).padStart(4, '0')}`,
  at,
  end,
  children,
})

function questionNode(view: DataView, message: number, at: number, end: number): DetailNode | null {
  const name = nameAt(view, message, at, end)
  if (name === null || end - name.end < 4) return null
  const fields = readFields(view, name.end, end, QUESTION)
  return {
    name: 'dns.qry',
    text: `${name.text} ${typeName(view.getUint16(name.end))}`,
    at,
    end: name.end + 4,
    children: [leaf('dns.qry.name', name.text, at, name.end), ...fields],
  }
}

function recordNode(view: DataView, message: number, at: number, end: number): DetailNode | null {
  const name = nameAt(view, message, at, end)
  if (name === null || end - name.end < 10) return null
  const type = view.getUint16(name.end)
  const dataAt = name.end + 10
  const dataEnd = dataAt + view.getUint16(name.end + 8)
  if (dataEnd > end) return null
  const fields = readFields(view, name.end, end, type === 41 ? OPTIONS_RECORD : RECORD)
  const data = dataNodes(view, message, type, dataAt, dataEnd)
  return {
    name: 'dns.resp',
    text: `${name.text} ${typeName(type)}`,
    at,
    end: dataEnd,
    // Wireshark names the owner of a service by a field of its own.
    children: [
      leaf(type === 33 ? 'dns.srv.name' : 'dns.resp.name', name.text, at, name.end),
      ...fields,
      ...data,
    ],
  }
}

/** By type of the record: the field of the name it holds, and where that stands. */
const NAMED: ReadonlyMap<number, readonly [string, number]> = new Map([
  [2, ['dns.ns', 0]],
  [5, ['dns.cname', 0]],
  [12, ['dns.ptr.domain_name', 0]],
  [15, ['dns.mx.mail_exchange', 2]],
  [33, ['dns.srv.target', 6]],
])

const NUMBERS: ReadonlyMap<number, readonly Field[]> = new Map([
  [1, [field('dns.a', 0, 4, 'ipv4')]],
  [28, [field('dns.aaaa', 0, 16, 'ipv6')]],
  [15, [field('dns.mx.preference', 0, 2)]],
  [
    33,
    [field('dns.srv.priority', 0, 2), field('dns.srv.weight', 2, 2), field('dns.srv.port', 4, 2)],
  ],
])

function dataNodes(
  view: DataView,
  message: number,
  type: number,
  at: number,
  end: number,
): DetailNode[] {
  const nodes = readFields(view, at, end, NUMBERS.get(type) ?? [])
  const named = NAMED.get(type)
  if (named !== undefined && at + named[1] < end) {
    const name = nameAt(view, message, at + named[1], end)
    if (name !== null) nodes.push(leaf(named[0], name.text, at + named[1], name.end))
  }
  if (type === 16) nodes.push(...textNodes(view, at, end))
  return nodes
}

function textNodes(view: DataView, from: number, end: number): DetailNode[] {
  const nodes: DetailNode[] = []
  let at = from
  while (at < end) {
    const stop = Math.min(end, at + 1 + view.getUint8(at))
    let text = ''
    for (let place = at + 1; place < stop; place++)
      text += String.fromCharCode(view.getUint8(place))
    nodes.push(leaf('dns.txt', printable(text), at, stop))
    at = stop
  }
  return nodes
}
