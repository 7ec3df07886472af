/**
 * What names in a filter mean on this machine: /etc/services, /etc/protocols, /etc/networks and /etc/ethers, read when the first
 * name is asked for (nsswitch.conf(5) may name other sources, which are not asked), and hosts as getaddrinfo(3) finds them.
 */
import { readFileSync } from 'node:fs'
import { type Names, namesOf } from '../filter/names.ts'
import { type Address, parseAddress } from '../wire/address.ts'

/** A file that is not there has no names. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The addresses of each name that has some; those of both families, in the order of the resolver. */
export async function lookUpHosts(names: readonly string[]): Promise<Map<string, Address[]>> {
  const found = new Map<string, Address[]>()
  if (names.length === 0) return found
  const { lookup } = await import('node:dns/promises')
  await Promise.all(
    names.map(async (name) => {
      try {
        const answers = await lookup(name, { all: true, verbatim: true })
        const addresses = answers.map(({ address }) => parseAddress(address))
        found.set(
          name,
          addresses.filter((address) => address !== null),
        )
      } catch {
        // Who compiles says that nothing is known of it, and where it stands.
      }
    }),
  )
  return found
}

/** The names of this machine; of hosts, those that were looked up. `folder` is where the files lie. */
export function machineNames(
  hosts: ReadonlyMap<string, readonly Address[]>,
  folder = '/etc',
): Names {
  let read: Names | null = null
  const names = (): Names => {
    read ??= namesOf({
      services: readText(`${folder}/services`),
      protocols: readText(`${folder}/protocols`),
      networks: readText(`${folder}/networks`),
      ethers: readText(`${folder}/ethers`),
      hosts,
    })
    return read
  }
  return {
    hosts: (name) => names().hosts(name),
    port: (name, protocol) => names().port(name, protocol),
    protocol: (name) => names().protocol(name),
    ether: (name) => names().ether(name),
    network: (name) => names().network(name),
    get services() {
      return names().services
    },
  }
}
