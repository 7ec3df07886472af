/** Two namespaces and a cable: a server that answers on a few ports, a client that knocks. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export const CLIENT = { 4: '10.77.0.1', 6: 'fd00:77::1' } as const
export const SERVER = { 4: '10.77.0.2', 6: 'fd00:77::2' } as const
export const PORTS: readonly number[] = [8001, 8002, 8003, 8004]

export type Knock = {
  readonly protocol: 'tcp' | 'udp'
  readonly address: string
  readonly port: number
}

export type TwoHosts = {
  /** Runs a command on a host; throws with what it said when it fails. */
  readonly run: (host: 'client' | 'server', argv: readonly string[], input?: string) => string
  /** Knocks from the client at the same time; the ports that answered, or null. */
  readonly knock: (knocks: readonly Knock[]) => Promise<readonly (number | null)[]>
  readonly close: () => void
}

const KNOCKER = new URL('knocker.mjs', import.meta.url).pathname

function wire(names: Readonly<Record<'client' | 'server', string>>): void {
  const ip = (...words: string[]): void => void execFileSync('ip', words)
  for (const name of Object.values(names)) ip('netns', 'add', name)
  ip(
    '-n',
    names.client,
    'link',
    'add',
    'c0',
    'type',
    'veth',
    'peer',
    'name',
    's0',
    'netns',
    names.server,
  )
  const ends = [
    {
      name: names.client,
      device: 'c0',
      own: CLIENT,
      peer: SERVER,
      mac: '02:00:00:00:00:01',
      far: '02:00:00:00:00:02',
    },
    {
      name: names.server,
      device: 's0',
      own: SERVER,
      peer: CLIENT,
      mac: '02:00:00:00:00:02',
      far: '02:00:00:00:00:01',
    },
  ]
  for (const { name, device, own, peer, mac, far } of ends) {
    ip('-n', name, 'link', 'set', device, 'address', mac, 'up')
    ip('-n', name, 'link', 'set', 'lo', 'up')
    ip('-n', name, 'address', 'add', `${own[4]}/24`, 'dev', device)
    ip('-n', name, 'address', 'add', `${own[6]}/64`, 'dev', device, 'nodad')
    // Rules may drop the neighbours' own messages: they are not what is tested.
    for (const address of Object.values(peer)) {
      ip(
        '-n',
        name,
        'neighbour',
        'replace',
        address,
        'lladdr',
        far,
        'dev',
        device,
        'nud',
        'permanent',
      )
    }
  }
}

/** Sets them up; whoever calls it calls `close`. */
export async function twoHosts(label: string): Promise<TwoHosts> {
  const names = { client: `rt-${label}-c-${process.pid}`, server: `rt-${label}-s-${process.pid}` }
  wire(names)
  const inside = (host: 'client' | 'server', ...words: string[]): ChildProcess =>
    spawn('ip', ['netns', 'exec', names[host], process.execPath, KNOCKER, ...words], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
  const server = inside('server', 'serve', ...PORTS.map(String))
  await new Promise((resolve) => server.stdout?.once('data', resolve))
  const client = inside('client', 'knock')
  const waiting = new Map<number, (reached: number | null) => void>()
  if (client.stdout === null) throw new Error('no output to read')
  createInterface({ input: client.stdout }).on('line', (line) => {
    const { id, reached } = JSON.parse(line) as { id: number; reached: number | null }
    waiting.get(id)?.(reached)
    waiting.delete(id)
  })
  let next = 0
  return {
    run: (host, argv, input = '') =>
      execFileSync('ip', ['netns', 'exec', names[host], ...argv], {
        encoding: 'utf8',
        input,
        stdio: 'pipe',
      }),
    knock: (knocks) =>
      Promise.all(
        knocks.map(
          (knock) =>
            new Promise<number | null>((resolve) => {
              const id = next++
              waiting.set(id, resolve)
              client.stdin?.write(`${JSON.stringify({ id, ...knock })}\n`)
            }),
        ),
      ),
    close: () => {
      server.kill('SIGKILL')
      client.kill('SIGKILL')
      for (const name of Object.values(names)) execFileSync('ip', ['netns', 'delete', name])
    },
  }
}
