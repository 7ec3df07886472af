/**
 * What a container wrote to its standard output and error, `docker logs` and `podman logs`: each line
 * after its time (RFC 3339, UTC). The streams are two, so the lines are put in their order again.
 */
import { ENGINE_PACKAGE, type Engine } from './docker.ts'
import { linesOf } from './log-file.ts'
import { type Output, type Question, succeeded } from './source.ts'

/** So many lines are read from the end. */
const MOST_LINES = '200'

const timeOf = (line: string): string => line.slice(0, line.indexOf(' '))

function parseLogs(output: Output): readonly string[] | null {
  if (!succeeded(output)) return null
  const lines = [...linesOf(output.stdout), ...linesOf(output.stderr)]
  return lines.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0))
}

/** The last lines that the container `id` wrote. */
export const containerLog = (engine: Engine, id: string): Question<readonly string[]> => ({
  name: `the log of the container ${id}`,
  sources: [
    {
      argv: [engine, 'logs', '--timestamps', '--tail', MOST_LINES, id],
      package: ENGINE_PACKAGE[engine],
      parse: parseLogs,
    },
  ],
})
