/**
 * The owners' own commands, run by the real ufw and firewalld in a network and with settings of
 * their own: the packet passes by the rules that they then write, and the undo restores these.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftJson } from '../../src/facts/nft.ts'
import type { RuleSet } from '../../src/facts/rule-set.ts'
import { findRule } from '../../src/policy/find-rule.ts'
import { walkJourney } from '../../src/policy/journey.ts'
import { mendCommands } from '../../src/policy/mend.ts'
import { syn } from './machine.ts'

/** Mounted over what the programs write; ends with its process. */
const WORLD = `mount -t tmpfs rungs /run && mkdir /run/dbus
for dir in /etc/ufw /etc/default /etc/firewalld; do
  mkdir -p /run/own$dir && cp -a $dir/. /run/own$dir/ && mount --bind /run/own$dir $dir || exit 1
done
ip link set lo up; echo ready; exec sleep 300`

let world: ChildProcess
const run = (script: string): string =>
  execFileSync('nsenter', ['-t', String(world.pid), '-n', '-m', 'sh', '-ec', script], {
    encoding: 'utf8',
    stdio: 'pipe',
  })

beforeAll(async () => {
  world = spawn('unshare', ['--net', '--mount', '--propagation', 'private', 'sh', '-c', WORLD], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => world.stdout?.once('data', resolve))
})
afterAll(() => {
  world.kill('SIGKILL')
})

const read = (set: RuleSet | null): RuleSet => {
  if (set === null) throw new Error('nothing was read')
  return set
}

/** Runs the remedy for a connection to port 443 from 192.0.2.1, and its undo. */
function expectMended(rules: () => RuleSet, listing: () => string, command: string): void {
  const walk = () =>
    walkJourney(
      { ruleSets: [rules()], routing: null },
      { ...syn, source: '192.0.2.1' },
      { kind: 'arrives', device: 'eth0' },
    )
  const { place, packet, verdict } = walk()
  const before = listing()
  expect(['dropped', 'rejected']).toContain(verdict)
  if (place === null) throw new Error('nothing decided')
  const { rule, set } = findRule([rules()], place)
  const mend = mendCommands(place, rule, packet, 'input', set)
  expect(mend.command).toBe(command)
  run(mend.command)
  expect(walk().verdict).toBe('accepted')
  run(mend.undo ?? 'false')
  expect(walk().verdict).toBe(verdict)
  expect(listing()).toBe(before)
}

describe('ufw', () => {
  const counted = (text: string): string => text.replace(/^#.*\n/gm, '').replace(/\[\d+:\d+\]/g, '')
  const listing = (): string => counted(run('iptables-save; ip6tables-save; ufw status numbered'))
  const rules = (): RuleSet => read(parseIptablesSave(run('iptables-save'), 4))

  test.for([
    ['its default', 'ufw default deny incoming', 'ufw allow 443/tcp'],
    ['a rule in the middle', 'ufw deny 443/tcp; ufw allow 80/tcp', 'ufw allow 443/tcp'],
    ['a rule for both protocols', 'ufw reject 443', 'ufw prepend allow 443/tcp'],
    ['a rule for a network', 'ufw deny from 192.0.2.0/24', 'ufw prepend allow 443/tcp'],
  ] as const)('%s', ([, setting, command]) => {
    run(
      `ufw --force reset; ufw default allow incoming; ufw allow 22/tcp; ${setting}; ufw --force enable`,
    )
    expectMended(rules, listing, command)
  })
})

describe('firewalld', () => {
  beforeAll(() => {
    run(`ufw --force disable
iptables -F; ip6tables -F; nft flush ruleset
dbus-daemon --system --fork --nopidfile
firewalld --nofork --nopid >/dev/null 2>&1 &
for n in $(seq 100); do firewall-cmd -q --state && break; sleep 0.2; done`)
  })
  const listing = (): string => run('nft list ruleset')
  const rules = (): RuleSet => read(parseNftJson(run('nft -j list ruleset')))

  test('what its zone does not name', () => {
    expectMended(rules, listing, 'firewall-cmd --zone=public --add-port=443/tcp')
  })

  test('a zone of its own for the network', () => {
    run('firewall-cmd -q --zone=drop --add-source=192.0.2.0/24')
    expectMended(rules, listing, 'firewall-cmd --zone=drop --add-port=443/tcp')
    run('firewall-cmd -q --zone=drop --remove-source=192.0.2.0/24')
  })

  test('a rich rule that denies what is allowed', () => {
    run(
      "firewall-cmd -q --add-service=https; firewall-cmd -q --add-rich-rule='rule service name=https reject'",
    )
    expectMended(
      rules,
      listing,
      "firewall-cmd --zone=public --add-rich-rule='rule priority=-1 port port=443 protocol=tcp accept'",
    )
  })
})
