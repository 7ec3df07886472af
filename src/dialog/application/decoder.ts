/** What an application's decoder is: fed with a connection's payload as it came, it remembers what was asked and answered. */
import type { ExchangeLog } from './exchange.ts'

/** What is wrong by the application's own words. */
export type ApplicationFinding = {
  /** A code of the catalogue, such as `http.server-error`. */
  readonly cause: string
  /** One sentence with what was said. */
  readonly sentence: string
  /** The frames that show it. */
  readonly frames: readonly number[]
}

/** Bytes that lie in `view` from `at` to `end`, in the order of the stream, only during the call. */
export type Payload = {
  fromClient: boolean
  view: DataView
  at: number
  end: number
  /** Nanoseconds since the capture's first whole second. */
  timeNs: number
  frame: number
  /** Bytes that are missing before these. */
  gapBytes: number
}

/** Follows one connection. It never throws, whatever the bytes. */
export type Decoder = {
  /** As logs name it, e.g. `http`. */
  readonly service: string
  readonly log: ExchangeLog
  /** Takes the next bytes; false when no more of this connection can tell anything. */
  readonly take: (payload: Payload) => boolean
  /** What else was learnt, such as `server name www.example.org`; by name. */
  readonly facts: () => Readonly<Record<string, string>>
  /** What is wrong by what was said, null where nothing is. */
  readonly finding: () => ApplicationFinding | null
}

/** The first bytes of both sides, as far as they were seen; up to `OPENING_BYTES` each. */
export type Opening = { readonly client: string; readonly server: string }

/** Bytes of each side that recognition looks at. */
export const OPENING_BYTES = 512

/** A protocol that content can show. */
export type Application = {
  readonly name: string
  readonly transport: 'tcp' | 'udp'
  /** True where the bytes can be nothing else; characters are bytes (ISO 8859-1). */
  readonly recognise: (opening: Opening) => boolean
  /** The same, told by a connection's first piece alone and without making text of it: for what is frequent. */
  readonly recogniseFirst?: (
    fromClient: boolean,
    view: DataView,
    at: number,
    end: number,
  ) => boolean
  readonly open: () => Decoder
}
