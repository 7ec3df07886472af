/**
 * A topology: nodes, the links between their interfaces, addresses, routes, services, and the zone
 * that the name server serves. Read from `lab/topologies/NAME.json`.
 */
import { readData } from './data.ts'
import { readFields, readMap, readText, readTexts } from './shape.ts'
import { LabError } from './surroundings.ts'

/** One end of a link: an interface of a node. */
export type End = { readonly node: string; readonly device: string }

export type Node = {
  readonly name: string
  /** True for a router. */
  readonly forwards: boolean
  /** Every interface of the node is a port of this bridge; null for an ordinary node. */
  readonly bridge: string | null
  /** Addresses with their prefix lengths, by interface. */
  readonly addresses: Readonly<Record<string, readonly string[]>>
  /** What follows `ip route add`. */
  readonly routes: readonly string[]
  /** Lines of the node's own `/etc/resolv.conf`; empty: the name server is not used. */
  readonly resolvConf: readonly string[]
  /** Words after `rungs lab serve`, by the service's name. */
  readonly services: Readonly<Record<string, readonly string[]>>
}

/** Record data by type, by name; what a query for the name gets. */
export type Zone = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

export type Topology = {
  readonly name: string
  readonly title: string
  readonly links: readonly (readonly [End, End])[]
  readonly nodes: readonly Node[]
  readonly zone: Zone
}

/** The network namespace of a node: one spelling wherever the lab runs. */
export const namespaceOf = (node: string): string => `rungs-${node}`

const NODE_FIELDS = ['forwards', 'bridge', 'addresses', 'routes', 'resolv.conf', 'services']

function parseNode(name: string, value: unknown): Node {
  const where = `nodes.${name}`
  const fields = readFields(value, where, NODE_FIELDS)
  return {
    name,
    forwards: fields.forwards === true,
    bridge: fields.bridge === undefined ? null : readText(fields.bridge, `${where}.bridge`),
    addresses: readMap(fields.addresses, `${where}.addresses`, readTexts),
    routes: readTexts(fields.routes, `${where}.routes`),
    resolvConf: readTexts(fields['resolv.conf'], `${where}.resolv.conf`),
    services: readMap(fields.services, `${where}.services`, readTexts),
  }
}

function parseEnd(text: string, where: string, nodes: readonly Node[]): End {
  const [node = '', device = ''] = text.split(':')
  if (!nodes.some(({ name }) => name === node)) throw new LabError(`${where}: no node ${node}`)
  // The kernel's IFNAMSIZ leaves 15 characters.
  if (!/^[a-z][a-z0-9]{0,14}$/.test(device))
    throw new LabError(`${where}: ${JSON.stringify(device)} is no name for an interface`)
  return { node, device }
}

/** Reads a topology; throws a `LabError` that says which field is wrong. */
export function parseTopology(value: unknown): Topology {
  const fields = readFields(value, 'topology', ['name', 'title', 'links', 'nodes', 'zone'])
  const nodes = Object.entries(readFields(fields.nodes, 'nodes')).map(([name, node]) =>
    parseNode(name, node),
  )
  const pairs = Array.isArray(fields.links) ? fields.links : []
  const links = pairs.map((pair: unknown, index: number): readonly [End, End] => {
    const where = `links[${index}]`
    const [from, to] = readTexts(pair, where)
    return [parseEnd(from ?? '', where, nodes), parseEnd(to ?? '', where, nodes)]
  })
  return {
    name: readText(fields.name, 'name'),
    title: readText(fields.title, 'title'),
    links,
    nodes,
    zone: readMap(fields.zone, 'zone', (entry, where) => readMap(entry, where, readTexts)),
  }
}

/** The topology `lab/topologies/NAME.json`. */
export const loadTopology = (name: string): Topology => parseTopology(readData('topologies', name))
