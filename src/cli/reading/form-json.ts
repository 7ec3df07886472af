/** `rungs read --json`: one object a connection. */
import { recordOf } from '../../flow/record.ts'
import { tellStory } from '../../flow/story.ts'
import { formatAsJsonLine } from '../../report/json.ts'
import { CONNECTION } from '../../report/read/connection-schema.ts'
import type { Form, Scene } from './scene.ts'
import { isWanted } from './selection.ts'

export function jsonForm(scene: Scene): Form {
  const { output, request } = scene
  const order = scene.inOrder<string>((lines) => {
    for (const line of lines) output.write(line)
  })
  return {
    after: null,
    ended: (connection, name) => {
      const line = isWanted(connection, name, request)
        ? formatAsJsonLine(
            CONNECTION,
            recordOf(connection, tellStory(connection), scene.epochSeconds, scene.names),
          )
        : null
      order.add(connection.id, line)
    },
    needsPayload: true,
    finish: () => {
      order.flush()
      return null
    },
  }
}
