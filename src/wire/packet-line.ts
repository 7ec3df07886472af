/**
 * A packet in one line, as `tcpdump -n` of version 4.99 prints it, without the time: link layers
 * that it names, IP, and the protocols that have a file of their own beside this one.
 */
import { readLink } from './frame.ts'
import { HEADER_NOTE } from './headers.ts'
import { ETHER_TYPE } from './link-ethernet.ts'
import { LINK_TYPE, linkTypeName } from './link-type.ts'
import { writeArp } from './packet-line-arp.ts'
import { writeIpv4, writeIpv6 } from './packet-line-ip.ts'
import { writeEthernetShims, writeLink, writeUnknown } from './packet-line-link.ts'
import { LinePart } from './packet-line-part.ts'
import type { Within } from './packet-line-tunnel.ts'
import { TextSink } from './text-sink.ts'

/** Packets within packets that are written; the rest of the line is left out. */
const DEEPEST = 8

const REVERSE_ARP = 0x8035

/** Writes the packets of one capture, in their order: relative sequence numbers count from the first ones. */
export class PacketLines {
  private readonly part: LinePart = new LinePart(new TextSink())

  /** Writes the line, without a line end; VXLAN's and the like have a second one, as tcpdump has. */
  write(
    sink: TextSink,
    view: DataView,
    at: number,
    end: number,
    originalBytes: number,
    linkType: number,
  ): void {
    const { part } = this
    part.sink = sink
    const { headers } = part
    readLink(view, at, end, originalBytes, linkType, headers)
    if (linkType !== LINK_TYPE.ethernet) writeLink(part, at, linkType)
    else if (headers.networkAt !== at + 14) writeEthernetShims(part, at)
    if ((headers.notes & HEADER_NOTE.unknownLink) !== 0) {
      sink.text(`${linkTypeName(linkType)}, length ${originalBytes}`)
    } else this.writeNetwork()
  }

  /** The line as a string. */
  line(view: DataView, at: number, end: number, originalBytes: number, linkType: number): string {
    const sink = new TextSink()
    this.write(sink, view, at, end, originalBytes, linkType)
    return sink.slice(0)
  }

  private writeNetwork(): void {
    const { part } = this
    for (let depth = 0; depth < DEEPEST; depth++) {
      part.portsOnly = false
      if (this.writePacket() === 'end') return
    }
  }

  private writePacket(): Within {
    const { part } = this
    const { headers, sink } = part
    switch (headers.etherType) {
      case ETHER_TYPE.ipv4:
        return writeIpv4(part)
      case ETHER_TYPE.ipv6:
        return writeIpv6(part)
      case ETHER_TYPE.arp:
      case REVERSE_ARP:
        writeArp(part)
        return 'end'
      default:
        if (headers.stoppedLayer !== '') sink.text(` [|${headers.stoppedLayer}]`)
        else writeUnknown(part)
        return 'end'
    }
  }
}
