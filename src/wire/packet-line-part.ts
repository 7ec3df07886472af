/** What the writers of a packet's line share: where they write, what they read, what is remembered. */
import { AddressTexts } from './address-text.ts'
import { Headers } from './headers.ts'
import { SequenceBases } from './sequence-base.ts'
import type { TextSink } from './text-sink.ts'

/** One packet's line while it is written; `headers` is peeled layer by layer. */
export class LinePart {
  readonly headers: Headers = new Headers()
  readonly addresses: AddressTexts = new AddressTexts()
  readonly bases: SequenceBases = new SequenceBases()
  sink: TextSink
  /** The addresses were written already, before IPv6's extension headers: only ports are wanted. */
  portsOnly = false

  constructor(sink: TextSink) {
    this.sink = sink
  }

  /** `192.0.2.10 > 192.0.2.1: ` of the packet at hand. */
  writeAddresses(): void {
    const { headers, sink } = this
    if (headers.ipVersion === 0 || this.portsOnly) return
    this.addresses.write(sink, headers.view, headers.sourceAddressAt, headers.ipVersion)
    sink.text(' > ')
    this.addresses.write(sink, headers.view, headers.destinationAddressAt, headers.ipVersion)
    sink.text(': ')
  }

  /** `192.0.2.10.4660 > 192.0.2.1.80: `; the ports must have been read. */
  writeEnds(): void {
    const { headers, sink } = this
    if (headers.ipVersion === 0) return
    if (this.portsOnly) {
      sink.text(`${headers.sourcePort} > ${headers.destinationPort}: `)
      return
    }
    this.addresses.write(sink, headers.view, headers.sourceAddressAt, headers.ipVersion)
    sink.byte(0x2e)
    sink.number(headers.sourcePort)
    sink.text(' > ')
    this.addresses.write(sink, headers.view, headers.destinationAddressAt, headers.ipVersion)
    sink.byte(0x2e)
    sink.number(headers.destinationPort)
    sink.text(': ')
  }

  /** The address of the packet's family that lies at `at`; false where it was not captured. */
  writeAddress(at: number, version: 4 | 6): boolean {
    const { headers, sink } = this
    if (at + (version === 4 ? 4 : 16) > headers.payloadEnd) return false
    this.addresses.write(sink, headers.view, at, version)
    return true
  }
}
