/** A place where packets were captured during the attempts: whose it is, and what it saw. */
import type { Role } from '../host.ts'
import type { Ends, Sighting } from './sighting.ts'

export type Point = {
  /** `client`, `server` or a router's name. */
  readonly host: string
  readonly role: Role
  /** In the order of their times. */
  readonly sightings: readonly Sighting[]
  /** Packets that the capture lost, or had no room for: then nothing that it did not see says anything. */
  readonly lost: number
  /** Since when, in milliseconds since 1970 by the client's clock. */
  readonly sinceMs: number
  /** Names of interfaces by their index, as far as they are known. */
  readonly devices: ReadonlyMap<number, string>
  /** The command that would show the same. */
  readonly command: string
}

/** A place where nothing could be captured, why, and what it takes. */
export type Blind = {
  readonly host: string
  readonly because: string
  readonly needs: string | null
}

/** Whether `one` belongs to the same connection as `of`, in the same direction. */
export const isAlong = (one: Ends, of: Ends): boolean =>
  one.protocol === of.protocol &&
  one.sourcePort === of.sourcePort &&
  one.destinationPort === of.destinationPort &&
  one.source === of.source &&
  one.destination === of.destination

/** The same connection, the other direction. */
export const isAgainst = (one: Ends, of: Ends): boolean =>
  one.protocol === of.protocol &&
  one.sourcePort === of.destinationPort &&
  one.destinationPort === of.sourcePort &&
  one.source === of.destination &&
  one.destination === of.source

/** The name of an interface that a packet passed; null where it is not known. */
export const deviceOf = ({ devices }: Point, { device }: Sighting): string | null =>
  device === null ? null : (devices.get(device) ?? null)
