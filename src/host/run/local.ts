/** This machine as a host: commands run here, as whoever started us. */
import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { type Host, MACHINE, NAMESPACE, type Role } from '../../diagnose/host.ts'
import { catPaths, readAsCat } from './files.ts'
import { runArgv } from './spawn.ts'

/** Where `ip netns` keeps its namespaces; ip-netns(8). */
export const NETNS_DIRECTORY = '/run/netns'

/**
 * True when this process runs in a network namespace that is not the machine's first: another one
 * than that of process 1, or, where that may not be read, one that `ip netns` has named.
 */
export function inNetworkNamespace(): boolean {
  try {
    const own = readlinkSync('/proc/self/ns/net')
    try {
      return own !== readlinkSync('/proc/1/ns/net')
    } catch {
      const inode = statSync('/proc/self/ns/net').ino
      return readdirSync(NETNS_DIRECTORY).some(
        (name) => statSync(`${NETNS_DIRECTORY}/${name}`).ino === inode,
      )
    }
  } catch {
    return false
  }
}

/** This machine. A `cat` of files needs no process. */
export function localHost(name: string, role: Role): Host {
  return {
    name,
    role,
    access: 'local',
    limits: inNetworkNamespace() ? NAMESPACE : MACHINE,
    run: async (argv, options = {}) => {
      const paths = catPaths(argv)
      return (paths && readAsCat(paths, options.maxBytes)) ?? runArgv(argv, options)
    },
    vantage: async () => ({ kind: 'network', path: null }),
    close: async () => {},
  }
}
