/**
 * What was changed in a probe on its way, by what a router quotes of it (the idea of Detal et al.,
 * Tracebox, IMC 2013): a translator of addresses that does not undo its work in what is quoted, or a
 * router that marks the type of service anew. Linux's own translation undoes it all and is not seen so.
 */
import { formatAddress } from '../../wire/address.ts'
import type { QuotedPacket } from '../../wire/quoted-packet.ts'
import type { Flow } from './probe.ts'

export type RewrittenField =
  | 'source address'
  | 'destination address'
  | 'source port'
  | 'destination port'
  | 'identifier'
  | 'checksum'
  | 'type of service'

/** One field that was sent otherwise than it was quoted. */
export type Rewriting = {
  readonly field: RewrittenField
  readonly sent: string
  readonly seen: string
}

/** Fields that only a translator of addresses changes. */
export const isTranslation = ({ field }: Rewriting): boolean => field !== 'type of service'

const hex = (number: number): string => `0x${number.toString(16).padStart(4, '0')}`

/** Congestion is marked in the two lowest bits by whoever is congested (RFC 3168). */
const SERVICE = 0xfc

const CHECKSUM_AT = { udp: 6, icmp: 2 } as const

/** What differs between a probe of the flow, which is sent with type of service 0, and its quote. */
export function rewritings(flow: Flow, quoted: QuotedPacket, view: DataView): Rewriting[] {
  const { protocol } = flow
  const { transportAt: at, end } = quoted
  const word = (offset: number): number | null =>
    at + offset + 2 <= end ? view.getUint16(at + offset) : null
  const found: Rewriting[] = []
  const compare = (field: RewrittenField, sent: string, seen: string | null): void => {
    if (seen !== null && seen !== sent) found.push({ field, sent, seen })
  }
  const bare = { zone: null }
  compare(
    'source address',
    formatAddress({ ...flow.source, ...bare }),
    formatAddress(quoted.source),
  )
  compare(
    'destination address',
    formatAddress({ ...flow.destination, ...bare }),
    formatAddress(quoted.destination),
  )
  const text = (value: number | null): string | null => (value === null ? null : String(value))
  if (protocol === 'icmp') compare('identifier', String(flow.sourcePort), text(word(4)))
  else {
    compare('source port', String(flow.sourcePort), text(quoted.sourcePort))
    compare('destination port', String(flow.destinationPort), text(quoted.destinationPort))
  }
  const sum = protocol === 'tcp' ? null : word(CHECKSUM_AT[protocol])
  compare('checksum', hex(flow.checksum), sum === null ? null : hex(sum))
  compare('type of service', '0', String(quoted.trafficClass & SERVICE))
  return found
}
