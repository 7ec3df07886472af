import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { Proposal } from '../../src/diagnose/remedy.ts'
import {
  addRoute,
  bringUp,
  deleteRoute,
  familyFlag,
  remedy,
  setSysctl,
} from '../../src/diagnose/remedy.ts'

/** The words that a shell hands to `ip` or `sysctl`; nothing else can be run there. */
function wordsOf(command: string): string[] {
  const show = `{ printf '%s\\0' "$@"; }`
  const script = `ip() ${show}; sysctl() ${show}; ${command}`
  const heard = execFileSync('/bin/sh', ['-c', script], {
    encoding: 'utf8',
    env: { PATH: '/nowhere' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return heard.split('\0').slice(0, -1)
}

/** What Linux lets an interface be called: up to 15 bytes but `/`, `:` and spaces (dev_valid_name). */
const HOSTILE = ['$(reboot)', '`id`', 'a;reboot', "it's", 'a"b', 'a&b|c', 'x>y', '*', 'a\\', "a'$b"]

describe('a remedy', () => {
  const draft = { host: 'server', command: 'true', why: 'so', turnsGreen: 'transport.port' }

  test('says where it runs, why, what it risks, and what must turn green', () => {
    expect(remedy(draft)).toEqual({
      ...draft,
      risk: expect.stringMatching(/./),
      undo: null,
      persist: null,
    })
    expect(remedy({ ...draft, undo: 'false', risk: 'much' })).toMatchObject({
      undo: 'false',
      risk: 'much',
    })
  })
})

describe('an interface', () => {
  test('is brought up, and down again', () => {
    expect(bringUp('server', 'eth0')).toMatchObject({
      host: 'server',
      command: 'ip link set eth0 up',
      undo: 'ip link set eth0 down',
      turnsGreen: 'link.state',
      keep: { kind: 'link-up', device: 'eth0' },
    })
  })

  test.for(HOSTILE)('named %j is only a name', (device) => {
    const { command, undo } = bringUp('client', device)
    expect(wordsOf(command)).toEqual(['link', 'set', device, 'up'])
    expect(wordsOf(undo ?? '')).toEqual(['link', 'set', device, 'down'])
  })

  test('is kept by its own name, whatever letters it has', () => {
    expect(bringUp('client', 'a$&b').keep).toEqual({ kind: 'link-up', device: 'a$&b' })
  })
})

describe('a route', () => {
  test('is put in and can be taken away', () => {
    expect(addRoute('client', 4, 'default', '10.77.1.1', 'eth0', 'route.default')).toMatchObject({
      command: 'ip route replace default via 10.77.1.1 dev eth0',
      undo: 'ip route del default via 10.77.1.1 dev eth0',
      turnsGreen: 'route.default',
    })
    expect(addRoute('server', 6, 'default', 'fe80::1', 'eth0', 'x').command).toBe(
      'ip -6 route replace default via fe80::1 dev eth0',
    )
    expect(addRoute('client', 4, '10.0.0.0/8', '10.77.1.1', null, 'x').command).toBe(
      'ip route replace 10.0.0.0/8 via 10.77.1.1',
    )
  })

  test.for(HOSTILE)('by the interface %j stays one command', (device) => {
    const { command } = addRoute('client', 4, 'default', '10.77.1.1', device, 'x')
    expect(wordsOf(command).slice(-2)).toEqual(['dev', device])
  })

  test('that rejects is deleted, and its risk is told', () => {
    const found = deleteRoute('client', 6, 'unreachable fd00::/8', 'it rejects', 'route.target')
    expect(found).toMatchObject({
      command: 'ip -6 route del unreachable fd00::/8',
      undo: 'ip -6 route add unreachable fd00::/8',
      why: 'it rejects',
    })
    expect(found.risk).toContain('will pass')
  })

  test('of IPv6 has to be said to be one', () => {
    expect([familyFlag(4), familyFlag(6)]).toEqual(['', '-6 '])
  })
})

describe('a kernel parameter', () => {
  const set = (device: string): Proposal =>
    setSysctl('server', `net.ipv4.conf.${device}.rp_filter`, '2', '1', 'loose', 'transport.port')

  test('is set, set back, and kept over a restart', () => {
    const { command, undo, keep } = set('eth0')
    expect(wordsOf(command)).toEqual(['-w', 'net.ipv4.conf.eth0.rp_filter=2'])
    expect(wordsOf(undo ?? '')).toEqual(['-w', 'net.ipv4.conf.eth0.rp_filter=1'])
    expect(keep).toEqual({ kind: 'sysctl', name: 'net.ipv4.conf.eth0.rp_filter', value: '2' })
  })

  test('of an interface stays one command, whatever it is called', () => {
    for (const device of HOSTILE) {
      const { command } = set(device)
      expect(wordsOf(command)).toEqual(['-w', `net.ipv4.conf.${device}.rp_filter=2`])
    }
  })
})
