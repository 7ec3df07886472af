#!/usr/bin/env node
/** The process: streams, signals and the exit code. Everything else has them injected. */
import { fileURLToPath } from 'node:url'
import { run } from './run.ts'
import type { Sink } from './surroundings.ts'

const controller = new AbortController()
let pipeBroke = false

/** A broken pipe ends quietly: nobody is there to read the rest. */
function sink(stream: NodeJS.WriteStream): Sink {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    pipeBroke = true
    controller.abort()
  })
  return {
    write: (text) => {
      if (!pipeBroke) stream.write(text)
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY === true ? stream.columns : null
    },
  }
}

/** What a shell expects of a process that a signal ended: 128 and the signal's number. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

let stoppedBy: keyof typeof SIGNALS | null = null
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (stoppedBy !== null) process.exit(SIGNALS[signal])
    stoppedBy = signal
    controller.abort()
  })

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (pipeBroke) resolve()
    else stream.write('', () => resolve())
  })

const code = await run(process.argv.slice(2), {
  out: sink(process.stdout),
  err: sink(process.stderr),
  environment: process.env,
  signal: controller.signal,
  isRoot: process.geteuid?.() === 0,
  program: [process.execPath, fileURLToPath(import.meta.url)],
})
await Promise.all([flushed(process.stdout), flushed(process.stderr)])
process.exit(stoppedBy === null ? code : SIGNALS[stoppedBy])
