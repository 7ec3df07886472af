/**
 * A container of this machine, entered from outside by root: network_namespaces(7), nsenter(1). The
 * machine's own tools see its links, routes, rules and sockets, whatever tools the container lacks,
 * and its processes are read from its own /proc. No program of the container runs outside of it.
 */
import { closeSync, constants, openSync, readFileSync, readlinkSync, statfsSync } from 'node:fs'
import type { RunOptions } from '../../diagnose/host.ts'
import type { ContainerDetail } from '../../facts/docker-inspect.ts'
import type { Output } from '../../facts/source.ts'
import { catPaths, readAsCat } from './files.ts'
import { runArgv } from './spawn.ts'

/** A way in that is held open. */
export type Entrance = {
  /** The command's output; null where it belongs inside, or this machine lacks the tool. */
  readonly run: (argv: readonly string[], options: RunOptions) => Promise<Output | null>
  /** The file of its network, held open. */
  readonly network: string
  readonly close: () => void
}

/** Tools that look at nothing but the network namespace in which they run. */
const NETWORK_TOOLS: ReadonlySet<string> = new Set([
  ...['ip', 'ss', 'bridge', 'tc', 'nft', 'ethtool', 'nstat', 'conntrack', 'arp', 'route', 'ipset'],
  ...['iptables-save', 'ip6tables-save', 'iptables-legacy-save', 'ip6tables-legacy-save'],
  ...['ping', 'nc', 'true'],
])

/** What of /proc is that of the reader's network namespace; proc_net(5), proc_sys_net(5). */
const NETWORK_FILE = /^\/proc\/(?:sys\/)?net\/(?!.*\.\.)/

/** Whether a command asks for nothing but the network. */
function asksNetwork([tool = '', ...words]: readonly string[]): boolean {
  if (tool === 'sysctl') return words.every((word) => /^(?:-|net\.)/.test(word))
  if (tool !== 'cat' && tool !== 'grep') return NETWORK_TOOLS.has(tool)
  const paths = words.filter((word) => word.startsWith('/'))
  return paths.length > 0 && paths.every((path) => NETWORK_FILE.test(path))
}

/** f_type of procfs; include/uapi/linux/magic.h. */
const PROC_SUPER_MAGIC = 0x9fa0

/** Files of /proc about one process; none behind its links, which lead out of the container. */
const OF_PROCESS = /^\/proc\/\d+\/[a-z_]+$/

const OWNER = /\("[^"]*",pid=(\d+),fd=\d+\)/g

/** The number of a process as the container knows it; null for one that is not of it. */
function innerPid(pid: string, namespace: string): string | null {
  try {
    if (readlinkSync(`/proc/${pid}/ns/pid`) !== namespace) return null
    return /^NSpid:.*?(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? null
  } catch {
    return null
  }
}

/** The owners of sockets in the text of ss(8) as the container numbers them; others are left out. */
const withInnerPids = (text: string, namespace: string): string =>
  text
    .replace(OWNER, (owner, pid) => {
      const inner = innerPid(pid, namespace)
      return inner === null ? '' : owner.replace(`pid=${pid}`, `pid=${inner}`)
    })
    .replace(/users:\(,*\)/g, '')

/** Nothing that nsenter(1) says, when it cannot start the tool. */
const NOT_STARTED = /^nsenter: failed to execute/m

const CANNOT_ENTER = /^nsenter: (?:cannot open|reassociate to namespace)/m

/**
 * Opens the way into a container. Null where there is none from here: without root, or where the
 * process that its engine tells is not of this machine, as with the engine of a remote or virtual one.
 */
export function openEntrance({ id, pid }: ContainerDetail): Entrance | null {
  if (pid === null || process.getuid?.() !== 0) return null
  const open: number[] = []
  const close = (): void => {
    for (const fd of open.splice(0)) closeSync(fd)
  }
  const hold = (path: string, flags: number): string => {
    open.push(openSync(path, flags))
    return `/proc/${process.pid}/fd/${open.at(-1)}`
  }
  try {
    const net = hold(`/proc/${pid}/ns/net`, constants.O_RDONLY)
    const proc = hold(`/proc/${pid}/root/proc`, constants.O_DIRECTORY | constants.O_NOFOLLOW)
    const namespace = readlinkSync(`/proc/${pid}/ns/pid`)
    // Its files are mounted from places that are named by its id; a group of processes may be too.
    const own = ['mountinfo', 'cgroup'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'))
    if (id === '' || !own.some((text) => text.includes(id))) throw new Error('another process')
    const isProc = statfsSync(proc).type === PROC_SUPER_MAGIC
    return {
      close,
      network: net,
      run: (argv, options) =>
        runFrom({ net, proc: isProc ? proc : null, namespace }, argv, options),
    }
  } catch {
    close()
    return null
  }
}

type Held = { readonly net: string; readonly proc: string | null; readonly namespace: string }

async function runFrom(
  { net, proc, namespace }: Held,
  argv: readonly string[],
  options: RunOptions,
): Promise<Output | null> {
  const paths = catPaths(argv)
  if (proc !== null && paths?.every((path) => OF_PROCESS.test(path)))
    return readAsCat(paths, options.maxBytes, (path) => `${proc}${path.slice('/proc'.length)}`)
  if (!asksNetwork(argv)) return null
  const came = await runArgv(['nsenter', `--net=${net}`, '--', ...argv], options)
  if (came.failure === 'missing' || NOT_STARTED.test(came.stderr)) return null
  const output = { ...came, argv, stdout: withInnerPids(came.stdout, namespace) }
  return CANNOT_ENTER.test(came.stderr) ? { ...output, code: null, failure: 'unreachable' } : output
}
