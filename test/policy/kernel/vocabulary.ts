/**
 * What rules and packets are made of: few enough values that rules often meet the packets that are
 * sent, by equality, prefix and range, and some that meet none.
 */
import type { Chance } from './chance.ts'
import { addressesOf, HOSTS, type HostName } from './network.ts'

export const PREFIXES: Readonly<Record<4 | 6, readonly string[]>> = {
  4: [
    '10.77.1.0/24',
    '10.77.2.0/24',
    '10.77.0.0/16',
    '10.77.1.0/30',
    '10.77.2.4/30',
    '127.0.0.0/8',
  ],
  6: ['fd00:77:1::/64', 'fd00:77:2::/64', 'fd00:77::/32', 'fd00:77:2::/126', 'fd00:77:1::4/126'],
}

export const RANGES: Readonly<Record<4 | 6, readonly string[]>> = {
  4: ['10.77.1.1-10.77.1.9', '10.77.1.5-10.77.2.3', '10.77.2.6-10.77.2.254'],
  6: ['fd00:77:1::1-fd00:77:1::9', 'fd00:77:1::5-fd00:77:2::3', 'fd00:77:2::6-fd00:77:2::fe'],
}

/** Addresses that nobody has (RFC 5737, RFC 3849). */
export const NOBODY: Readonly<Record<4 | 6, string>> = { 4: '192.0.2.1', 6: '2001:db8::1' }

/** The names of a host's devices, and a name for all of them. */
export const DEVICES: Readonly<Record<HostName, readonly [string, ...string[]]>> = {
  client: ['c0'],
  router: ['lan0', 'lan1'],
  server: ['s0'],
}

/** An address of the network. */
export const anyAddress = (random: Chance, family: 4 | 6): string =>
  random.pick(addressesOf(random.pick(HOSTS), family))

/** A port that is served, seldom one that is not. */
export const anyPort = (random: Chance): number =>
  random.pick([8001, 8001, 8002, 8002, 8003, 8003, 8004, 8004, 8009])

/** An address of the host's own devices. */
export const ownAddress = (random: Chance, host: HostName, family: 4 | 6): string =>
  random.pick(addressesOf(host, family).slice(0, -1))
