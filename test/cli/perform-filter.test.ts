import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { surroundings } from './surroundings.ts'

async function filter(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const around = surroundings()
  const code = await run(['filter', ...words], around)
  return { code, ...around.written }
}

const tcpdump = (...words: string[]): string =>
  execFileSync('tcpdump', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

describe('the program is that of tcpdump', () => {
  test.each([
    '-d tcp port 80',
    '-dd icmp or arp',
    '-ddd -y LINUX_SLL2 udp port domain',
    '-d -y IEEE802_11_RADIO ip host 10.0.0.1',
    '-d -y NULL ip6 and not tcp',
    '-O -d -y PPP net 10.0.0.0/8',
    '-d -s 96 len > 100',
  ])('%s', async (line) => {
    const words = line.split(' ')
    const link = words.includes('-y') ? [] : ['-y', 'EN10MB']
    expect(await filter(...words)).toEqual({ code: 0, out: tcpdump(...link, ...words), err: '' })
  })
})

test('without a flag it says what is selected, and how long the program is', async () => {
  expect((await filter('tcp', 'port', '80')).out).toBe(
    'Selects packets that come from or go to TCP port 80.\n' +
      'For EN10MB it is 20 instructions; rungs filter -d shows them.\n',
  )
  expect((await filter('-y', 'RAW', 'ip6', 'protochain', '6')).out).toContain(
    'The kernel would not take the program: instruction',
  )
  expect((await filter('--explain', 'arp')).out).toBe('Selects packets that are ARP.\n')
})

test('as JSON it is one object', async () => {
  const told = JSON.parse((await filter('-j', 'ip')).out)
  expect(told).toMatchObject({ linkType: { number: 1, name: 'EN10MB' }, kernel: null })
  expect(told.instructions[0]).toEqual({
    code: 40,
    jt: 0,
    jf: 0,
    k: 12,
    text: '(000) ldh      [12]',
  })
  const refused = await filter('--json', 'tcp', 'prot', '80')
  expect(refused.code).toBe(2)
  expect(JSON.parse(refused.out).error).toMatchObject({ at: 4, end: 8, suggestion: 'port' })
})

test('what cannot be compiled is shown with the place', async () => {
  const { code, out, err } = await filter('tcp', 'prot', '80')
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain('\n  tcp prot 80\n      ^^^^\n  did you mean “port”?\n')
  expect((await filter('host', 'no-such-host.invalid')).err).toContain('no-such-host.invalid')
})

test('hosts are looked up by the system', async () => {
  expect((await filter('-d', 'ip', 'host', 'localhost')).out).toContain('#0x7f000001')
})
