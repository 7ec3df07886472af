/** Programs that print what real ones were recorded to print, found before those in PATH. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quoteForShell } from '../../../src/host/run/quote.ts'

export type Replay = {
  /** The commands that were run, in order. */
  readonly ran: () => readonly string[]
  readonly close: () => void
}

/**
 * Puts the program `name` into PATH. Its transcript in `data/` has each command after `## `, `→ N`
 * where it ended with status N, and its error text after `2> `.
 */
export function replay(name: string): Replay {
  const text = readFileSync(join(import.meta.dirname, 'data', `${name}.txt`), 'utf8')
  const directory = mkdtempSync(join(tmpdir(), 'rungs-replay-'))
  const cases = text
    .split(/^## /m)
    .slice(1)
    .map((part, index) => {
      const [heading = '', ...lines] = part.split('\n')
      const [, command = '', status = '0'] = /^\S+ (.*?)(?: → (\d+))?$/.exec(heading) ?? []
      const isError = (line: string): boolean => line.startsWith('2> ')
      const [out, err] = ['out', 'err'].map((end) => join(directory, `${index}.${end}`))
      writeFileSync(out ?? '', lines.filter((line) => !isError(line)).join('\n'))
      const errors = lines.filter(isError).map((line) => `${line.slice(3)}\n`)
      writeFileSync(err ?? '', errors.join(''))
      return `${quoteForShell([command])}) cat ${out}; cat ${err} >&2; exit ${status};;`
    })
  const log = join(directory, 'log')
  writeFileSync(log, '')
  writeFileSync(
    join(directory, name),
    `#!/bin/sh\necho "$*" >>${log}\ncase "$*" in\n${cases.join('\n')}\nesac\necho "nothing was recorded for $*" >&2\nexit 99\n`,
  )
  chmodSync(join(directory, name), 0o755)
  const path = process.env.PATH
  process.env.PATH = `${directory}:${path}`
  return {
    ran: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
    close: () => {
      process.env.PATH = path
      rmSync(directory, { recursive: true })
    },
  }
}
