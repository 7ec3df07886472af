/**
 * Capturing beside tcpdump and dumpcap, each with a buffer of the same size, on a veth pair between two namespaces: how many of the
 * packets that were sent are lost, and how much processor time a packet takes, the start of the program included. All of
 * them have the same traffic, one after the other, round by round.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { bigCapture } from './read.ts'

const BUFFER_MIB = 16
const SECONDS = 3
/** Kernel's ticks a second, sysconf(_SC_CLK_TCK). */
const TICKS = 100

const [SENDER, RECEIVER] = ['rungs-send', 'rungs-take']

const ip = (...words: string[]): void => {
  execFileSync('ip', words, { stdio: 'ignore' })
}

function makeLink(): void {
  for (const name of [SENDER, RECEIVER]) ip('netns', 'add', name)
  ip('link', 'add', 'e0', 'netns', SENDER, 'type', 'veth', 'peer', 'name', 'e0', 'netns', RECEIVER)
  for (const name of [SENDER, RECEIVER]) ip('-n', name, 'link', 'set', 'e0', 'mtu', '65535', 'up')
}

const inside = (namespace: string, argv: readonly string[]): ChildProcess => {
  const words = ['netns', 'exec', namespace, ...argv]
  return spawn('ip', words, { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Seconds of processor time that a process has taken; proc(5), fields 14 and 15 of stat. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

type Taken = { readonly share: number; readonly nsPerPacket: number; readonly rate: number }

/** A program that captures on e0 until SIGINT; what it says tells that it listens, and how many packets it lost. */
type Capturer = {
  readonly name: string
  readonly argv: readonly string[]
  readonly listens: RegExp
  readonly dropped: RegExp
}

/** One program and one kind of traffic. */
async function take(
  capturer: Capturer,
  traffic: readonly string[],
  sender: string,
): Promise<Taken> {
  const child = inside(RECEIVER, capturer.argv)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => {
      said += data
    })
  while (!capturer.listens.test(said) && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 50))
  const closed = once(child, 'close')
  const told = execFileSync(
    'ip',
    ['netns', 'exec', SENDER, process.execPath, sender, 'e0', String(SECONDS), ...traffic],
    { encoding: 'utf8' },
  )
  await new Promise((resolve) => setTimeout(resolve, 500))
  const seconds = processorSeconds(child.pid ?? 0)
  child.kill('SIGINT')
  await closed
  const { sent, tookMs } = JSON.parse(told)
  const lost = Number(capturer.dropped.exec(said)?.[1]?.replaceAll(',', '') ?? 0)
  return {
    share: lost / sent,
    nsPerPacket: (seconds * 1e9) / (sent - lost),
    rate: sent / (tookMs / 1000),
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** The comparison, as lines to print. */
export async function captureLines(
  program: readonly string[],
  root: string,
  rounds: number,
): Promise<string[]> {
  const here = dirname(fileURLToPath(import.meta.url))
  const sender = join(here, 'replay.js')
  buildSync({
    entryPoints: [join(root, 'bench', 'replay.ts')],
    outfile: sender,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['koffi'],
  })
  makeLink()
  const file = (name: string): string => join('/dev/shm', `rungs-bench-${name}.pcap`)
  const rungs = (name: string, ...words: string[]): Capturer => ({
    name,
    argv: [...program, 'capture', '-i', 'e0', '-B', String(BUFFER_MIB), ...words],
    listens: /listening on/,
    dropped: /([\d,]+) packets? lost/,
  })
  const writers: readonly Capturer[] = [
    rungs('rungs capture -w', '-w', file('rungs')),
    {
      name: 'tcpdump -w',
      argv: [
        'tcpdump',
        '-i',
        'e0',
        '-B',
        String(BUFFER_MIB << 10),
        '-Z',
        'root',
        '-w',
        file('tcpdump'),
      ],
      listens: /listening on/,
      dropped: /(\d+) packets? dropped by kernel/,
    },
    {
      name: 'dumpcap -w',
      argv: ['dumpcap', '-q', '-i', 'e0', '-B', String(BUFFER_MIB), '-P', '-w', file('dumpcap')],
      listens: /File: /,
      dropped: /received\/dropped on interface 'e0': \d+\/(\d+)/,
    },
  ]
  const stories = [rungs('rungs capture --stats', '--stats')]
  const trials: readonly (readonly [string, readonly string[], readonly Capturer[]])[] = [
    ['full frames of 1514 bytes, as fast as they go', ['0', '1514'], writers],
    ['frames of 60 bytes, as fast as they go', ['0', '60'], writers],
    [
      '500,000 packets a second of connections, their stories told',
      ['500000', bigCapture(root)],
      stories,
    ],
  ]
  const lines: string[] = []
  for (const [what, traffic, capturers] of trials) {
    lines.push(`${what}:`)
    const taken = new Map<string, Taken[]>()
    for (let round = 0; round < rounds; round++)
      for (const capturer of capturers) {
        const one = await take(capturer, traffic, sender)
        taken.set(capturer.name, [...(taken.get(capturer.name) ?? []), one])
        for (const name of ['rungs', 'tcpdump', 'dumpcap']) rmSync(file(name), { force: true })
      }
    for (const [name, all] of taken) {
      const share = 100 * median(all.map((one) => one.share))
      const rate = median(all.map((one) => one.rate)) / 1e6
      const ns = median(all.map((one) => one.nsPerPacket))
      lines.push(
        `  ${name.padEnd(24)} ${share.toFixed(3).padStart(7)} % lost of ${rate.toFixed(2)} million a second, ${ns.toFixed(0)} ns of processor time a packet`,
      )
    }
  }
  for (const name of [SENDER, RECEIVER]) ip('netns', 'del', name)
  return lines
}
