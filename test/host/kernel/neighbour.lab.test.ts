import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ip, removeNamespaces, uniqueName } from '../namespace.ts'
import { makePath, type Path } from '../path.ts'

let path: Path
const [twin, bridge] = [uniqueName('t'), uniqueName('b')]
const macOf = (namespace: string, device: string): string =>
  JSON.parse(ip(`-n ${namespace} -j link show dev ${device}`))[0].address

/** 10.71.9.9 is on a bridge twice: at the server's and at the twin's. */
beforeAll(() => {
  path = makePath()
  for (const name of [twin, bridge]) ip(`netns add ${name}`)
  ip(`-n ${bridge} link add br0 type bridge`)
  ip(`-n ${bridge} link set br0 up`)
  for (const [at, name] of [path.client, path.server, twin].entries()) {
    ip(`link add lan netns ${name} type veth peer name p${at} netns ${bridge}`)
    ip(`-n ${bridge} link set p${at} master br0 up`)
    ip(`-n ${name} link set lan up`)
  }
  ip(`-n ${path.client} addr add 10.71.9.1/24 dev lan`)
  ip(`-n ${path.client} addr add fd71:9::1/64 dev lan nodad`)
  for (const name of [path.server, twin]) {
    ip(`-n ${name} addr add 10.71.9.9/24 dev lan`)
    ip(`-n ${name} addr add fd71:9::9/64 dev lan nodad`)
  }
})
afterAll(() => {
  removeNamespaces(twin, bridge)
  path.remove()
})

describe.each([
  [4, '10.71.1.254', '10.71.1.77', '10.71.9.9', 'arping -c 1 -I eth0 10.71.1.254'],
  [6, 'fd71:1::254', 'fd71:1::77', 'fd71:9::9', 'ndisc6 -1 fd71:1::254 eth0'],
] as const)('over IPv%d', (_, there, nobody, twice, command) => {
  test('an owner answers with its MAC, in no time', async () => {
    const began = performance.now()
    const reply = await path.probe('neighbour', there, 'eth0', 3000)
    const mac = macOf(path.router, 'r0')
    expect(reply).toEqual({
      address: there,
      device: 'eth0',
      outcome: 'answered',
      macs: [mac],
      because: null,
      command,
      lines: [`${there} is at ${mac} on eth0`],
    })
    expect(performance.now() - began).toBeLessThan(1500)
  })

  test('what the table of the kernel says does not matter', async () => {
    ip(`-n ${path.client} neigh replace ${there} lladdr 02:00:00:00:00:66 dev eth0 nud permanent`)
    const reply = await path.probe('neighbour', there, 'eth0', 1000)
    ip(`-n ${path.client} neigh del ${there} dev eth0`)
    expect(reply.macs).toEqual([macOf(path.router, 'r0')])
  })

  test('nobody is silence', async () => {
    const reply = await path.probe('neighbour', nobody, 'eth0', 300)
    expect(reply).toMatchObject({ outcome: 'silent', macs: [], because: null })
    expect(reply.lines).toEqual([`nobody answers for ${nobody} on eth0 within 300 ms`])
  })

  test('two owners are both heard', async () => {
    const reply = await path.probe('neighbour', twice, 'lan', 1000)
    expect(reply.outcome).toBe('answered')
    expect([...reply.macs].sort()).toEqual([macOf(path.server, 'lan'), macOf(twin, 'lan')].sort())
  })

  test('without privilege nothing is known', async () => {
    const reply = await path.probeUnprivileged('neighbour', there, 'eth0', 300)
    expect(reply).toMatchObject({
      outcome: 'unknown',
      macs: [],
      because: 'a packet socket needs root (CAP_NET_RAW)',
    })
  })
})

test('a link-local address is asked for from one', async () => {
  const shown = JSON.parse(ip(`-n ${path.router} -j -6 addr show dev r0 scope link`))
  const { local } = shown[0].addr_info.find((one: { scope: string }) => one.scope === 'link')
  await expect
    .poll(async () => (await path.probe('neighbour', local, 'eth0', 500)).macs, { timeout: 5000 })
    .toEqual([macOf(path.router, 'r0')])
})

test('a client without an address asks all the same', async () => {
  ip(`-n ${path.client} addr flush dev lan`)
  const reply = await path.probe('neighbour', '10.71.9.9', 'lan', 1000)
  expect(reply.macs.length).toBe(2)
})

test.each([
  ['10.71.1.254', 'none', 'there is no device none'],
  ['127.0.0.1', 'lo', 'lo is not an Ethernet device'],
  ['www', 'eth0', 'it is no address'],
])('%s on %s cannot be asked for', async (address, device, because) => {
  const reply = await path.probe('neighbour', address, device, 300)
  expect(reply).toMatchObject({ outcome: 'unknown', because })
})
