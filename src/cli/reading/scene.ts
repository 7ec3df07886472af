/** What every form of `rungs read` has at hand: what was asked for, the page, the output, and what the files tell of times and names. */
import type { Connection } from '../../flow/connection.ts'
import type { StoryName } from '../../flow/story-word.ts'
import type { CaptureSource } from '../../host/capture-file.ts'
import type { Page } from '../../report/page.ts'
import type { Wording } from '../../report/read/connection-row.ts'
import type { NameOf } from '../../report/read/end-name.ts'
import { InOrder } from '../../report/read/in-order.ts'
import { formatClock, formatInstant } from '../../report/read/instant.ts'
import type { ReadRequest } from '../read.ts'
import type { Output } from './output.ts'
import type { LoopParts, PacketLoop } from './packet-loop.ts'

/** One form of the answer. */
export type Form = {
  /** Each packet that was asked for, once its connection is known. */
  readonly after: LoopParts['after']
  /** Each connection once it has ended, with its story's name; null where connections are of no interest. */
  readonly ended: ((connection: Connection, name: StoryName) => void) | null
  /** Whether what the connections carry is to be looked at. */
  readonly needsPayload: boolean
  /** After the last packet; gives what kept it from giving the answer, null where nothing did. */
  readonly finish: (loop: PacketLoop) => string | null
}

/** Text made of old lines has no time zone: its times are printed as they stood there. */
const PRINTED_LINES = 'tcpdump text'

/** What is earlier than 1971 has no date: no capture is as old. */
const UNDATED_SECONDS = 365 * 86_400

const NO_NAMES: ReadonlyMap<string, string> = new Map()

export class Scene {
  readonly request: ReadRequest
  readonly page: Page
  readonly output: Output
  /** In the order in which they gave their first packets. */
  readonly sources: Set<CaptureSource> = new Set()
  private zone: number | null = null

  /** The capture is going on: what is known is told at once. */
  readonly isLive: boolean

  constructor(request: ReadRequest, page: Page, output: Output, isLive = false) {
    this.isLive = isLive
    this.request = request
    this.page = page
    this.output = output
  }

  /** The whole second that times count from; the same for all files. */
  get epochSeconds(): number {
    for (const { reader } of this.sources) return reader.epochSeconds
    return 0
  }

  /** How far east of UTC times are told: the zone of this machine at the capture's time. */
  get zoneSeconds(): number {
    if (this.zone === null) {
      const minutes = new Date(this.epochSeconds * 1000).getTimezoneOffset()
      this.zone = this.isText ? 0 : -60 * minutes
    }
    return this.zone
  }

  /** A time with its date; printed lines mostly have none, and count from 1970 then. */
  tellTime(timeNs: number): string {
    const { epochSeconds } = this
    const isDated = !this.isText || epochSeconds > UNDATED_SECONDS
    return isDated ? formatInstant(timeNs, epochSeconds) : formatClock(timeNs, epochSeconds, 0, 6)
  }

  private get isText(): boolean {
    return [...this.sources].some(({ formatName }) => formatName === PRINTED_LINES)
  }

  /** Names that the files tell. Made-up addresses of printed lines have theirs always. */
  readonly nameOf: NameOf = (address) => {
    for (const { reader, formatName } of this.sources) {
      if (reader.names.size === 0) continue
      if (this.request.numeric && formatName !== PRINTED_LINES) continue
      const name = reader.names.get(address)
      if (name !== undefined) return name
    }
    return undefined
  }

  /** All names that the files tell, whatever is wanted: for what programs read. */
  get names(): ReadonlyMap<string, string> {
    const [first, ...others] = this.sources
    if (others.length === 0) return first?.reader.names ?? NO_NAMES
    return new Map([...this.sources].flatMap(({ reader }) => [...reader.names]))
  }

  /** Puts what ends in any order into that of the connections' beginnings; while a capture is going on, nothing waits for it. */
  inOrder<T>(give: (items: readonly T[]) => void): InOrder<T> {
    return this.isLive
      ? new InOrder(give, FIRST_CONNECTION, 0)
      : new InOrder(give, FIRST_CONNECTION)
  }

  get wording(): Wording {
    const { epochSeconds, zoneSeconds, nameOf } = this
    return { epochSeconds, zoneSeconds, nameOf, numeric: this.request.numeric }
  }
}

/** The number of the first connection of a capture. */
const FIRST_CONNECTION = 1
