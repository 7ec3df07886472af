/** `rungs read --stats`: what the capture comes to. */
import { TOOL } from '../../base/version.ts'
import { formatAsJson } from '../../report/json.ts'
import { serviceOf } from '../../report/read/connection-row.ts'
import type { Statistics } from '../../report/read/statistics.ts'
import { STATISTICS } from '../../report/read/statistics-schema.ts'
import { formatStatistics } from '../../report/read/statistics-text.ts'
import { linkTypeName } from '../../wire/link-type.ts'
import type { Form, Scene } from './scene.ts'
import { isWanted } from './selection.ts'

/** `statistics` is counted by the loop, packet by packet. */
export function statsForm(scene: Scene, statistics: Statistics): Form {
  const { output, request, page, nameOf } = scene
  return {
    after: null,
    ended: (connection, name) => {
      if (isWanted(connection, name, request))
        statistics.connection(connection, name, serviceOf(connection, request.numeric), nameOf)
    },
    needsPayload: true,
    finish: () => {
      const about = { tool: TOOL, files: request.files, epochSeconds: scene.epochSeconds }
      const report = statistics.report(about, linkTypeName)
      output.write(request.json ? formatAsJson(STATISTICS, report) : formatStatistics(report, page))
      return null
    },
  }
}
