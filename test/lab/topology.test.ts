import { expect, test } from 'vitest'
import { loadTopology, namespaceOf, parseTopology } from '../../src/lab/topology.ts'
import { contains, parseAddress, parsePrefix } from '../../src/wire/address.ts'

/** RFC 5737 and RFC 3849: addresses that are nobody's. */
const DOCUMENTATION = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32']

const isDocumentation = (text: string): boolean => {
  const address = parseAddress(text.replace(/\/.*/, ''))
  return DOCUMENTATION.some((prefix) => {
    const parsed = parsePrefix(prefix)
    return parsed !== null && address !== null && contains(parsed, address)
  })
}

const standard = loadTopology('standard')

test('every address of the standard topology is one for documentation', () => {
  const addresses = standard.nodes.flatMap((node) => Object.values(node.addresses).flat())
  expect(addresses.length).toBeGreaterThan(15)
  expect(addresses.filter((address) => !isDocumentation(address))).toEqual([])
})

test('every address is on an interface that a link or the loopback gives', () => {
  for (const node of standard.nodes) {
    const ends = standard.links.flat().filter((end) => end.node === node.name)
    const devices = ['lo', ...ends.map(({ device }) => device)]
    for (const device of Object.keys(node.addresses)) expect(devices).toContain(device)
  }
})

test('no interface has two links', () => {
  const ends = standard.links.flat().map(({ node, device }) => `${node}:${device}`)
  expect(new Set(ends).size).toBe(ends.length)
})

test('every address of the zone is on a node', () => {
  const own = standard.nodes
    .flatMap((node) => Object.values(node.addresses).flat())
    .map((address) => address.replace(/\/.*/, ''))
  for (const [name, records] of Object.entries(standard.zone))
    for (const address of [...(records.A ?? []), ...(records.AAAA ?? [])])
      expect(own, name).toContain(address)
})

test('a namespace says whose it is', () => {
  expect(namespaceOf('client')).toBe('rungs-client')
})

const minimal = { name: 'n', title: 't', nodes: { a: {}, b: { forwards: true } } }

test('an absent field is empty', () => {
  const { nodes, links, zone } = parseTopology({ ...minimal, links: [['a:eth0', 'b:eth0']] })
  expect(nodes.map(({ forwards }) => forwards)).toEqual([false, true])
  expect(nodes[0]).toMatchObject({ bridge: null, addresses: {}, routes: [], services: {} })
  expect(links).toEqual([
    [
      { node: 'a', device: 'eth0' },
      { node: 'b', device: 'eth0' },
    ],
  ])
  expect(zone).toEqual({})
})

test('a link to nowhere, a bad interface and an unknown field are told', () => {
  const linked = (...ends: string[]): unknown => ({ ...minimal, links: [ends] })
  expect(() => parseTopology(linked('a:eth0', 'c:eth0'))).toThrow('links[0]: no node c')
  expect(() => parseTopology(linked('a:eth0', 'b:$(reboot)'))).toThrow(/no name for an interface/)
  expect(() => parseTopology(linked('a:eth0'))).toThrow('links[0]: no node')
  expect(() => parseTopology({ ...minimal, nodes: { a: { adresses: {} } } })).toThrow(
    'nodes.a: adresses is not known here',
  )
})
