/** A packet loop with what it takes to follow connections and what is said over them. */
import { Applications } from '../../dialog/applications.ts'
import type { Connection } from '../../flow/connection.ts'
import { Flows } from '../../flow/flows.ts'
import { type LoopParts, PacketLoop } from './packet-loop.ts'

/** What is wanted of the packets. */
export type LoopRequest = Pick<LoopParts, 'statistics' | 'after' | 'only'> & {
  /** Is given each connection once; null where they are of no interest. */
  readonly ended: ((connection: Connection) => void) | null
  /** Whether what the connections carry is to be looked at. */
  readonly needsPayload: boolean
  /** Packets that are taken at most; null for all. */
  readonly most: number | null
  /** See `FlowOptions`. */
  readonly lingerNs?: number
}

/** Connections out of packets, and what is done with them. */
export function openLoop(parts: LoopRequest): PacketLoop {
  const applications = parts.needsPayload ? new Applications() : null
  const flows =
    parts.ended === null && parts.only === null && parts.after === null
      ? null
      : new Flows({
          onEnd: parts.ended ?? (() => {}),
          ...(parts.lingerNs !== undefined && { lingerNs: parts.lingerNs }),
          ...(applications && {
            onPayload: (connection, fromClient, view, at, end, _offset, missing) =>
              applications.payload(
                connection,
                fromClient,
                view,
                at,
                end,
                loop.timeNs,
                loop.frame,
                missing,
              ),
          }),
        })
  const loop = new PacketLoop({
    flows,
    statistics: parts.statistics,
    opened: applications && ((connection) => applications.opened(connection)),
    after: parts.after,
    only: parts.only,
    most: parts.most ?? Number.POSITIVE_INFINITY,
  })
  return loop
}
