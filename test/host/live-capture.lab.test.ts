import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePath, type Path } from './path.ts'
import { bundle } from './script.ts'

const folder = mkdtempSync(join(tmpdir(), 'rungs-live-'))
let path: Path
let script: string

/** Captures on a device into a file until it is told to stop; then it tells what the kernel counted. */
const CAPTURE = `
import { openLiveCapture } from './host/live-capture.ts'
import { PacketFile } from './host/packet-file.ts'
const [device, file, snapBytes] = process.argv.slice(2)
const filter = snapBytes === undefined ? null : [{ code: 6, jt: 0, jf: 0, k: Number(snapBytes) }]
const capture = openLiveCapture({ device, filter, promiscuous: true }, Number(snapBytes ?? 262144))
if ('failed' in capture) throw new Error(capture.reason)
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())
const into = new PacketFile(file, capture.reader.interfaces[0], capture.reader.epochSeconds, { bytes: null, seconds: null, keep: null })
let ticks = 0
console.log('ready')
await capture.run((batch, from, to) => into.write(batch, from, to), () => ticks++, stop.signal)
into.close()
console.log(JSON.stringify({ ...capture.counts(), packets: capture.packets, ticks }))
process.exit(0)`

beforeAll(() => {
  path = makePath()
  chmodSync(folder, 0o755)
  script = bundle(folder, 'capture', CAPTURE)
})
afterAll(() => {
  path.remove()
  rmSync(folder, { recursive: true })
})

const inClient = (...words: string[]): ChildProcess =>
  spawn('ip', ['netns', 'exec', path.client, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })

/** Until it has written what says that it is at work. */
function ready(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data) => {
        if (String(data).includes(word)) resolve()
      })
  })
}

async function told(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.on('data', (data) => {
    text += data
  })
  await once(child, 'close')
  return text
}

const printed = (file: string, expression: string, ...flags: string[]): string =>
  execFileSync('tcpdump', ['-ne', ...flags, '-r', file, ...expression.split(' ')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })

/** With all bytes and without times: of what is sent, each socket takes its own. */
const linesOf = (file: string, expression: string): string => printed(file, expression, '-tX')

const timesOf = (file: string, expression: string): number[] =>
  printed(file, expression, '-tt')
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[0]))

/** Ours and tcpdump's capture of the same traffic; gives what was told of ours. */
async function both(device: string, name: string, traffic: () => void, snap: string[] = []) {
  const [ours, theirs] = [join(folder, `${name}.pcap`), join(folder, `${name}-tcpdump.pcap`)]
  const peer = inClient(
    'tcpdump',
    '-Z',
    'root',
    '-i',
    device,
    ...snap.flatMap((bytes) => ['-s', bytes]),
    '-w',
    theirs,
  )
  const child = inClient(process.execPath, script, device, ours, ...snap)
  await Promise.all([ready(peer, 'listening'), ready(child, 'ready')])
  traffic()
  await new Promise((resolve) => setTimeout(resolve, 1300))
  const answer = told(child)
  child.kill('SIGTERM')
  peer.kill('SIGINT')
  await once(peer, 'close')
  return { ours, theirs, told: JSON.parse(await answer) }
}

const ping = (...words: string[]): void => {
  execFileSync('ip', ['netns', 'exec', path.client, 'ping', '-q', '-i', '0.01', ...words])
}

test('the packets of a device are tcpdump’s, byte for byte and at the same times', async () => {
  const { ours, theirs, told } = await both('eth0', 'ether', () => {
    ping('-c', '20', '10.71.2.1')
    ping('-c', '5', '-s', '4000', '10.71.2.1')
    ping('-6', '-c', '20', 'fd71:2::1')
  })
  const expression = 'icmp or icmp6 or ip[6:2] & 0x3fff != 0'
  const lines = linesOf(ours, expression)
  expect(lines.split('\n').length).toBeGreaterThan(85)
  expect(lines).toBe(linesOf(theirs, expression))
  const theirTimes = timesOf(theirs, expression)
  for (const [index, time] of timesOf(ours, expression).entries())
    expect(Math.abs(time - (theirTimes[index] ?? 0))).toBeLessThan(0.001)
  expect(told).toMatchObject({ received: told.packets, dropped: 0 })
  expect(told.ticks).toBeGreaterThan(3)
})

test.for([
  ['any', 'icmp'],
  ['lo', 'icmp'],
] as const)(
  'the packets of %s are tcpdump’s too, and each comes once',
  async ([device, expression]) => {
    const { ours, theirs } = await both(device, device, () =>
      ping('-c', '10', device === 'lo' ? '127.0.0.1' : '10.71.2.1'),
    )
    const lines = linesOf(ours, expression)
    expect(lines.match(/echo request/g)).toHaveLength(10)
    expect(lines).toBe(linesOf(theirs, expression))
  },
)

test('only the wanted bytes of a packet are kept, and its length is told', async () => {
  const { ours, theirs } = await both('eth0', 'snap', () => ping('-c', '5', '10.71.2.1'), ['50'])
  const lines = linesOf(ours, 'icmp')
  expect(lines).toContain('length 98')
  expect(lines).toBe(linesOf(theirs, 'icmp'))
})

test('whoever may not capture is told what is missing and how to get it', () => {
  const words = [
    'setpriv',
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    process.execPath,
    script,
    'lo',
    '/dev/null',
  ]
  let said = ''
  try {
    execFileSync('ip', ['netns', 'exec', path.client, ...words], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
  } catch (error) {
    said = String(error)
  }
  expect(said).toContain('CAP_NET_RAW')
  expect(said).toContain('sudo')
})
