import { describe, expect, test } from 'vitest'
import { parseInvocation, UsageError } from '../../src/cli/command.ts'
import { firewall, readFirewallRequest } from '../../src/cli/firewall.ts'

const read = (...words: string[]) => readFirewallRequest(parseInvocation(firewall, words))

describe('what is asked for', () => {
  test('is about TCP, a new connection and this host unless said otherwise', () => {
    expect(read('--to', '192.0.2.5:25')).toEqual({
      from: { who: { kind: 'unsaid' }, port: null },
      to: { who: { kind: 'address', address: '192.0.2.5', family: 4 }, port: 25 },
      protocol: 'tcp',
      state: 'new',
      family: 4,
      inputDevice: null,
      outputDevice: null,
      files: [],
      host: 'local',
      rejection: 'host-unreachable',
      redirectTo: null,
      timeoutMs: 20_000,
      json: false,
      verbose: false,
      noColour: false,
    })
  })

  test('takes every flag', () => {
    expect(
      read(
        ...[
          '--from',
          '2001:db8::9',
          '--to',
          ':53',
          '-p',
          'udp',
          '-i',
          'eth0',
          '--state',
          'established',
        ],
        ...[
          '-s',
          'netns://db',
          '--reject-with',
          'icmp6-adm-prohibited',
          '--redirect-to',
          '[2001:db8::7]:53',
          '-j',
          '-v',
        ],
      ),
    ).toMatchObject({
      protocol: 'udp',
      state: 'established',
      family: 6,
      inputDevice: 'eth0',
      host: 'netns://db',
      rejection: 'admin-prohibited',
      redirectTo: { address: '2001:db8::7', port: 53 },
      json: true,
      verbose: true,
    })
    expect(read('--to', 'any', '-p', 'icmp', '-6').family).toBe(6)
    expect(read('--to', ':25', '-r', 'a', '--file', '-').files).toEqual(['a', '-'])
    expect(read('--to', ':25', '--redirect-to', ':25025').redirectTo).toEqual({
      address: null,
      port: 25025,
    })
    expect(
      read('--from', '192.0.2.5:443', '--to', '10.0.0.1', '--state', 'established').to.port,
    ).toBeNull()
  })
})

test.for<[string, string]>([
  ['', 'to where? --to ADDRESS:PORT, or --to :PORT for a port of the host itself'],
  ['--from 10.0.0.1', 'to where? --to ADDRESS:PORT, or --to :PORT for a port of the host itself'],
  ['--to 192.0.2.5', '--to has no port; write --to ADDRESS:PORT, or --proto icmp for a ping'],
  ['--to 192.0.2.5 --state established', 'no port was given; one of the two ends has to have one'],
  ['--to 192.0.2.5:25 --proto icmp', 'a port was given, and --proto icmp has none'],
  [
    '--to 192.0.2.5:25 --from 2001:db8::1',
    'IPv4 and IPv6 do not go together: no packet has addresses of both',
  ],
  ['--to 192.0.2.5:25 -6', 'IPv4 and IPv6 do not go together: no packet has addresses of both'],
  [
    '--to 192.0.2.5:25 --redirect-to [::1]:25',
    'IPv4 and IPv6 do not go together: no packet has addresses of both',
  ],
  ['--to a:25 -4 -6', '-4 and -6 exclude each other; without either, the addresses tell'],
  [
    '--to :25 --in eth0/1',
    '--in: eth0/1 is no name of an interface; ip link shows them, any is one',
  ],
  [
    '--to :25 --out sixteen-or-longer',
    '--out: sixteen-or-longer is no name of an interface; ip link shows them, any is one',
  ],
  [
    '--to :25 --host local --file x',
    '--host and --file are two places to read rules from; give one',
  ],
  ['--to :25 --file - --file -', '--file - was given twice; stdin can be read once'],
  [
    '--to :25 --reject-with icmp-host-unreachabel',
    '--reject-with takes host-unreachable, net-unreachable, port-unreachable, admin-prohibited, tcp-reset; not icmp-host-unreachabel: did you mean host-unreachable?',
  ],
  [
    '--to :53 --proto udp --reject-with tcp-reset',
    '--reject-with tcp-reset answers TCP only, and --proto is udp',
  ],
  [
    '--to :25 --redirect-to www:25',
    '--redirect-to was www:25; write :PORT for another port of that host, or ADDRESS[:PORT] for another host',
  ],
  [
    '--to any --proto icmp --redirect-to :25',
    '--redirect-to was given with a port, and ICMP has none',
  ],
  ['--to :25 --proto tpc', '--proto takes tcp, udp, icmp; not tpc'],
  ['--to :25 --form any', 'rungs firewall has no flag --form; did you mean --from?'],
])('%s is refused with what to do', ([words, message]) => {
  expect(() => read(...words.split(' ').filter((word) => word !== ''))).toThrow(
    new UsageError(message),
  )
})
