/**
 * What an expression says, as a tree: the parser's result, before any link type is known. An address knows the qualifiers that it
 * has or inherits (`tcp dst port 80 or 443`: both are ports of TCP destinations).
 */

import type { Protocol, SignallingField, SignallingType } from './keyword.ts'

/** Where it stands in the expression, in UTF-16 units. */
export type Place = { readonly at: number; readonly end: number }

/** Which of a packet's addresses is asked for; `or` is either, as without one. */
export type Direction =
  | 'src'
  | 'dst'
  | 'or'
  | 'and'
  | 'addr1'
  | 'addr2'
  | 'addr3'
  | 'addr4'
  | 'ra'
  | 'ta'

/** What an identifier is. */
export type AddressKind = 'host' | 'net' | 'port' | 'portrange' | 'gateway' | 'proto' | 'protochain'

/** The qualifiers of an identifier; null where none is written. */
export type Qualifiers = {
  readonly protocol: Protocol | null
  readonly direction: Direction | null
  readonly kind: AddressKind | null
}

/** An identifier as it is written. */
export type Identifier =
  | { readonly form: 'name'; readonly text: string }
  | { readonly form: 'ether'; readonly text: string }
  | { readonly form: 'arcnet'; readonly text: string }
  | { readonly form: 'number'; readonly value: number }
  | { readonly form: 'ipv4'; readonly text: string; readonly mask: string | number | null }
  | { readonly form: 'ipv6'; readonly text: string; readonly length: number | null }

/** How two numbers are compared, unsigned. */
export type Relation = '=' | '!=' | '>' | '>=' | '<' | '<='
/** What is computed of two numbers of 32 bits, unsigned. */
export type Operator = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>'

/** A number that is computed from the packet. */
export type Arithmetic = Place &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'len' }
    | { readonly kind: 'negate'; readonly of: Arithmetic }
    | {
        readonly kind: 'binary'
        readonly operator: Operator
        readonly left: Arithmetic
        readonly right: Arithmetic
      }
    | {
        readonly kind: 'load'
        readonly protocol: Protocol
        readonly index: Arithmetic
        readonly size: number
      }
  )

/** One test of an expression, or several joined. */
export type Expression = Place &
  (
    | { readonly kind: 'and'; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'or'; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'not'; readonly of: Expression }
    | { readonly kind: 'address'; readonly qualifiers: Qualifiers; readonly identifier: Identifier }
    | { readonly kind: 'protocol'; readonly protocol: Protocol }
    | {
        readonly kind: 'relation'
        readonly relation: Relation
        readonly left: Arithmetic
        readonly right: Arithmetic
      }
    | { readonly kind: 'broadcast' | 'multicast'; readonly protocol: Protocol | null }
    | { readonly kind: 'less' | 'greater'; readonly bytes: number }
    | {
        readonly kind: 'byte'
        readonly index: number
        readonly operator: '=' | '<' | '>' | '&' | '|'
        readonly value: number
      }
    | { readonly kind: 'inbound' | 'outbound' | 'pppoed' }
    | { readonly kind: 'ifindex'; readonly index: number }
    | { readonly kind: 'vlan' | 'mpls' | 'pppoes' | 'geneve'; readonly number: number | null }
    | { readonly kind: 'pf'; readonly field: 'ifname'; readonly text: string }
    | { readonly kind: 'pf'; readonly field: 'rset'; readonly text: string }
    | {
        readonly kind: 'pf'
        readonly field: 'rnr' | 'srnr' | 'reason' | 'action'
        readonly value: number
        readonly text: string
      }
    | {
        readonly kind: 'wifi-type'
        readonly value: number
        readonly mask: number
        readonly text: string
      }
    | { readonly kind: 'wifi-direction'; readonly value: number }
    | { readonly kind: 'llc'; readonly type: string | null }
    | { readonly kind: 'signalling'; readonly type: SignallingType }
    | {
        readonly kind: 'signalling-field'
        readonly field: SignallingField
        readonly tests: readonly { readonly relation: Relation; readonly value: number }[]
      }
  )

/** An expression of one kind. */
export type ExpressionOf<Kind extends Expression['kind']> = Expression & { kind: Kind }

/** An expression without its place. */
export type Bare = Expression extends infer Each
  ? Each extends Expression
    ? Omit<Each, 'at' | 'end'>
    : never
  : never
