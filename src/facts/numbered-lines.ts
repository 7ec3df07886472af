/** Lines of files as `grep -rHn` prints them, `/etc/network/interfaces:7:auto eth0`; grep(1). */
import type { Output } from './source.ts'

/** A line of a file. */
export type NumberedLine = {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly text: string
}

/** More lines than this are no configuration that a person wrote. */
const MOST_LINES = 20_000

const LINE = /^(\/[^:]+):(\d{1,7}):(.*)$/

/** The command that prints all lines that fit `pattern` of files and folders; those missing are passed over. */
export const grepLines = (pattern: string, paths: readonly string[]): readonly string[] => [
  'grep',
  '-rHns',
  pattern,
  ...paths,
]

/** The lines of each file, in the order of the output. */
export function linesByFile(
  lines: readonly NumberedLine[],
): readonly (readonly [string, readonly NumberedLine[]])[] {
  const files = new Map<string, NumberedLine[]>()
  for (const line of lines) {
    const own = files.get(line.file)
    if (own) own.push(line)
    else files.set(line.file, [line])
  }
  return [...files]
}

/** The lines, in the order of the output; null where there are none. */
export function parseNumberedLines({ stdout }: Output): readonly NumberedLine[] | null {
  const found: NumberedLine[] = []
  for (const text of stdout.split(/\r?\n/, MOST_LINES)) {
    const [, file, line, rest] = LINE.exec(text) ?? []
    if (file !== undefined && line !== undefined && rest !== undefined)
      found.push({ file, line: Number(line), text: rest })
  }
  return found.length > 0 ? found : null
}
