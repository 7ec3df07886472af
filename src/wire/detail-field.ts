/**
 * A packet's fields as a tree: what `-V` shows. Each protocol has a table of them; names are those
 * of Wireshark's display filters, values are written as `tshark -T fields` writes them.
 */
import { formatAddress } from './address.ts'
import { bytesBetween, formatHex } from './bytes.ts'
import { formatMac } from './mac.ts'

/** A header, or a field in it: `text` is its value, for a header what it is in words. */
export type DetailNode = {
  readonly name: string
  readonly text: string
  /** The bytes it was read from, in the view that was given. */
  readonly at: number
  readonly end: number
  readonly children: readonly DetailNode[]
}

/** How a field's value is written; `hex` has two digits for each byte, or `digits`. */
export type FieldKind = 'decimal' | 'hex' | 'mac' | 'ipv4' | 'ipv6' | 'bytes' | 'text'

/** One field: where it stands in its header and which of its bits count. */
export type Field = {
  readonly name: string
  readonly offset: number
  readonly bytes: number
  readonly kind: FieldKind
  /** Of a number of up to four bytes; shifted down to its lowest bit. */
  readonly mask: number
  readonly digits: number
  /** What the number is multiplied with, e.g. 4 for a length in words. */
  readonly unit: number
}

/** A field's row: name, offset, bytes, then what differs from a whole decimal number. */
export const field = (
  name: string,
  offset: number,
  bytes: number,
  kind: FieldKind = 'decimal',
  more: { readonly mask?: number; readonly digits?: number; readonly unit?: number } = {},
): Field => ({
  name,
  offset,
  bytes,
  kind,
  mask: more.mask ?? -1,
  digits: more.digits ?? 2 * bytes,
  unit: more.unit ?? 1,
})

/** A node without children. */
export const leaf = (name: string, text: string, at: number, end: number): DetailNode => ({
  name,
  text,
  at,
  end,
  children: [],
})

function numberAt(view: DataView, at: number, bytes: number): number {
  let number = 0
  for (let place = at; place < at + bytes; place++) number = number * 256 + view.getUint8(place)
  return number
}

function masked(number: number, mask: number): number {
  if (mask === -1) return number
  const lowest = mask & -mask
  return ((number & mask) >>> 0) / (lowest >>> 0)
}

function textOf(view: DataView, at: number, { bytes, kind, mask, digits, unit }: Field): string {
  const end = at + bytes
  switch (kind) {
    case 'mac':
      return formatMac(bytesBetween(view, at, end))
    case 'ipv4':
      return formatAddress({ family: 4, bytes: bytesBetween(view, at, end), zone: null })
    case 'ipv6':
      return formatAddress({ family: 6, bytes: bytesBetween(view, at, end), zone: null })
    case 'bytes':
      return formatMac(bytesBetween(view, at, end))
    case 'text':
      return formatHex(bytesBetween(view, at, end))
    default: {
      const number = masked(numberAt(view, at, bytes), mask) * unit
      return kind === 'hex' ? `0x${number.toString(16).padStart(digits, '0')}` : `${number}`
    }
  }
}

/** The fields of a header at `at` that end by `end`: those beyond it were not captured. */
export function readFields(
  view: DataView,
  at: number,
  end: number,
  fields: readonly Field[],
): DetailNode[] {
  const nodes: DetailNode[] = []
  for (const one of fields) {
    const from = at + one.offset
    if (from + one.bytes > end) continue
    nodes.push(leaf(one.name, textOf(view, from, one), from, from + one.bytes))
  }
  return nodes
}

/** The value of the first child of that name; empty without one. */
export const valueIn = (nodes: readonly DetailNode[], name: string): string =>
  nodes.find((node) => node.name === name)?.text ?? ''
