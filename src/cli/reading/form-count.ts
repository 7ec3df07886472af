/** `rungs read --count`: how many packets there are, as tcpdump says it. */
import type { Form, Scene } from './scene.ts'

/** The answer. */
export const formatCount = (count: number, json: boolean): string =>
  json ? `{"packets":${count}}\n` : `${count} packet${count === 1 ? '' : 's'}\n`

/** Counts the packets of the connections that were asked for; without any, all. */
export function countForm({ output, request }: Scene): Form {
  const selects = request.flow !== null || request.stories !== null
  let packets = 0
  return {
    after: selects
      ? () => {
          packets++
        }
      : null,
    ended: null,
    needsPayload: false,
    finish: ({ taken }) => {
      const count = selects ? packets : taken
      output.write(formatCount(count, request.json))
      return null
    },
  }
}
