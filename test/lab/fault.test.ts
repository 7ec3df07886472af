import { expect, test } from 'vitest'
import { causeLayer, causeSides } from '../../src/diagnose/cause.ts'
import { parseTarget } from '../../src/diagnose/target.ts'
import { type Fault, loadFault, loadFaults, parseFault } from '../../src/lab/fault.ts'
import { loadRecording } from '../../src/lab/recording.ts'
import { loadTopology } from '../../src/lab/topology.ts'

const faults = loadFaults('faults')
const pairs = loadFaults('pairs')
const oddities = loadFaults('oddities')
const topology = loadTopology('standard')

const named = (list: readonly Fault[]): [string, Fault][] =>
  list.map((fault) => [fault.name, fault])

test('there are faults of every layer above the cable, of every side and of both families', () => {
  expect(faults.length).toBeGreaterThanOrEqual(28)
  expect(oddities.length).toBeGreaterThanOrEqual(7)
  expect(new Set(faults.map(({ layer }) => layer))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]))
  expect(new Set(faults.map(({ expect }) => expect.sides[0]))).toEqual(
    new Set(['client', 'path', 'server']),
  )
  expect(faults.some(({ needs }) => needs.includes('nft'))).toBe(true)
  expect(faults.some(({ needs }) => needs.includes('iptables'))).toBe(true)
})

test.for(named([...faults, ...pairs, ...oddities]))('%s is complete and possible', ([, fault]) => {
  expect(loadFault(fault.name)).toEqual(fault)
  expect(parseTarget(fault.target)).not.toHaveProperty('error')
  const nodes = topology.nodes.map(({ name }) => name)
  for (const node of [...fault.routers, ...fault.break.map(({ on }) => on)])
    expect(nodes).toContain(node)
  const started = new Set(
    topology.nodes.flatMap(({ name, services }) =>
      Object.keys(services).map((service) => `${name}/${service}`),
    ),
  )
  for (const step of fault.break) {
    if ('replay' in step)
      expect(loadRecording(step.replay).from, 'where it comes from').not.toBe('')
    if (!('service' in step)) continue
    if (step.do === 'start') started.add(`${step.on}/${step.service}`)
    else expect(started).toContain(`${step.on}/${step.service}`)
  }
  expect(fault.oracle, 'somebody else must be able to tell').not.toBeNull()
})

test.for(named([...faults, ...pairs]))(
  '%s expects a cause that the catalogue has, on its side',
  ([, fault]) => {
    const { states, causes, sides } = fault.expect
    expect(states).not.toContain('reachable')
    const [cause] = causes
    const [side] = sides
    if (!cause || !side) throw new Error('a fault has a cause and a side')
    expect(causeSides(cause)).toContain(side)
    expect(fault.layer).toBe(causeLayer(cause))
    expect(fault.expectClientOnly.states).toEqual(states)
  },
)

test('there are at least eight pairs of faults at once', () => {
  expect(pairs.length).toBeGreaterThanOrEqual(8)
})

test.for(named(pairs))('%s is two faults, the second of which is felt later', ([, fault]) => {
  const [cause] = fault.second?.expect.causes ?? []
  const [side] = fault.second?.expect.sides ?? []
  if (!cause || !side) throw new Error('the second fault has a cause and a side')
  expect(causeSides(cause)).toContain(side)
  expect(fault.expect.causes).not.toContain(cause)
})

test.for(named(oddities))('%s is no fault', ([, fault]) => {
  expect(fault.expect.states[0]).toBe('reachable')
  expect(fault.mendable).toBe('no')
})

test.for(named([...faults, ...pairs]))(
  'the commands of %s say which firewall tools they need',
  ([, fault]) => {
    const text = fault.break.map((step) => ('run' in step ? step.run : '')).join('\n')
    for (const tool of ['nft', 'iptables', 'ip6tables'])
      expect(fault.needs.includes(tool), tool).toBe(new RegExp(`(^|\\W)${tool}\\s`, 'm').test(text))
  },
)

const minimal = { name: 'n', title: 't', layer: 4, expect: { cause: 'tcp.frozen', side: 'server' } }

test('what a file leaves out has its usual value', () => {
  expect(parseFault(minimal)).toMatchObject({
    target: 'https://www.lab.example/',
    server: 'server',
    routers: [],
    mendable: 'no',
    expect: { states: ['unreachable'], causes: ['tcp.frozen'], sides: ['server'] },
    expectClientOnly: { states: ['unreachable'], causes: ['tcp.frozen'], sides: ['server'] },
  })
})

test('without access to the server another cause may be all that can be known', () => {
  const clientOnly = { cause: ['tcp.no-listener', 'tcp.frozen'] }
  const fault = parseFault({ ...minimal, expect: { ...minimal.expect, clientOnly } })
  expect(fault.expectClientOnly).toEqual({
    states: ['unreachable'],
    causes: ['tcp.no-listener', 'tcp.frozen'],
    sides: ['server'],
  })
})

test('a mistake in a file is told with its place', () => {
  const wrong =
    (part: object): (() => Fault) =>
    () =>
      parseFault({ ...minimal, ...part })
  expect(wrong({ expect: { cause: 'tcp.frosen' } })).toThrow(/^expect.cause: one of physical/)
  expect(wrong({ brake: [] })).toThrow('fault: brake is not known here')
  expect(wrong({ break: [{ on: 'r1', service: 'dns', do: 'kill' }] })).toThrow(/^break\[0\].do/)
  expect(wrong({ mendable: true })).toThrow(/^mendable: one of all, rung, no/)
  expect(() => loadFault('server-frosen')).toThrow(
    'there is no fault server-frosen; did you mean server-frozen? rungs lab list names them all',
  )
})
