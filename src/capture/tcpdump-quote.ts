/** The packets that an ICMP error may quote: tcpdump prints whom it is about, not what it quotes. */
import type { Address } from '../wire/address.ts'
import { formatAddress } from '../wire/address.ts'
import type { Ends, RebuiltPacket } from './rebuilt-packet.ts'
import type { TextIcmp } from './tcpdump-icmp.ts'

/** Keys that are remembered; all are forgotten when there are more. */
const MOST_KEYS = 200_000
const NOTHING = new Uint8Array(0)

/** The last packet from each source, to each destination, by each protocol and port. */
export class TextQuotes {
  readonly #last = new Map<string, Uint8Array>()

  note({ source, destination }: Ends, protocol: number, port: number, packet: RebuiltPacket): void {
    if (this.#last.size > MOST_KEYS) this.#last.clear()
    const from = formatAddress(source)
    const way = `${from} ${formatAddress(destination)}`
    for (const key of [from, way, `${way} ${protocol}`, `${way} ${protocol} ${port}`]) {
      this.#last.set(key, packet.bytes)
    }
  }

  /** What an error that was sent to `sender` quotes, as far as it is told; empty where no such packet was seen. */
  quoted(sender: Address, about: TextIcmp['about'], destination: Address | null): Uint8Array {
    const from = formatAddress(sender)
    const parts = destination === null ? [from] : [from, formatAddress(destination)]
    if (destination !== null && about?.protocol != null) parts.push(`${about.protocol}`)
    if (parts.length === 3 && about?.port != null) parts.push(`${about.port}`)
    return this.#last.get(parts.join(' ')) ?? NOTHING
  }
}
