/** A connection as a row of the table. */
import type { Status } from '../../diagnose/diagnosis.ts'
import { serviceName } from '../../facts/service-names.ts'
import type { Connection } from '../../flow/connection.ts'
import type { Story } from '../../flow/story-word.ts'
import { zeekBytes } from '../../flow/zeek-state.ts'
import { protocolName } from '../../wire/protocol.ts'
import { describeBytes, describeDuration } from './amount.ts'
import { endText, hasPorts, type NameOf } from './end-name.ts'
import { formatClock } from './instant.ts'
import type { Row } from './table.ts'

/** How times and names are told. */
export type Wording = {
  readonly epochSeconds: number
  /** East of UTC. */
  readonly zoneSeconds: number
  readonly nameOf: NameOf
  /** Ports have no names either. */
  readonly numeric: boolean
}

/** Stories that are as they should be, and those of which too little was seen to say so. */
const STATUS: Readonly<Record<Story['name'], Status>> = {
  closed: 'pass',
  open: 'pass',
  refused: 'fail',
  unanswered: 'fail',
  rejected: 'fail',
  'half-open': 'warn',
  'accepted-then-closed': 'fail',
  reset: 'warn',
  stalled: 'fail',
  midstream: 'unknown',
}

/** How a story is to be taken: what is a fault always looks like one. */
export const storyStatus = ({ name, fault }: Pick<Story, 'name' | 'fault'>): Status =>
  fault ? 'fail' : STATUS[name] === 'fail' ? 'warn' : STATUS[name]

/** What the content showed, else the usual service of the server's port; empty where neither is known. */
export function serviceOf(connection: Connection, numeric: boolean): string {
  const { service, protocol, server } = connection
  if (service !== '') return service
  if (!hasPorts(protocol)) return protocolName(protocol).toLowerCase()
  return numeric ? '' : (serviceName(server.port) ?? '')
}

/** Bytes that went over the connection, each counted once, those that were not captured included. */
export const carriedBytes = (connection: Connection): number =>
  zeekBytes(connection, true) + zeekBytes(connection, false)

/** The row; its start has milliseconds. */
export function connectionRow(connection: Connection, story: Story, wording: Wording): Row {
  const { id, client, server, firstNs, lastNs } = connection
  return {
    number: String(id),
    start: formatClock(firstNs, wording.epochSeconds, wording.zoneSeconds, 3),
    client: endText(client, connection, wording.nameOf),
    server: endText(server, connection, wording.nameOf),
    service: serviceOf(connection, wording.numeric),
    story: story.name,
    duration: describeDuration(lastNs - firstNs),
    bytes: describeBytes(carriedBytes(connection)),
    sentence: story.summary,
    status: storyStatus(story),
  }
}
