/** A client, a router and a server in namespaces, and probes that run in the client. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Probes } from '../../src/diagnose/probes.ts'
import { ip, removeNamespaces, uniqueName } from './namespace.ts'
import { bundle } from './script.ts'

/** Probes that a test calls by name, with their results as JSON brings them. */
type Remote = <Name extends Exclude<keyof Probes, 'environment' | 'owner' | 'watchIcmp'>>(
  name: Name,
  ...args: Parameters<Probes[Name]>
) => Promise<Awaited<ReturnType<Probes[Name]>>>

export type Path = {
  readonly client: string
  readonly router: string
  readonly server: string
  readonly probe: Remote
  /** The same as a user without any privilege. */
  readonly probeUnprivileged: Remote
  /** Runs words in a namespace. */
  readonly run: (namespace: string, words: string) => string
  /** Runs TypeScript in the client: what it prints. */
  readonly script: (source: string) => Promise<string>
  readonly remove: () => void
}

const SCRIPT = `
import { liveProbes } from './host/probe/live-probes.ts'
const [name, args] = JSON.parse(process.argv[2])
console.log(JSON.stringify(await liveProbes()[name](...args)))
process.exit(0)`

/** 10.71.1.1 — 10.71.1.254, 10.71.2.254 — 10.71.2.1; in IPv6 fd71:1::1 and so on. */
export function makePath(): Path {
  const [client, router, server] = [uniqueName('c'), uniqueName('r'), uniqueName('s')]
  const run = (namespace: string, words: string): string =>
    execFileSync('ip', ['netns', 'exec', namespace, ...words.split(' ')], { encoding: 'utf8' })
  for (const name of [client, router, server]) {
    ip(`netns add ${name}`)
    ip(`-n ${name} link set lo up`)
  }
  ip(`link add eth0 netns ${client} type veth peer name r0 netns ${router}`)
  ip(`link add eth0 netns ${server} type veth peer name r1 netns ${router}`)
  const places = [
    [client, 'eth0', '1', '1'],
    [router, 'r0', '1', '254'],
    [router, 'r1', '2', '254'],
    [server, 'eth0', '2', '1'],
  ] as const
  for (const [name, device, net, host] of places) {
    ip(`-n ${name} addr add 10.71.${net}.${host}/24 dev ${device}`)
    ip(`-n ${name} addr add fd71:${net}::${host}/64 dev ${device} nodad`)
    ip(`-n ${name} link set ${device} up`)
  }
  run(router, 'sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1')
  for (const [name, net] of [
    [client, '1'],
    [server, '2'],
  ] as const) {
    ip(`-n ${name} route add default via 10.71.${net}.254`)
    ip(`-n ${name} -6 route add default via fd71:${net}::254`)
  }
  const directory = mkdtempSync(join(tmpdir(), 'rungs-path-'))
  execFileSync('chmod', ['755', directory])
  const file = bundle(directory, 'probe', SCRIPT)
  const inClient = (words: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile('ip', ['netns', 'exec', client, ...words], (error, stdout, stderr) =>
        error ? reject(new Error(stderr)) : resolve(stdout),
      )
    })
  const remote =
    (user: readonly string[]): Remote =>
    async (name, ...args) =>
      JSON.parse(await inClient([...user, process.execPath, file, JSON.stringify([name, args])]))
  return {
    client,
    router,
    server,
    run,
    probe: remote([]),
    probeUnprivileged: remote([
      'setpriv',
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      '--no-new-privs',
    ]),
    script: (source) => inClient([process.execPath, bundle(directory, 'other', source)]),
    remove: () => {
      rmSync(directory, { recursive: true })
      removeNamespaces(client, router, server)
    },
  }
}
