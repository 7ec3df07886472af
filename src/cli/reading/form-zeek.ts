/** `rungs read --zeek`: the connections as Zeek's conn.log. */
import { zeekConnection } from '../../flow/zeek-connection.ts'
import { zeekFoot, zeekHead, zeekLine } from '../../report/read/zeek-log.ts'
import type { Form, Scene } from './scene.ts'
import { isWanted } from './selection.ts'

export function zeekForm(scene: Scene): Form {
  const { output, request } = scene
  let begun = false
  const begin = (): void => {
    if (!begun) output.write(zeekHead(scene.epochSeconds))
    begun = true
  }
  const order = scene.inOrder<string>((lines) => {
    begin()
    for (const line of lines) output.write(line)
  })
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
