import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { Ears } from '../../../src/diagnose/host.ts'
import { localHost } from '../../../src/host/run/local.ts'
import { openHostStream, writeStreamScript } from '../../../src/host/run/stream.ts'

const host = localHost('client', 'client')

/** Ears that remember. */
function listen() {
  const heard = { bytes: '', words: '' }
  let first = (): void => {}
  let last = (): void => {}
  const begun = new Promise<void>((resolve) => {
    first = resolve
  })
  const ended = new Promise<void>((resolve) => {
    last = resolve
  })
  const ears: Ears = {
    onBytes: (bytes) => {
      heard.bytes += Buffer.from(bytes).toString()
      first()
    },
    onWords: (text) => {
      heard.words += text
    },
    onEnd: () => last(),
  }
  return { heard, ears, begun, ended }
}

const runs = (mark: string): boolean => {
  try {
    return execFileSync('pgrep', ['-f', mark], { encoding: 'utf8' }) !== ''
  } catch {
    return false
  }
}

test('what a program prints is heard while it runs, and it ends when it is stopped', async () => {
  const { heard, ears, begun, ended } = listen()
  const running = await openHostStream(host, ['sh', '-c', 'echo hi; exec sleep 60.0625'], ears)
  if ('because' in running) throw new Error(running.because)
  await begun
  expect(heard.bytes).toBe('hi\n')
  expect(runs('sleep 60.0625')).toBe(true)
  const before = performance.now()
  await running.stop()
  expect(performance.now() - before).toBeLessThan(700)
  await ended
  expect(runs('sleep 60.0625')).toBe(false)
})

test('a program that does not want to end is killed', async () => {
  const { ears, begun } = listen()
  const argv = ['sh', '-c', "trap '' TERM INT; echo hi; while :; do sleep 61.0625; done"]
  const running = await openHostStream(host, argv, ears)
  if ('because' in running) throw new Error(running.because)
  await begun
  await running.stop()
  expect(runs('while :; do sleep 61.0625')).toBe(false)
})

test('the end of a program is told, and so is what it said', async () => {
  const { heard, ears, ended } = listen()
  await openHostStream(host, ['sh', '-c', 'echo out; echo err >&2; exit 3'], ears)
  await ended
  expect(heard).toEqual({ bytes: 'out\n', words: 'err\n' })
})

test('a program that is missing is said to be', async () => {
  const { heard, ears, ended } = listen()
  await openHostStream(host, ['rungs-no-such-program'], ears)
  await ended
  expect(heard.words).toBe('rungs-no-such-program: not found\n')
})

test('words are quoted, and a filter spares the connection that carries it', () => {
  const script = writeStreamScript(['tcpdump', '-w', '-', "port 22 or host 'x"], {
    sparesItself: true,
  })
  const print = script
    .replaceAll('tcpdump', 'printf')
    .replace("'-w' -", '%s')
    .replace('-w -', '%s,')
  const run = (env: string): string =>
    execFileSync('sh', {
      input: print,
      encoding: 'utf8',
      env: { ...process.env, SSH_CONNECTION: env },
    })
  expect(run('192.0.2.1 50000 192.0.2.2 22')).toBe(
    "(port 22 or host 'x) and not (port 50000 and port 22),",
  )
  expect(run('')).toBe("(port 22 or host 'x),")
})

test('a host that only answers recorded questions has nothing that goes on running', async () => {
  const { vantage: _, ...recorded } = host
  expect(await openHostStream(recorded, ['true'], listen().ears)).toMatchObject({
    because: 'nothing can go on running on client',
  })
})
