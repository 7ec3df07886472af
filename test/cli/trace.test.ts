import { describe, expect, test } from 'vitest'
import { parseInvocation } from '../../src/cli/command.ts'
import { readTraceRequest, trace } from '../../src/cli/trace.ts'

const read = (words: string) =>
  readTraceRequest(parseInvocation(trace, words.split(' ').filter(Boolean)))

test('a host alone is traced three times, by ICMP where that may be', () => {
  expect(read('www.example.org')).toMatchObject({
    host: 'www.example.org',
    protocol: null,
    rounds: 3,
    intervalMs: 0,
    mostHops: 30,
    devices: [null],
    form: 'table',
    names: true,
    asn: false,
  })
})

test.each([
  ['h --tcp 443', { protocol: 'tcp', port: 443 }],
  ['h --tcp https', { protocol: 'tcp', port: 443 }],
  ['h --udp', { protocol: 'udp', port: 33_434 }],
  ['h --icmp', { protocol: 'icmp' }],
  ['h -c 10', { rounds: 10, intervalMs: 1000 }],
  ['h -c 10 -i 0.2', { rounds: 10, intervalMs: 200 }],
  ['h --live', { rounds: Number.POSITIVE_INFINITY, intervalMs: 1000, form: 'live' }],
  ['h -m 12 -w 0.5 -s 1000', { mostHops: 12, waitMs: 500, packetBytes: 1000 }],
  ['h --via eth0 --via wlan0', { devices: ['eth0', 'wlan0'] }],
  ['h --asn-table f', { asn: true, asnTable: 'f' }],
  ['h -z -n', { asn: true, names: false }],
  ['2001:db8::1', { family: 6 }],
  ['h --source 192.0.2.1', { family: 4, source: '192.0.2.1' }],
  ['h -6', { family: 6 }],
  ['h -r', { form: 'report' }],
  ['--read f', { host: null, read: 'f' }],
] as const)('%s means what it says', (words, wanted) => {
  expect(read(words)).toMatchObject(wanted)
})

describe('what cannot be meant is refused with what would be right', () => {
  test.each([
    ['', /the path to what\? rungs trace HOST/],
    ['https://www.example.org/x', /did you mean rungs trace www\.example\.org\?/],
    ['www.example.org:443', /did you mean rungs trace www\.example\.org\?/],
    ['10.0.0.300', /neither a name nor an address/],
    ['h --tcp 80 --udp', /--tcp and --udp are different probes/],
    ['h --tcp 0', /0 is no port/],
    ['h -c 0', /--count was 0; it takes a number from 1 to 100/],
    ['h -c many', /--count was many/],
    ['h -i 0', /--interval was 0; it takes seconds from 0\.01/],
    ['h --json --report', /--json and --report are different answers/],
    ['h -4 -6', /exclude each other/],
    ['192.0.2.1 -6', /do not go together/],
    ['192.0.2.1 --source ::1', /do not go together/],
    ['h --source eth0', /--source was eth0; it takes an address/],
    ['h --via a/b', /no name of a device/],
    ['h --via a --via b --via c', /more than twice/],
    ['h --via a --via b --compare f', /--compare takes one/],
    ['h --via a --via b --save f', /--save keeps one trace/],
    ['h --compare f --live', /--live shows one trace/],
    ['h --mtu --tcp 80', /a SYN is small/],
    ['h --mtu --live', /--mtu is asked at the end/],
    ['h --read f', /h would be traced anew/],
    ['--read f --live', /--live shows a trace as it runs/],
    ['h --flow 250', /--flow was 250; it takes a number from 0 to 249/],
  ])('%s', (words, said) => {
    expect(() => read(words)).toThrow(said)
  })
})
