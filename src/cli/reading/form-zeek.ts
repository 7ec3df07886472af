/** `rungs read --zeek`: the connections as Zeek's conn.log. */
import type { Connection, End } from '../../flow/connection.ts'
import { portsOf } from '../../flow/record.ts'
import { connState, zeekBytes } from '../../flow/zeek-state.ts'
import { addressText } from '../../report/read/end-name.ts'
import { InOrder } from '../../report/read/in-order.ts'
import {
  type ZeekConnection,
  type ZeekEnd,
  zeekFoot,
  zeekHead,
  zeekLine,
  zeekUid,
} from '../../report/read/zeek-log.ts'
import { isPrivate } from '../../wire/address.ts'
import { FIRST_CONNECTION, type Form, type Scene } from './scene.ts'
import { isWanted } from './selection.ts'

function zeekEnd(connection: Connection, end: End, port: number): ZeekEnd {
  const address = addressText(end.address)
  return {
    address,
    port,
    isLocal: isPrivate(address),
    payloadBytes: zeekBytes(connection, end === connection.client),
    packets: end.packets,
    networkBytes: end.networkBytes,
  }
}

/** What the log tells of a connection. */
export function zeekConnection(connection: Connection, seed: number): ZeekConnection {
  const { client, server, id, firstNs, lastNs, protocol, service, history } = connection
  // ICMP's type and code stand in place of ports.
  const [clientPort, serverPort] = portsOf(connection)
  return {
    uid: zeekUid(id, seed),
    startNs: firstNs,
    durationNs: lastNs - firstNs,
    client: zeekEnd(connection, client, clientPort),
    server: zeekEnd(connection, server, serverPort),
    protocol,
    service,
    state: connState(connection),
    history,
    missedBytes: client.missedBytes + server.missedBytes,
  }
}

export function zeekForm(scene: Scene): Form {
  const { output, request } = scene
  let begun = false
  const begin = (): void => {
    if (!begun) output.write(zeekHead(scene.epochSeconds))
    begun = true
  }
  const order = new InOrder<string>((lines) => {
    begin()
    for (const line of lines) output.write(line)
  }, FIRST_CONNECTION)
  return {
    after: null,
    ended: (connection, name) => {
      const { epochSeconds } = scene
      const line = isWanted(connection, name, request)
        ? zeekLine(zeekConnection(connection, epochSeconds), epochSeconds)
        : null
      order.add(connection.id, line)
    },
    needsPayload: true,
    finish: ({ timeNs }) => {
      order.flush()
      begin()
      output.write(zeekFoot(scene.epochSeconds + Math.ceil(timeNs / 1e9)))
      return null
    },
  }
}
