#!/usr/bin/env node
/** The process: streams, signals and the exit code. Everything else has them injected. */
import { fileURLToPath } from 'node:url'
import { failure, run } from './run.ts'
import type { Sink, Surroundings } from './surroundings.ts'

/** What a shell expects of a process that a signal ended: 128 and the signal's number (signal(7)). */
const EXIT_OF = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const

const controller = new AbortController()
let stoppedBy: keyof typeof EXIT_OF | null = null

/** The first wish to stop lets whatever was set up be undone. */
function stop(signal: keyof typeof EXIT_OF): void {
  stoppedBy ??= signal
  controller.abort()
}

for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (stoppedBy !== null) process.exit(EXIT_OF[signal])
    stop(signal)
  })

/** A broken pipe ends quietly: nobody is there to read the rest. */
function sink(stream: NodeJS.WriteStream): Sink {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    stop('SIGPIPE')
  })
  return {
    write: (text) => {
      if (stoppedBy !== 'SIGPIPE') stream.write(text)
    },
    drained: () =>
      stream.writableNeedDrain
        ? new Promise((resolve) => void stream.once('drain', () => resolve()))
        : null,
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY === true ? stream.columns : null
    },
  }
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => resolve())
  })

const around: Surroundings = {
  out: sink(process.stdout),
  err: sink(process.stderr),
  environment: process.env,
  signal: controller.signal,
  stopWasMeant: () => {
    if (stoppedBy === 'SIGINT' || stoppedBy === 'SIGTERM') stoppedBy = null
  },
  isRoot: process.geteuid?.() === 0,
  program: [process.execPath, fileURLToPath(import.meta.url)],
}

/** What went wrong beside the command, in a callback or a promise that nobody waited for. */
process.on('uncaughtException', (error) => {
  const { text, code } = failure(error, around)
  around.err.write(text)
  process.exit(code)
})

const code = await run(process.argv.slice(2), around)
await Promise.all([flushed(process.stdout), flushed(process.stderr)])
process.exit(stoppedBy === null ? code : EXIT_OF[stoppedBy])
