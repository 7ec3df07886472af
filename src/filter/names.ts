/**
 * What names in an expression mean: services, protocols and networks from the texts of /etc/services, /etc/protocols,
 * /etc/networks and /etc/ethers (services(5), protocols(5), networks(5), ethers(5)), hosts from whoever can look them up.
 */

import { type Address, parseAddress } from '../wire/address.ts'
import { parseMac } from '../wire/mac.ts'
import { leavesOf } from './leaves.ts'
import type { Expression } from './tree.ts'

/** The meaning of names, all of it known beforehand; null where a name has none. */
export type Names = {
  /** The addresses of a host in the order in which they are to be tried; null where the name is unknown. */
  readonly hosts: (name: string) => readonly Address[] | null
  readonly port: (name: string, protocol: 'tcp' | 'udp') => number | null
  /** The number of what IP carries. */
  readonly protocol: (name: string) => number | null
  /** The six bytes of an Ethernet address. */
  readonly ether: (name: string) => Uint8Array | null
  /** A network as a number, as it is written: 127.0.0.0 is 0x7f000000. */
  readonly network: (name: string) => number | null
  /** Services that are known, to suggest from. */
  readonly services: () => readonly string[]
}

/** The texts of the files, and what host names mean; what is missing is empty. */
export type NameSources = {
  readonly services?: string
  readonly protocols?: string
  readonly networks?: string
  readonly ethers?: string
  readonly hosts?: ReadonlyMap<string, readonly Address[]>
}

/** The words of each line, without comments and empty lines. */
const linesOf = (text: string): string[][] =>
  text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter((words) => words.length > 1)

/** First mention of a name wins, as the C library reads these files. */
function setFirst<Value>(map: Map<string, Value>, names: readonly string[], value: Value): void {
  for (const name of names) if (!map.has(name)) map.set(name, value)
}

function readServices(text: string): Map<string, number> {
  const ports = new Map<string, number>()
  for (const [name = '', entry = '', ...aliases] of linesOf(text)) {
    const [port = '', protocol = ''] = entry.split('/')
    if (!/^\d+$/.test(port)) continue
    setFirst(
      ports,
      [name, ...aliases].map((each) => `${each}/${protocol}`),
      Number(port),
    )
  }
  return ports
}

function readProtocols(text: string): Map<string, number> {
  const numbers = new Map<string, number>()
  for (const [name = '', number = '', ...aliases] of linesOf(text))
    if (/^\d+$/.test(number)) setFirst(numbers, [name, ...aliases], Number(number))
  return numbers
}

function readNetworks(text: string): Map<string, number> {
  const networks = new Map<string, number>()
  for (const [name = '', quad = '', ...aliases] of linesOf(text)) {
    const bytes = [...quad.split('.'), '0', '0', '0'].slice(0, 4).map(Number)
    if (!bytes.every((byte) => byte >= 0 && byte <= 255)) continue
    const number = bytes.reduce((whole, byte) => whole * 256 + byte, 0)
    setFirst(networks, [name, ...aliases], number)
  }
  return networks
}

function readEthers(text: string): Map<string, Uint8Array> {
  const ethers = new Map<string, Uint8Array>()
  for (const [mac = '', name = ''] of linesOf(text)) {
    const bytes = parseMac(mac)
    if (bytes !== null) setFirst(ethers, [name], bytes)
  }
  return ethers
}

/** Made when it is first asked for: most filters have no names. */
function once<Value>(make: () => Value): () => Value {
  let made: Value | null = null
  return () => {
    made ??= make()
    return made
  }
}

/** Names as a machine's files and its resolver have them. Lines that cannot be read are passed over. */
export function namesOf(sources: NameSources): Names {
  const ports = once(() => readServices(sources.services ?? ''))
  const protocols = once(() => readProtocols(sources.protocols ?? ''))
  const networks = once(() => readNetworks(sources.networks ?? ''))
  const ethers = once(() => readEthers(sources.ethers ?? ''))
  return {
    hosts: (name) => sources.hosts?.get(name) ?? addressOf(name),
    port: (name, protocol) => ports().get(`${name}/${protocol}`) ?? decimalPort(name),
    protocol: (name) => protocols().get(name) ?? null,
    ether: (name) => ethers().get(name) ?? null,
    network: (name) => networks().get(name) ?? null,
    services: () => [...new Set([...ports().keys()].map((key) => key.replace(/\/.*/, '')))],
  }
}

/** A name that is an address in truth, such as `\192.0.2.1`. */
function addressOf(name: string): readonly Address[] | null {
  const address = parseAddress(name) ?? shortAddress(name)
  return address === null ? null : [address]
}

const PART = /^(?:0[xX][0-9A-Fa-f]+|0[0-7]*|[1-9]\d*)$/

/** One to four parts, the last as long as bytes are left: `10.1` is 10.0.0.1 (inet_aton(3)). */
function shortAddress(name: string): Address | null {
  const parts = name.split('.')
  if (parts.length > 4 || !parts.every((part) => PART.test(part))) return null
  const numbers = parts.map((part) =>
    /^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part),
  )
  const last = numbers.pop() ?? 0
  if (numbers.some((byte) => byte > 255) || last >= 256 ** (4 - numbers.length)) return null
  const value = numbers.reduce((whole, byte, index) => whole + byte * 256 ** (3 - index), last)
  return {
    family: 4,
    bytes: Uint8Array.from([24, 16, 8, 0], (shift) => (value >>> shift) & 0xff),
    zone: null,
  }
}

/** A name that is a number in truth, such as one end of `80-90`. */
const decimalPort = (name: string): number | null =>
  /^\d{1,5}$/.test(name) && Number(name) <= 65535 ? Number(name) : null

/** The names of hosts in an expression, each once: they are looked up before it is compiled. */
export function hostNamesIn(tree: Expression | null): string[] {
  const names = new Set<string>()
  for (const leaf of leavesOf(tree)) {
    if (leaf.kind !== 'address' || leaf.identifier.form !== 'name') continue
    const { kind, protocol } = leaf.qualifiers
    const isHost = kind === null || kind === 'host'
    if (isHost && protocol !== 'link' && protocol !== 'decnet') names.add(leaf.identifier.text)
  }
  return [...names]
}
