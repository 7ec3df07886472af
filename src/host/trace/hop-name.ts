/** Names and autonomous systems of the addresses on a path, looked up once each while the trace runs. */
import {
  asName,
  mayBeAnnounced,
  mostSpecific,
  originName,
  parseAsName,
  parseOrigin,
} from '../../diagnose/trace/asn.ts'
import type { AsNumber, Hop } from '../../diagnose/trace/hop.ts'
import type { AsnTable } from '../../facts/asn-table.ts'
import { type Address, parseAddress } from '../../wire/address.ts'
import type { NameService } from './name-service.ts'

/** What is known of an address up to now. */
export type Known = { name: string | null; asn: AsNumber | null }

export type LookupWish = {
  readonly names: boolean
  readonly asn: boolean
  /** Asked instead of the DNS. */
  readonly table: AsnTable | null
}

/** Looks each address up once, and tells what is known. */
export class HopNames {
  private readonly service: Promise<NameService>
  private readonly wish: LookupWish
  private readonly known = new Map<string, Known>()
  private readonly work: Promise<void>[] = []
  private readonly systems = new Map<number, Promise<string | null>>()

  constructor(service: Promise<NameService>, wish: LookupWish) {
    this.service = service
    this.wish = wish
  }

  /** Begins to look up what has not been yet. */
  want(address: string): void {
    const parsed = parseAddress(address)
    if (this.known.has(address) || parsed === null) return
    const known: Known = { name: null, asn: null }
    this.known.set(address, known)
    if (this.wish.names) this.work.push(this.findName(parsed, known))
    if (this.wish.asn) this.work.push(this.findSystem(parsed, known))
  }

  /** Resolves when all that was wanted is known, or after that time. */
  async settle(timeoutMs: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs)
    })
    await Promise.race([Promise.all(this.work), late])
    clearTimeout(timer)
  }

  /** The hops with what is known of their addresses. */
  fill(hops: readonly Hop[]): Hop[] {
    return hops.map((hop) => ({
      ...hop,
      addresses: hop.addresses.map((one) => ({ ...one, ...this.known.get(one.address) })),
    }))
  }

  private async findName(address: Address, known: Known): Promise<void> {
    const service = await this.service
    known.name = await service.nameOf(address)
  }

  private async findSystem(address: Address, known: Known): Promise<void> {
    const { table } = this.wish
    if (table !== null) {
      const found = table.find(address)
      if (found) known.asn = { number: found.number, name: found.name, prefix: found.range }
      return
    }
    if (!mayBeAnnounced(address)) return
    const service = await this.service
    const texts = await service.textsOf(originName(address))
    const origin = mostSpecific(texts.map(parseOrigin).filter((one) => one !== null))
    if (origin === null) return
    known.asn = origin
    known.asn = { ...origin, name: await this.systemName(origin.number) }
  }

  private systemName(number: number): Promise<string | null> {
    const known = this.systems.get(number)
    if (known !== undefined) return known
    const asked = this.service
      .then((service) => service.textsOf(asName(number)))
      .then((texts) => texts.map(parseAsName).find((name) => name !== null) ?? null)
    this.systems.set(number, asked)
    return asked
  }
}
