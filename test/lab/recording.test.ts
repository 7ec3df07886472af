import { describe, expect, test } from 'vitest'
import { type Host, NAMESPACE } from '../../src/diagnose/host.ts'
import { printed } from '../../src/facts/source.ts'
import { dataNames } from '../../src/lab/data.ts'
import { loadFault, loadFaults, parseFault } from '../../src/lab/fault.ts'
import {
  layOver,
  loadRecording,
  opensOver,
  parseRecording,
  replaysOf,
} from '../../src/lab/recording.ts'

const live: Host = {
  name: 'client',
  role: 'client',
  access: 'local',
  limits: NAMESPACE,
  run: async (argv) => ({ ...printed('live\n'), argv }),
  close: async () => {},
}

const recording = parseRecording({
  name: 'radio',
  from: 'a laptop',
  owns: ['devices'],
  commands: {
    'iw dev': { stdout: ['phy#0', '\tInterface wlan0'] },
    'systemctl show nginx *': { stdout: 'Id=nginx.service\n', code: 4, stderr: 'odd\n' },
    'wpa_cli *': { failure: 'missing' },
  },
  files: { '/sys/class/net/wlan0/speed': ['-1'], '/etc/motd': '' },
})

describe('a host with a recording laid over it', () => {
  const host = layOver(live, recording)
  const said = async (...argv: string[]): Promise<string> => (await host.run(argv)).stdout

  test('answers what was recorded as it was recorded', async () => {
    expect(await said('iw', 'dev')).toBe('phy#0\n\tInterface wlan0\n')
    expect(await host.run(['systemctl', 'show', 'nginx', '--no-pager'])).toMatchObject({
      ...{ stdout: 'Id=nginx.service\n', stderr: 'odd\n', code: 4, failure: null },
    })
    expect(await host.run(['wpa_cli', 'status'])).toMatchObject({ failure: 'missing', code: null })
  })

  test('gives several outputs one after the other, each host from the first on', async () => {
    const growing = parseRecording({
      name: 'growing',
      from: 'a router',
      commands: { 'nstat -z': [{ stdout: ['1'] }, { stdout: ['2'] }] },
    })
    const [one, other] = [layOver(live, growing), layOver(live, growing)]
    const counts = async (of: typeof one) => (await of.run(['nstat', '-z'])).stdout
    expect([await counts(one), await counts(one), await counts(one)]).toEqual(['1\n', '2\n', '2\n'])
    expect(await counts(other)).toBe('1\n')
  })

  test('answers files by cat, and only where it has all of them', async () => {
    expect(await said('cat', '/sys/class/net/wlan0/speed', '/etc/motd')).toBe('-1\n')
    expect(await said('cat', '/sys/class/net/wlan0/speed', '/etc/hosts')).toBe('live\n')
  })

  test('asks the node everything else; a pattern is no part of a word', async () => {
    expect(await said('iw', 'dev', 'wlan0', 'link')).toBe('live\n')
    expect(await said('systemctl', 'show', 'nginxes')).toBe('live\n')
    expect(await said('cat')).toBe('live\n')
  })

  test('answers for its devices, and for its units only where it owns them', () => {
    expect(host.limits).toEqual({ devices: 'own', units: 'machine' })
    expect(live.limits.devices).toBe('machine')
  })
})

test('a host is opened with what its fault lays over its node, others as they are', () => {
  const open = opensOver((spec) => ({ ...live, access: spec }), loadFault('server-unit-stopped'))
  const limits = (spec: string, role: Host['role']): string => {
    const host = open(spec, role, role)
    return 'error' in host ? host.error : host.limits.units
  }
  expect(limits('netns://rungs-server', 'server')).toBe('own')
  expect(limits('netns://rungs-r1', 'router')).toBe('machine')
  expect(limits('local', 'client')).toBe('machine')
  const refused = opensOver(() => ({ error: 'no' }), loadFault('server-unit-stopped'))
  expect(refused('x', 'server', 'server')).toEqual({ error: 'no' })
})

test('a recording that says not where it comes from is none', () => {
  expect(() => parseRecording({ name: 'n' })).toThrow('from: a text is expected')
  expect(() => parseRecording({ name: 'n', from: 'f', owns: ['roof'] })).toThrow('owns')
  expect(() => loadRecording('no-such')).toThrow('lab/recordings has no no-such')
})

test('a fault names the recordings of its nodes', () => {
  const steps = [{ on: 'client', replay: 'radio' }]
  const fault = { name: 'n', title: 't', layer: 1, break: steps, expect: {} }
  expect([...replaysOf(parseFault(fault))]).toEqual([['client', 'radio']])
})

test('every recording is used by a fault or an oddity', () => {
  const all = [...loadFaults('faults'), ...loadFaults('oddities')]
  const used = all.flatMap((fault) => [...replaysOf(fault).values()])
  expect(dataNames('recordings').filter((name) => !used.includes(name))).toEqual([])
})
