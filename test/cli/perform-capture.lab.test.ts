import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePath, type Path } from '../host/path.ts'
import { bundle } from '../host/script.ts'

const folder = mkdtempSync(join(tmpdir(), 'rungs-capture-'))
/** Beside the packages that it loads. */
const built = mkdtempSync(resolve('node_modules', '.rungs-test-'))
const program = join(built, 'rungs.js')
let path: Path
let server: ChildProcess

beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build.mjs', built])
  path = makePath()
  const serve =
    "require('node:http').createServer((_, answer) => answer.end('hello')).listen(80, () => console.log('ready'))"
  server = spawn('ip', ['netns', 'exec', path.server, process.execPath, '-e', serve])
  if (server.stdout !== null) await once(server.stdout, 'data')
})
afterAll(() => {
  path.remove()
  for (const made of [folder, built]) rmSync(made, { recursive: true })
})

const inClient = (words: readonly string[]): string[] => ['netns', 'exec', path.client, ...words]

/** Runs words in the client; what they say and how they end is of no interest. */
const attempt = (...words: string[]): void => {
  try {
    execFileSync('ip', inClient(words), { stdio: 'ignore' })
  } catch {
    // A refusal is what was wanted.
  }
}
const fetchOnce = (): void =>
  attempt('curl', '-s', '-m', '3', '-o', '/dev/null', 'http://10.71.2.1/')
const refusedOnce = (): void => attempt('curl', '-s', '-m', '3', 'http://10.71.2.1:81/')

type Answer = { readonly out: string; readonly err: string; readonly code: number | null }

/** Captures in the client while `traffic` goes on; it is ended by `signal` where it does not end by itself. */
async function capturing(
  words: readonly string[],
  traffic: () => void | Promise<void>,
  signal: NodeJS.Signals | null = 'SIGINT',
): Promise<Answer> {
  const child = spawn('ip', inClient([process.execPath, program, 'capture', ...words]), {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const answer = { out: '', err: '' }
  child.stdout.on('data', (data) => {
    answer.out += data
  })
  child.stderr.on('data', (data) => {
    answer.err += data
  })
  const closed = once(child, 'close')
  await Promise.race([
    closed,
    new Promise<void>((resolve) => {
      child.stderr.on('data', () => {
        if (answer.err.includes('listening on')) resolve()
      })
    }),
  ])
  await traffic()
  await new Promise((resolve) => setTimeout(resolve, 300))
  if (signal !== null) child.kill(signal)
  const [code] = await closed
  return { ...answer, code }
}

describe('what connections do', () => {
  test('is told at the end, and Ctrl-C is the ordinary one', async () => {
    const { out, err, code } = await capturing(['-i', 'eth0', '-n', '--json', 'tcp'], () => {
      fetchOnce()
      refusedOnce()
    })
    const records = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(records.map(({ story, service }) => [story, service])).toEqual([
      ['closed', 'http'],
      ['refused', null],
    ])
    expect(code).toBe(0)
    expect(err).toMatch(/listening on eth0 .*\n.* packets captured on eth0, .*none lost\n$/)
  })

  test('is told soon after it has ended, while the capture goes on', async () => {
    let before = ''
    const child = spawn(
      'ip',
      inClient([process.execPath, program, 'capture', '-i', 'eth0', '-n', 'tcp']),
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    await new Promise<void>((resolve) => child.stderr.once('data', () => resolve()))
    child.stdout.on('data', (data) => {
      before += data
    })
    fetchOnce()
    await expect.poll(() => before, { timeout: 6000 }).toMatch(/10\.71\.2\.1:80.*\n.*closed/)
    child.kill('SIGINT')
    await once(child, 'close')
  })

  test('is a fault for --strict', async () => {
    const { code } = await capturing(['-i', 'eth0', '--strict', '--count', 'tcp'], refusedOnce)
    expect(code).toBe(1)
  })
})

test('only the packets that the filter selects are captured, and no more than were asked for', async () => {
  const { out, code } = await capturing(
    ['-i', 'any', '-n', '-p', '-c', '4', 'icmp[icmptype] == icmp-echo and dst host 10.71.2.1'],
    () => attempt('ping', '-c', '6', '-i', '0.05', '10.71.2.1'),
    null,
  )
  expect(code).toBe(0)
  expect(out.trim().split('\n')).toHaveLength(4)
  expect(out).not.toContain('reply')
})

test('what the kernel cannot choose by on all devices is chosen by here', async () => {
  const { out, code } = await capturing(
    ['-i', 'any', '-n', '-p', '-c', '2', 'icmp and greater 500'],
    () => {
      attempt('ping', '-c', '3', '-i', '0.05', '10.71.2.1')
      attempt('ping', '-c', '2', '-s', '600', '-i', '0.05', '10.71.2.1')
    },
    null,
  )
  expect(code).toBe(0)
  expect(out.match(/length 608/g)).toHaveLength(2)
})

test('it ends by itself after its duration', async () => {
  const began = Date.now()
  const { code, out } = await capturing(['-i', 'lo', '--count', '--duration', '1s'], () => {}, null)
  expect([code, out]).toEqual([0, '0 packets\n'])
  expect(Date.now() - began).toBeLessThan(4000)
})

test('packets go into a row of files, the oldest of which are removed', async () => {
  const row = mkdtempSync(join(folder, 'row-'))
  const { code, out } = await capturing(
    ['-i', 'eth0', '-w', join(row, 'ping.pcap'), '--rotate-size', '2000', '--keep', '3', 'icmp'],
    () => attempt('ping', '-c', '60', '-i', '0.01', '10.71.2.1'),
  )
  expect([code, out]).toEqual([0, ''])
  const files = readdirSync(row).toSorted()
  expect(files).toHaveLength(3)
  for (const file of files)
    expect(
      execFileSync('tcpdump', ['-nr', join(row, file)], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }).toString(),
    ).toContain('ICMP echo')
})

test('packets on stdout are a capture that others read', async () => {
  const words = `exec ip netns exec ${path.client} ${process.execPath} ${program} capture -i lo -c 4 -w - icmp 2>/dev/null | tcpdump -nr - 2>/dev/null`
  const child = spawn('sh', ['-c', words], { stdio: ['ignore', 'pipe', 'ignore'] })
  let out = ''
  child.stdout.on('data', (data) => {
    out += data
  })
  const closed = once(child, 'close')
  for (let tries = 0; tries < 20 && child.exitCode === null; tries++) {
    attempt('ping', '-c', '2', '-i', '0.1', '127.0.0.1')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await closed
  expect(out.trim().split('\n')).toHaveLength(4)
})

test('packets of another host are told here', async () => {
  const { out, err, code } = await capturing(
    ['--host', `netns://${path.server}`, '-i', 'eth0', '-n', '--json', 'tcp'],
    fetchOnce,
  )
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ story: 'closed', service: 'http' })
  expect(err).toMatch(/none lost/)
})

/** Sends damaged frames of the golden captures from the server to whoever listens. */
const HOSTILE = `
import { join } from 'node:path'
import { loadCorpus } from '../test/fuzz/corpus.ts'
import { Chance, mutate } from '../test/fuzz/mutate.ts'
import { writeLinkAddress } from './host/kernel/sockaddr.ts'
import { AF, interfaceIndex, openSocket, SOCK } from './host/kernel/socket.ts'
const corpus = loadCorpus(process.argv[2])
const chance = new Chance(7)
const socket = openSocket(AF.packet, SOCK.raw, 0)
if ('errno' in socket) throw new Error(socket.errno)
const to = writeLinkAddress(0x0800, interfaceIndex('r0'))
const pause = new Int32Array(new SharedArrayBuffer(4))
let sent = 0
for (let round = 0; sent < 5000; round++) {
  // A receiver that is not at once there has room for a thousand (net.core.netdev_max_backlog).
  if (sent % 200 === 0) Atomics.wait(pause, 0, 0, 10)
  const frame = corpus.frames[round % corpus.frames.length]
  const bytes = mutate(frame.bytes, chance).subarray(0, 1500)
  if (bytes.length >= 14 && socket.send(bytes, to) === null) sent++
}
console.log(sent)
process.exit(0)`

test.for([['--stats'], ['--json'], ['-p', '--json'], ['-p']])(
  'hostile frames on the wire change nothing: %j',
  async (words) => {
    const script = bundle(folder, 'hostile', HOSTILE)
    let sent = 0
    const { out, err, code } = await capturing(['-i', 'eth0', '-n', ...words], async () => {
      const data = resolve('test/capture/data')
      const argv = ['netns', 'exec', path.router, process.execPath, script, data]
      sent = Number((await promisify(execFile)('ip', argv)).stdout)
      fetchOnce()
    })
    expect(code).toBe(0)
    const captured = Number(/rungs: ([\d,]+) packets captured/.exec(err)?.[1]?.replaceAll(',', ''))
    // A machine that has much else to do loses some before any program sees them.
    expect(captured).toBeGreaterThan(sent / 4)
    expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    expect(out).toMatch(/10\.71\.2\.1|http/)
  },
)

describe('what cannot be done is said', () => {
  test.for([
    [['-i', 'nothing0'], 'there is no device nothing0'],
    [['-i', 'lo', 'tcp prot 80'], '^^^^'],
    [['-i', 'lo', '-w', '/no/such/place.pcap'], 'cannot be written (ENOENT)'],
    [['--keep', '3'], '--keep goes with'],
    [['--duration', 'soon'], 'an amount such as 30s or 5m'],
  ] as const)('%j', async ([words, said]) => {
    const { err, code } = await capturing(words, () => {}, null)
    expect(err).toContain(said)
    expect(code).toBe(2)
  })

  test('with what is missing, where the right to capture is', () => {
    let said = ''
    try {
      execFileSync(
        'ip',
        inClient([
          'setpriv',
          '--bounding-set=-net_raw',
          '--inh-caps=-net_raw',
          process.execPath,
          program,
          'capture',
          '-i',
          'lo',
        ]),
        { stdio: 'pipe' },
      )
    } catch (error) {
      said = String(error)
    }
    expect(said).toContain('CAP_NET_RAW')
  })
})
