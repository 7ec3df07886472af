/**
 * Reading captures beside the programs that do the same, on one big capture that is made here by real
 * traffic and kept in the temporary directory: whole processes, one after the other, round by round.
 * Beside it, the most memory that rungs takes with that file, with many open connections, and with a flood.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { halfOpen, openConnections } from './flood.ts'
import { measureTogether, type Row } from './measure.ts'

/** What takes seconds is compared in fewer rounds. */
const SLOW_ROUNDS = 3

/** The big capture; made when it is not there yet. Wants root, nginx, ab and tcpdump, in a private world. */
export function bigCapture(root: string): string {
  const folder = join(tmpdir(), 'rungs-bench')
  const path = join(folder, 'big-1.pcap')
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const script = join(root, 'bench', 'make-big-capture.sh')
  const { status } = spawnSync('sh', [script, path], { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`${script} could not make ${path}: exit code ${status}`)
  return path
}

export type Compared = { readonly rows: Row[]; readonly ratios: string[] }

/** `ours` against `theirs` in the same rounds, with what the ratio may be at most. */
export function compare(
  ours: readonly [string, readonly string[]],
  theirs: readonly (readonly [string, readonly string[], number])[],
  rounds: number,
): Compared {
  const rows = measureTogether(
    [ours, ...theirs.map(([name, argv]) => [name, argv] as const)],
    rounds,
  )
  const [mine, ...others] = rows
  const ratios = others.map((row, index) => {
    const bound = theirs[index]?.[2] ?? Number.NaN
    const ratio = (mine?.ms ?? Number.NaN) / row.ms
    const wanted = Number.isFinite(bound) ? ` (at most ${bound.toFixed(3)})` : ''
    return `${ours[0]} takes ${ratio.toFixed(3)} × ${row.name}${wanted}`
  })
  return { rows, ratios }
}

/** The comparisons of time. */
export function readTimes(program: readonly string[], root: string, rounds: number): Compared[] {
  const file = bigCapture(root)
  const stats = ['rungs read --stats', [...program, 'read', '--stats', file]] as const
  const packets = ['rungs read --packets', [...program, 'read', '--packets', '-n', file]] as const
  const walk = ['tcpdump', '-nr', file, '-w', '/dev/null', 'tcp and port 80']
  return [
    compare(stats, [['tcpdump -w /dev/null', walk, 1]], rounds),
    compare(
      stats,
      [
        ['argus -r', ['argus', '-r', file, '-w', '/dev/null'], 1 / 4],
        ['tcptrace', ['tcptrace', '-n', file], Number.NaN],
        ['tshark -z conv,tcp', ['tshark', '-n', '-q', '-r', file, '-z', 'conv,tcp'], 1 / 30],
      ],
      Math.min(rounds, SLOW_ROUNDS),
    ),
    compare(packets, [['tcpdump -nr', ['tcpdump', '-nr', file], 1]], Math.min(rounds, 5)),
  ]
}

/** The most memory a command had, in MB, as time(1) tells it; `feed` is written to its standard input. */
async function peakMegabytes(
  argv: readonly string[],
  feed: Iterable<Uint8Array> = [],
): Promise<number> {
  const child = spawn('/usr/bin/time', ['-f', '%M kB', ...argv], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-1000)
  })
  const closed = new Promise<void>((done, failed) => child.on('close', done).on('error', failed))
  // One that ends early does not read on; what it said is told below.
  child.stdin.on('error', () => {})
  for (const piece of feed) {
    if (child.exitCode !== null || child.stdin.destroyed) break
    if (!child.stdin.write(piece)) await onceOf(child.stdin)
  }
  child.stdin.end()
  await closed
  const [, kilobytes] = /(\d+) kB\s*$/.exec(said) ?? []
  if (kilobytes === undefined || child.exitCode !== 0)
    throw new Error(`${argv.join(' ')}: exit code ${child.exitCode}: ${said}`)
  return Number(kilobytes) / 1024
}

const onceOf = (stream: NodeJS.WritableStream): Promise<void> =>
  new Promise((done) => {
    const go = (): void => {
      stream.off('drain', go).off('close', go)
      done()
    }
    stream.on('drain', go).on('close', go)
  })

/** The most memory of each, as lines to print. */
export async function readMemory(program: readonly string[], root: string): Promise<string[]> {
  const piped = [...program, 'read', '--stats', '-']
  const peaks: readonly (readonly [string, () => Promise<number>])[] = [
    ['the big capture', () => peakMegabytes([...program, 'read', '--stats', bigCapture(root)])],
    ['100,000 open connections', () => peakMegabytes(piped, openConnections(100_000))],
    ['10,000,000 half-open connections', () => peakMegabytes(piped, halfOpen(10_000_000))],
  ]
  const lines: string[] = []
  for (const [what, measured] of peaks)
    lines.push(`${(await measured()).toFixed(0)} MB at most for ${what} (at most 200)`)
  return lines
}
