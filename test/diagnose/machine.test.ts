import { expect, test } from 'vitest'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { readMachine } from '../../src/diagnose/machine.ts'
import { forwards } from '../../src/policy/routing.ts'
import { scriptedHost } from './scene.ts'

const ADDRESSES = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
2: eth0.5: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.1/24 scope global eth0.5
`
const PARAMETERS =
  'sysctl net.ipv4.ip_forward net.ipv6.conf.all.forwarding net.ipv4.conf.all.rp_filter net.ipv4.conf.all.accept_local net.ipv4.conf.all.route_localnet net.ipv4.conf.eth0/5.rp_filter net.ipv4.conf.eth0/5.accept_local net.ipv4.conf.eth0/5.route_localnet'

test('a host is read side by side into what the walk needs', async () => {
  const host = scriptedHost({
    outputs: {
      'nft -a list ruleset': 'table inet t { # handle 1\n\tchain c { # handle 1\n\t}\n}\n',
      'ip -s address show': ADDRESSES,
      'ip -4 route show table all': 'default via 192.0.2.254 dev eth0.5\n',
      'ip -6 route show table all': '',
      'ip -4 rule show': '0:\tfrom all lookup local\n',
      [PARAMETERS]: 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0/5.rp_filter = 2\n',
    },
  })
  const { machine, unknowns } = await readMachine(inquire(host))
  expect(machine.ruleSets).toHaveLength(1)
  const { routing } = machine
  if (routing === null) throw new Error('no routing')
  expect(routing.interfaces?.map(({ name }) => name)).toEqual(['lo', 'eth0.5'])
  expect(routing[4].routes).toHaveLength(1)
  expect(routing[4].rules).toHaveLength(1)
  expect(routing[6].rules).toBeNull()
  expect(forwards(routing, 4)).toBe(true)
  expect(forwards(routing, 6)).toBeNull()
  expect(unknowns).toEqual([])
})

test('what could not be had is null, and said', async () => {
  const { machine, book, unknowns } = await readMachine(inquire(scriptedHost({})))
  expect(machine.ruleSets).toEqual([])
  expect(machine.routing).toMatchObject({ interfaces: null, 4: { routes: null, rules: null } })
  expect(book.answers.every(({ known }) => !known)).toBe(true)
  expect(unknowns.map(({ what }) => what)).toEqual([
    'the addresses',
    'the IPv4 routes',
    'the IPv6 routes',
    'the kernel parameters',
  ])
  expect(unknowns[0]?.because).toBe('ip is not installed; ifconfig is not installed')
})
