/**
 * A named network namespace of this machine as a host; ip-netns(8). Commands run by
 * `ip netns exec`, so that /sys/class/net and the files of /etc/netns/NAME are the namespace's own.
 * Two kinds need not enter it: `ip netns exec` hides the kernel's tracing files, which are those of
 * the whole machine, so what reads them runs outside; and files of /etc are found without it.
 */
import { statSync } from 'node:fs'
import { type Host, NAMESPACE, type Role, type RunOptions } from '../../diagnose/host.ts'
import type { Output } from '../../facts/source.ts'
import { catPaths, readAsCat } from './files.ts'
import { NETNS_DIRECTORY } from './local.ts'
import { runArgv } from './spawn.ts'

/** Where tracefs is mounted; the kernel's Documentation/trace/ftrace.rst. */
const TRACING = '/sys/kernel/tracing'

/** What `ip netns add` takes and no option can be mistaken for. */
const NAME = /^(?!-)(?!\.{1,2}$)[^/\s\u0000-\u001f\u007f]{1,255}$/

/** True when a network namespace can be called so. */
export const isNetnsName = (name: string): boolean => NAME.test(name)

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

/** Tools that enter a namespace by themselves, one process earlier, with the option for it. */
const ENTERS: Readonly<Record<string, string>> = { ip: '-n', bridge: '-n', tc: '-n', ss: '-N' }

/** The command that runs `argv` inside the namespace. */
export function enterNetns(name: string, argv: readonly string[]): readonly string[] {
  const [tool = '', ...rest] = argv
  if (argv.some((word) => word.includes(TRACING))) return argv
  const option = Object.hasOwn(ENTERS, tool) ? ENTERS[tool] : undefined
  if (option !== undefined) return [tool, option, name, ...rest]
  return ['ip', 'netns', 'exec', name, ...argv]
}

/** Where a file of /etc is for the namespace: `ip netns exec` lays /etc/netns/NAME over /etc. */
const etcPath = (name: string, path: string): string => {
  const entry = /^\/etc\/([^/]+)/.exec(path)
  const own = entry && `/etc/netns/${name}/${entry[1]}`
  return own && exists(own) && exists(`/etc/${entry[1]}`)
    ? `/etc/netns/${name}${path.slice('/etc'.length)}`
    : path
}

/** What `ip` says where it cannot enter, and where it cannot start the program; iproute2 lib/namespace.c, lib/exec.c. */
const NO_NAMESPACE =
  /^(?:Cannot open network namespace|setting the network namespace|unshare failed|mount of \/sys failed|"mount --make-rslave \/" failed)/m
const NO_PROGRAM = /^exec of ".*" failed: (.*)$/m

/** The output as the command itself would have given it. */
function readExec(name: string, argv: readonly string[], output: Output): Output {
  const said = { ...output, argv }
  if (output.failure !== null || output.code === 0) return said
  if (!exists(`${NETNS_DIRECTORY}/${name}`)) return { ...said, ...missing(name) }
  if (NO_NAMESPACE.test(output.stderr)) return { ...said, code: null, failure: 'unreachable' }
  const reason = NO_PROGRAM.exec(output.stderr)?.[1]
  if (reason === undefined) return said
  return { ...said, code: null, failure: /No such file/.test(reason) ? 'missing' : 'denied' }
}

const missing = (name: string): Pick<Output, 'stderr' | 'code' | 'failure'> => ({
  stderr: `no network namespace ${name}; ip netns list shows them\n`,
  code: null,
  failure: 'unreachable',
})

/** The namespace `name`, called `hostName` in the diagnosis. */
export function netnsHost(name: string, hostName: string, role: Role): Host {
  const run = async (argv: readonly string[], options: RunOptions = {}): Promise<Output> => {
    if (!isNetnsName(name)) return { argv, stdout: '', tookMs: 0, ...missing(name) }
    const paths = catPaths(argv)
    if (paths?.every((path) => path.startsWith('/etc/')) && exists(`${NETNS_DIRECTORY}/${name}`)) {
      const read = readAsCat(paths, options.maxBytes, (path) => etcPath(name, path))
      if (read) return read
    }
    return readExec(name, argv, await runArgv(enterNetns(name, argv), options))
  }
  return {
    name: hostName,
    role,
    access: `netns://${name}`,
    limits: NAMESPACE,
    run,
    vantage: async () =>
      isNetnsName(name)
        ? { kind: 'network', path: `${NETNS_DIRECTORY}/${name}` }
        : { because: `no network namespace ${name}` },
    close: async () => {},
  }
}

/** The processes whose network namespace is the one called `name`, in no order. */
export async function netnsPids(name: string): Promise<readonly number[]> {
  if (!isNetnsName(name)) return []
  const output = await runArgv(['ip', 'netns', 'pids', name])
  return output.stdout
    .split('\n')
    .filter((line) => /^\d+$/.test(line))
    .map(Number)
}
