import { expect, test } from 'vitest'
import type { Hook, Place } from '../../../src/facts/rule-set.ts'
import type { Condition } from '../../../src/policy/ruling/condition.ts'
import {
  type Matter,
  type Ruling,
  rulingToPass,
  rulingToRedirect,
  rulingToStop,
} from '../../../src/policy/ruling/ruling.ts'
import { smtp } from './smtp.ts'

const matterOf = (course: Matter['course'], change: Partial<Condition> = {}): Matter => ({
  ruleSets: [],
  course,
  asked: { ...smtp, ...change },
  filtered: { ...smtp, ...change },
  stoppedBy: null,
  stoppedAt: null,
  redirectedBy: null,
})

const lastOf = ({ nft, iptables }: Ruling) => [nft?.commands.at(-1), iptables?.commands.at(-1)]

const direct = { forwards: true, masquerade: false }

test('mail that leaves by one interface is dropped, or rejected with a message', () => {
  expect(lastOf(rulingToStop(matterOf('output'), null))).toEqual([
    `nft add rule inet rungs output 'oifname "eth0" tcp dport 25 drop'`,
    'iptables -I OUTPUT -o eth0 -p tcp --dport 25 -j DROP',
  ])
  expect(lastOf(rulingToStop(matterOf('output'), 'host-unreachable'))).toEqual([
    `nft add rule inet rungs output 'oifname "eth0" tcp dport 25 reject with icmpx type host-unreachable'`,
    'iptables -I OUTPUT -o eth0 -p tcp --dport 25 -j REJECT --reject-with icmp-host-unreachable',
  ])
})

test('mail that comes in is redirected to another port', () => {
  const matter = matterOf('input', { inputDevice: 'eth0', outputDevice: null })
  expect(lastOf(rulingToRedirect(matter, { address: null, port: 25025 }, direct))).toEqual([
    `nft add rule inet rungs prerouting 'iifname "eth0" tcp dport 25 redirect to :25025'`,
    'iptables -t nat -I PREROUTING -i eth0 -p tcp --dport 25 -j REDIRECT --to-ports 25025',
  ])
})

test('a connection that goes out is redirected to another host', () => {
  const matter = matterOf('output', { outputDevice: null, destination: '192.0.2.5' })
  const elsewhere = { address: '198.51.100.7', port: 2525 }
  expect(lastOf(rulingToRedirect(matter, elsewhere, direct))).toEqual([
    'nft add rule inet rungs output ip daddr 192.0.2.5 tcp dport 25 dnat ip to 198.51.100.7:2525',
    'iptables -t nat -I OUTPUT -d 192.0.2.5 -p tcp --dport 25 -j DNAT --to-destination 198.51.100.7:2525',
  ])
})

test('what comes in for another host needs forwarding, and its answers the way back', () => {
  const matter = matterOf('input', { outputDevice: null, family: 6 })
  const { iptables, nft } = rulingToRedirect(
    matter,
    { address: '2001:db8::7', port: null },
    { forwards: false, masquerade: true },
  )
  expect(iptables).toEqual({
    commands: [
      'sysctl -w net.ipv6.conf.all.forwarding=1',
      'ip6tables -t nat -I PREROUTING -p tcp --dport 25 -j DNAT --to-destination 2001:db8::7',
      'ip6tables -t nat -I POSTROUTING -d 2001:db8::7 -p tcp --dport 25 -j MASQUERADE',
    ],
    undo: [
      'ip6tables -t nat -D POSTROUTING -d 2001:db8::7 -p tcp --dport 25 -j MASQUERADE',
      'ip6tables -t nat -D PREROUTING -p tcp --dport 25 -j DNAT --to-destination 2001:db8::7',
      'sysctl -w net.ipv6.conf.all.forwarding=0',
    ],
  })
  expect(nft?.undo).toEqual([
    'nft delete table inet rungs',
    'sysctl -w net.ipv6.conf.all.forwarding=0',
  ])
})

test('where it is not known whether the host forwards, nothing says that it did not', () => {
  const { iptables } = rulingToRedirect(
    matterOf('forward'),
    { address: '10.0.0.1', port: null },
    { forwards: null, masquerade: false },
  )
  expect(iptables?.commands[0]).toBe('sysctl -w net.ipv4.ip_forward=1')
  expect(iptables?.undo).toHaveLength(1)
})

test('what is to be chosen stands in capitals', () => {
  const to = { address: 'ADDRESS', port: 'PORT' } as const
  expect(lastOf(rulingToRedirect(matterOf('output'), to, direct))).toEqual([
    `nft add rule inet rungs output 'meta nfproto ipv4 oifname "eth0" tcp dport 25 dnat ip to ADDRESS:PORT'`,
    'iptables -t nat -I OUTPUT -o eth0 -p tcp --dport 25 -j DNAT --to-destination ADDRESS:PORT',
  ])
})

test("no rule of one tool overrules the other's", () => {
  const place: Place = {
    backend: 'iptables',
    family: 'ip',
    table: 'raw',
    chain: 'PREROUTING',
    handle: null,
    number: 1,
    policy: false,
    text: '-A PREROUTING -j DROP',
  }
  const stopped = (change: Partial<Place>, at: Hook = 'prerouting'): Matter => ({
    ...matterOf('input'),
    stoppedBy: { ...place, ...change },
    stoppedAt: at,
  })
  expect(rulingToStop(stopped({}), 'tcp-reset')).toEqual({ nft: null, iptables: null })
  const filter = rulingToStop(stopped({ table: 'filter', chain: 'INPUT' }, 'input'), 'tcp-reset')
  expect(filter.nft).toBeNull()
  expect(filter.iptables?.commands[0]).toMatch(/^iptables -I INPUT 1 /)
  const own = { backend: 'nft', chain: 'c', handle: 4 } as const
  const nft = rulingToStop(stopped(own, 'input'), 'tcp-reset')
  expect(nft.iptables).toBeNull()
  expect(nft.nft?.commands[0]).toMatch(/^nft insert rule ip raw c handle 4 /)
  expect(rulingToStop(stopped(own), 'tcp-reset').nft).toBeNull()
})

test('what lets a packet pass says at each hook what is known there', () => {
  const place: Place = {
    backend: 'iptables',
    family: 'ip',
    table: 'raw',
    chain: 'PREROUTING',
    handle: null,
    number: 3,
    policy: false,
    text: '-A PREROUTING -j DROP',
  }
  const matter = matterOf('forward', { inputDevice: 'lan0', outputDevice: 'wan0' })
  const ruling = rulingToPass({ ...matter, stoppedBy: place, stoppedAt: 'prerouting' })
  expect(ruling).toEqual({
    nft: null,
    iptables: {
      commands: ['iptables -t raw -I PREROUTING 3 -i lan0 -p tcp --dport 25 -j ACCEPT'],
      undo: ['iptables -t raw -D PREROUTING -i lan0 -p tcp --dport 25 -j ACCEPT'],
    },
  })
})
