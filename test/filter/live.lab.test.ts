/** Filters for live captures: tcpdump compiles for a device what needs Linux's words beside the packet. */

import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { compile, compileBlocks } from '../../src/filter/compile.ts'
import { layOut } from '../../src/filter/layout.ts'
import { formatNumbers } from '../../src/filter/listing.ts'
import { circumstancesOf } from './front.ts'

const EXPRESSIONS = [
  'vlan',
  'vlan 5',
  'vlan 5 and ip',
  'vlan and tcp port 80',
  'vlan and vlan 7',
  'vlan 5 and vlan 7 and host 10.0.0.1',
  'vlan or ip',
  'ip or vlan 5',
  'not vlan 5',
  'vlan and pppoes and ip',
  'vlan and mpls and ip',
  'vlan and ip[8] < 5',
  'vlan and ip6 multicast',
  'vlan and ether host 02:00:00:00:00:01',
  'inbound',
  'outbound and tcp',
  'ifindex 1 and udp',
  'tcp port 80 or arp',
]

/** tcpdump's program for the loopback device, as `-ddd` prints it. */
function theirs(options: readonly string[], expression: string): string {
  const { status, stdout, stderr } = spawnSync(
    'tcpdump',
    ['-i', 'lo', '-ddd', ...options, '--', expression],
    { encoding: 'utf8' },
  )
  expect(status, stderr).toBe(0)
  return stdout
}

const LIVE = circumstancesOf(1, { source: 'live' })

test.for(EXPRESSIONS)('“%s” is tcpdump’s program for a device, optimised and not', (expression) => {
  expect(formatNumbers(layOut(compileBlocks(expression, LIVE).root))).toBe(
    theirs(['-O'], expression),
  )
  expect(formatNumbers(compile(expression, LIVE))).toBe(theirs([], expression))
})
