import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A transcript of test/facts/data. */
export const transcript = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'data', name), 'utf8')

/** A transcript with several commands, each after a line `## command`: its output by command. */
export function transcripts(name: string): (command: string) => string {
  const parts = transcript(name).split(/^## /m)
  return (command) => {
    const part = parts.find((each) => each.startsWith(`${command}\n`))
    if (part === undefined) throw new Error(`${name} has no ${command}`)
    return part.slice(command.length + 1)
  }
}
