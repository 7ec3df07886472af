/** `rungs trace` on a path of ten hops: what it says is what mtr and traceroute say, and what was done to the path. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TraceComparison } from '../../src/diagnose/trace/compare.ts'
import type { Hop } from '../../src/diagnose/trace/hop.ts'
import type { Trace } from '../../src/diagnose/trace/trace.ts'
import { makeTenHops, TARGET, TARGET_6, type TenHops } from '../host/ten-hops.ts'

let lab: TenHops
const scratch = mkdtempSync(join(tmpdir(), 'rungs-trace-'))
const undo: (() => void)[] = []

beforeAll(() => {
  lab = makeTenHops()
})
afterAll(() => {
  rmSync(scratch, { recursive: true })
  lab.remove()
})
afterEach(() => {
  for (const back of undo.splice(0).toReversed()) back()
})

/** Does something to a node, and undoes it after the test. */
function change(node: number, command: string, back: string): void {
  lab.sh(node, command)
  undo.push(() => lab.sh(node, back))
}

/** Puts nft rules into a node for the test. */
const rules = (node: number, text: string): void =>
  change(node, `nft -f - <<'END'\ntable inet t {\n${text}\n}\nEND`, 'nft delete table inet t')

const traced = (words: string, run: 'trace' | 'traceUnprivileged' = 'trace'): Trace => {
  const { out, err, code } = lab[run](`-n --json ${words}`)
  if (code !== 0) throw new Error(`${code} ${err}`)
  return JSON.parse(out) as Trace
}

const addresses = ({ hops }: { readonly hops: readonly Hop[] }): string[] =>
  hops.map((hop) => hop.addresses.map(({ address }) => address).join('+') || '*')

const notes = ({ verdict }: Trace): string => verdict.notes.map(({ text }) => text).join('\n')

const ALL = (net: string): string[] =>
  Array.from({ length: 10 }, (_, at) => net.replace('N', String(at + 1)))
const ALL_4 = ALL('10.9.N.2')
const ALL_6 = ALL('fd09:N::2')

/** The hops that traceroute of Debian sees. */
const byTraceroute = (words: string): string[] =>
  lab
    .sh(0, `traceroute -n -q 1 -w 0.5 ${words}`)
    .split('\n')
    .flatMap((line) => /^ *\d+ +(\S+)/.exec(line)?.[1] ?? [])

/** The hops that mtr sees. */
const byMtr = (words: string): string[] =>
  lab
    .sh(0, `mtr -r -n -c 1 -i 0.1 -G 0.5 ${words}`)
    .split('\n')
    .flatMap((line) => /^ *\d+\.\|-- (\S+)/.exec(line)?.[1] ?? [])

describe('a path where all answer', () => {
  test.each([
    ['--icmp', '-I'],
    ['--udp', ''],
    ['--tcp 80', '-T'],
  ])('has by %s the hops that traceroute has', (ours, its) => {
    expect(addresses(traced(`${ours} ${TARGET}`))).toEqual(ALL_4)
    expect(byTraceroute(`${its} ${TARGET}`)).toEqual(ALL_4)
    expect(addresses(traced(`${ours} ${TARGET_6}`))).toEqual(ALL_6)
    expect(byTraceroute(`-6 ${its} ${TARGET_6}`)).toEqual(ALL_6)
  })

  test('has the hops that mtr has, and its report the form of mtr', () => {
    expect(byMtr(TARGET)).toEqual(ALL_4)
    expect(byMtr(`-6 ${TARGET_6}`)).toEqual(ALL_6)
    const form = (text: string): string[] =>
      text.split('\n').map((line) => line.replace(/\d\.\d\b(?!%)/g, '0.0'))
    const theirs = form(lab.sh(0, `mtr -r -n -c 1 -i 0.1 -G 0.5 ${TARGET}`))
    const ours = form(lab.trace(`-n -c 1 --report ${TARGET}`).out)
    expect(ours.slice(1)).toEqual(theirs.slice(1))
  })

  test.each(['--udp', '--tcp 80'])('is seen without any privilege by %s', (protocol) => {
    const four = traced(`${protocol} ${TARGET}`, 'traceUnprivileged')
    expect(addresses(four)).toEqual(ALL_4)
    expect(four.source.socket).not.toBe('raw')
    expect(four.unknowns.map(({ needs }) => needs).join()).toContain('CAP_NET_RAW')
    expect(addresses(traced(`${protocol} ${TARGET_6}`, 'traceUnprivileged'))).toEqual(ALL_6)
  })

  test('is seen by ICMP where the group of the user may, and elsewhere it is said how', () => {
    const range = lab.sh(0, 'sysctl -n net.ipv4.ping_group_range').trim()
    change(
      0,
      'sysctl -qw net.ipv4.ping_group_range="1 0"',
      `sysctl -qw net.ipv4.ping_group_range="${range}"`,
    )
    const refused = lab.traceUnprivileged(`-n --icmp ${TARGET}`)
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(
      /may not send ICMP.*CAP_NET_RAW.*sudo rungs trace.*ping_group_range.*--udp/,
    )
    const instead = traced(TARGET, 'traceUnprivileged')
    expect(instead.target.protocol).toBe('udp')
    expect(addresses(instead)).toEqual(ALL_4)
    lab.sh(0, 'sysctl -qw net.ipv4.ping_group_range="0 2147483647"')
    for (const [target, all] of [
      [TARGET, ALL_4],
      [TARGET_6, ALL_6],
    ] as const) {
      const own = traced(target, 'traceUnprivileged')
      expect(own).toMatchObject({ target: { protocol: 'icmp' }, source: { socket: 'datagram' } })
      expect(addresses(own)).toEqual(all)
    }
  })

  test('is reached, and its times are those of the kernel, finer than any timer of ours', () => {
    const { hops, verdict } = traced(`-c 4 -i 0.05 ${TARGET}`)
    expect(verdict).toMatchObject({ state: 'reached', atFault: false, hop: 10 })
    for (const { sent, bestMs, averageMs, worstMs } of hops) {
      expect(sent).toBe(4)
      expect(bestMs).toBeGreaterThan(0)
      expect(bestMs).toBeLessThan(1)
      expect(averageMs).toBeLessThanOrEqual(worstMs ?? 0)
    }
  })
})

test('a silent hop is no fault, and what is behind it is seen', () => {
  rules(4, 'chain o { type filter hook output priority 0; icmp type time-exceeded drop; }')
  const trace = traced(TARGET)
  expect(addresses(trace)).toEqual(ALL_4.map((one, at) => (at === 3 ? '*' : one)))
  expect(trace.hops[3]).toMatchObject({ received: 0, lossFraction: 1, marks: ['silent'] })
  expect(trace.verdict).toMatchObject({ state: 'reached', atFault: false })
  expect(byTraceroute(TARGET)[3]).toBe('*')
})

test('a hop that limits its answers loses nothing', () => {
  rules(
    4,
    'chain o { type filter hook output priority 0; icmp type time-exceeded limit rate over 1/second burst 2 packets drop; }',
  )
  const trace = traced(`-c 6 -i 0.02 ${TARGET}`)
  const { hops, verdict } = trace
  expect(hops[3]?.marks).toEqual(['limits-answers'])
  expect(hops[3]?.lossFraction).toBeGreaterThan(0.3)
  expect(hops.filter(({ lossFraction }) => lossFraction > 0)).toHaveLength(1)
  expect(verdict).toMatchObject({ state: 'reached', atFault: false })
  expect(notes(trace)).toMatch(/hop 4 \(10\.9\.4\.2\) leaves .* unanswered.*does not matter/)
})

test('packets that are lost on a link are lost from there on', () => {
  rules(
    5,
    'chain f { type filter hook forward priority 0; iifname "l5" numgen inc mod 2 == 0 drop; }',
  )
  const { hops, verdict } = traced(`-c 10 -i 0.02 ${TARGET}`)
  const lossless = hops.filter(({ lossFraction }) => lossFraction === 0).map(({ hop }) => hop)
  expect(lossless).toEqual([1, 2, 3, 4, 5])
  expect(hops.find(({ marks }) => marks.includes('loses'))?.hop).toBe(6)
  expect(verdict).toMatchObject({ state: 'reached', atFault: true })
  expect(lab.trace(`-n -c 10 -i 0.02 --strict ${TARGET}`).code).toBe(1)
})

test('a target that drops everything is silent, and the last hop that answers is named', () => {
  rules(10, 'chain i { type filter hook input priority 0; tcp dport 80 drop; }')
  const trace = traced(`--tcp 80 -c 1 -m 16 ${TARGET}`)
  expect(addresses(trace)).toEqual([...ALL_4.slice(0, 9), '*'])
  expect(trace.verdict).toMatchObject({ state: 'silent', hop: 9, atFault: true })
  expect(trace.verdict.summary).toBe('nothing answers behind hop 9 (10.9.9.2)')
  expect(addresses(traced(`--tcp 443 ${TARGET}`))).toEqual(ALL_4)
})

test('who interrupts it sees what was there by then, and nothing of it stays', async () => {
  const ran = lab.interrupted(`-n -c 90 -i 1 ${TARGET}`, 2500)
  const { code, out, err } = await ran
  expect(code).toBe(130)
  expect(err).toContain('interrupted; what was seen by then is shown')
  expect(out).toMatch(/10 {2}10\.9\.10\.2 +0% +[1-9]/)
})

test('a refusal is told as traceroute tells it', () => {
  rules(
    7,
    'chain f { type filter hook forward priority 0; ip daddr 10.9.10.2 reject with icmp host-unreachable; }',
  )
  const trace = traced(`--udp ${TARGET}`)
  // The router passes nothing on: what would be the next hop is refused by it.
  expect(addresses(trace)).toEqual([...ALL_4.slice(0, 7), '10.9.7.2'])
  expect(trace.hops[7]).toMatchObject({ sign: '!H', says: 'host unreachable', marks: ['refuses'] })
  expect(trace.verdict).toMatchObject({ state: 'refused', hop: 8, atFault: true })
  expect(lab.sh(0, `traceroute -n -q 1 ${TARGET}`)).toMatch(/ 8 +10\.9\.7\.2 .*!H/)
})

test('a refusal that is said seldom is not put farther away than it is', () => {
  change(7, 'ip route add unreachable 10.9.10.0/24', 'ip route del unreachable 10.9.10.0/24')
  // Linux says it once a second where other errors are not limited (ip_error, net/ipv4/route.c).
  lab.sh(0, 'sleep 1.2')
  const trace = traced(`--icmp -c 1 ${TARGET}`)
  expect(addresses(trace)).toEqual(ALL_4.slice(0, 7))
  expect(trace.hops[6]).toMatchObject({ sign: '!H', marks: ['refuses'] })
})

test('a circle is named', () => {
  change(6, 'ip route add 10.9.10.0/24 via 10.9.6.1', 'ip route del 10.9.10.0/24')
  const { verdict } = traced(`-m 14 ${TARGET}`)
  expect(verdict.state).toBe('loop')
  expect(verdict.summary).toMatch(/circle between 10\.9\.\d\.\d+ and 10\.9\.\d\.\d+/)
})

describe('packets of all sizes', () => {
  const narrow = (node: number, mtu: number): void => {
    change(node, `ip link set r${node + 1} mtu ${mtu}`, `ip link set r${node + 1} mtu 1500`)
    change(node + 1, `ip link set l${node + 1} mtu ${mtu}`, `ip link set l${node + 1} mtu 1500`)
  }

  test.each(['--icmp', '--udp'])(
    'find narrow links in the middle by %s, as traceroute --mtu does',
    (protocol) => {
      narrow(4, 1480)
      narrow(7, 1400)
      const trace = traced(`--mtu ${protocol} ${TARGET}`)
      expect(trace.mtu).toEqual({
        firstBytes: 1500,
        pathBytes: 1400,
        steps: [
          { afterHop: 4, mtuBytes: 1480, saidBy: '10.9.4.2' },
          { afterHop: 7, mtuBytes: 1400, saidBy: '10.9.7.2' },
        ],
      })
      const told = [
        ...lab.sh(0, `traceroute -n -q 1 --mtu ${TARGET}`).matchAll(/^ *(\d+) .* F=(\d+)/gm),
      ]
      expect(told.map(([, hop, mtu]) => [Number(hop), Number(mtu)])).toEqual([
        [1, 1500],
        [5, 1480],
        [8, 1400],
      ])
      expect(trace.hops.map(({ mtuBytes }) => mtuBytes)).toEqual([
        1500, 1500, 1500, 1500, 1480, 1480, 1480, 1400, 1400, 1400,
      ])
      lab.sh(0, 'ip route flush cache')
    },
  )

  test('that are too large for a link are refused by its router', () => {
    narrow(4, 1400)
    const trace = traced(`--udp -s 1500 ${TARGET}`)
    expect(addresses(trace)).toEqual([...ALL_4.slice(0, 4), '10.9.4.2'])
    expect(trace.hops[4]).toMatchObject({ kind: 'too-big', sign: '!F-1400' })
    expect(trace.verdict.summary).toBe(
      'hop 5 (10.9.4.2) refuses: the packet is too large, 1400 bytes fit',
    )
    lab.sh(0, 'ip route flush cache')
  })

  test('find them without privilege and over IPv6', () => {
    narrow(6, 1420)
    expect(traced(`--mtu --udp ${TARGET}`, 'traceUnprivileged').mtu?.steps).toEqual([
      { afterHop: 6, mtuBytes: 1420, saidBy: '10.9.6.2' },
    ])
    expect(traced(`--mtu ${TARGET_6}`).mtu?.steps).toEqual([
      { afterHop: 6, mtuBytes: 1420, saidBy: 'fd09:6::2' },
    ])
    lab.sh(0, 'ip route flush cache; ip -6 route flush cache')
  })

  test('show where larger ones vanish, and what is the largest that does not', () => {
    rules(
      6,
      'chain f { type filter hook forward priority 0; iifname "l6" meta length > 1333 drop; }',
    )
    const trace = traced(`--mtu --udp -w 0.4 ${TARGET}`)
    expect(trace.mtu?.steps).toEqual([{ afterHop: 6, mtuBytes: 1333, saidBy: null }])
    expect(trace.verdict).toMatchObject({ state: 'reached', atFault: true })
    expect(notes(trace)).toContain('larger packets than 1333 bytes vanish behind hop 6')
  })
})

describe('a router with two ways', () => {
  const branch = (): void =>
    change(
      4,
      'ip route replace 10.9.10.0/24 nexthop via 10.9.5.2 nexthop via 10.9.50.2',
      'ip route del 10.9.10.0/24',
    )

  // Traces at the same time must not take each other's replies either. Where flows go is of chance: of 12, all go
  // one way once in 2048 times.
  test.each([
    ['--udp', 12, 2],
    ['--tcp 80', 12, 2],
    // Linux looks at ports, and ICMP has none: there all flows go one way.
    ['--icmp', 4, 1],
  ] as const)(
    'is never seen with both in one trace by %s, and with %i flows %i of them',
    async (protocol, flows, seen) => {
      branch()
      const words = Array.from(
        { length: flows },
        (_, flow) => `-n --json ${protocol} -c 4 -i 0.01 --flow ${flow} ${TARGET}`,
      )
      const ran = await lab.traceTogether(words)
      const paths = ran.map(({ out }) => addresses(JSON.parse(out) as Trace))
      const way = (address: string): string =>
        ALL_4.map((one, at) => (at === 4 ? address : one)).join()
      for (const path of paths) expect([way('10.9.5.2'), way('10.9.50.2')]).toContain(path.join())
      expect(new Set(paths.map((path) => path[4])).size).toBe(seen)
    },
  )

  test('the same flow takes the same way in every run', () => {
    branch()
    const path = (flow: number) => addresses(traced(`--udp -c 1 --flow ${flow} ${TARGET}`)).join()
    const flows = [0, 1, 2]
    expect(flows.map(path)).toEqual(flows.map(path))
  })

  // Between namespaces a packet keeps the hash of the socket that it left by, which is one of chance, and Linux
  // looks at that before it looks at ports: runs differ here, which they do not over a wire.
  test('without privilege it is one way in each run as well', () => {
    branch()
    for (let run = 0; run < 3; run++) {
      const { hops } = traced(`--udp -c 4 -i 0.01 ${TARGET}`, 'traceUnprivileged')
      expect(hops.map((hop) => hop.addresses.length)).toEqual(Array.from({ length: 10 }, () => 1))
    }
  })
})

describe('a packet that is changed on its way', () => {
  test('by a masquerade leaves the hops as they are, and traceroute agrees', () => {
    rules(3, 'chain p { type nat hook postrouting priority 100; oifname "r4" masquerade; }')
    for (const protocol of ['--icmp', '--udp', '--tcp 80'])
      expect(addresses(traced(`${protocol} ${TARGET}`))).toEqual(ALL_4)
    expect(byTraceroute(TARGET)).toEqual(ALL_4)
  })

  test('by a translation without state is seen in what the hops behind it quote', () => {
    const dress =
      'chain p { type filter hook postrouting priority 0; oifname "r5" ip saddr 10.9.1.1 ip saddr set 10.9.4.99; }'
    const undress =
      'chain q { type filter hook prerouting priority -300; ip daddr 10.9.4.99 ip daddr set 10.9.1.1; }'
    rules(4, `${dress}\n${undress}`)
    for (const node of [5, 6, 7, 8, 9, 10])
      change(node, `ip route replace 10.9.4.99/32 via 10.9.${node}.1`, 'ip route del 10.9.4.99/32')
    const trace = traced(`--udp ${TARGET}`)
    expect(addresses(trace)).toEqual(ALL_4)
    expect(
      trace.hops.filter(({ marks }) => marks.includes('rewritten')).map(({ hop }) => hop),
    ).toEqual([5])
    expect(notes(trace)).toContain(
      'a translation of addresses): source address 10.9.1.1, now 10.9.4.99',
    )
  })

  test('by a mark of its service is seen where it is made', () => {
    rules(6, 'chain p { type filter hook postrouting priority 0; oifname "r7" ip dscp set cs2; }')
    const trace = traced(TARGET)
    expect(trace.hops.find(({ marks }) => marks.includes('rewritten'))?.hop).toBe(7)
    expect(notes(trace)).toContain(
      'before hop 7 (10.9.7.2) the packet was changed: type of service 0, now 64',
    )
  })

  test('by who forwards a port to another host is told by the two hops of one address', () => {
    rules(
      8,
      'chain d { type nat hook prerouting priority -100; ip daddr 10.9.8.2 udp dport 33434 dnat ip to 10.9.10.2; }',
    )
    const trace = traced('--udp 10.9.8.2')
    expect(trace.hops).toHaveLength(10)
    expect(trace.hops.at(-1)).toMatchObject({
      kind: 'arrived',
      addresses: [{ address: '10.9.8.2' }],
    })
    expect(notes(trace)).toContain(
      "hop 8 (10.9.8.2) has the target's address but passes packets on",
    )
  })
})

test('two traces of one flow at the same time are two flows', async () => {
  const words = `-n --json --udp -c 8 -i 0.3 ${TARGET}`
  const ran = await lab.traceTogether([words, words, words])
  const traces = ran.map(({ out }) => JSON.parse(out) as Trace)
  for (const trace of traces) {
    expect(addresses(trace)).toEqual(ALL_4)
    expect(trace.hops.every(({ received }) => received === 8)).toBe(true)
  }
  expect(new Set(traces.map(({ source }) => source.port)).size).toBe(3)
})

test('a neighbour by its link-local address is one hop away', () => {
  const own = lab.sh(1, 'ip -6 -br addr show dev l1 scope link')
  const [, address] = /(fe80::[0-9a-f:]+)/.exec(own) ?? []
  for (const run of ['trace', 'traceUnprivileged'] as const)
    expect(addresses(traced(`--udp ${address}%r1`, run))).toEqual([address])
})

/**
 * Answers at node 3, in the kernel's place, for packets whose hops are used up: with no more than RFC 792 asks for, or
 * (told \`mpls\`) with 128 bytes and a label stack behind them, RFC 4950.
 */
const OTHER_ROUTER = `
import socket, struct, sys
def total(data):
    whole = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while whole > 0xffff: whole = (whole & 0xffff) + (whole >> 16)
    return whole ^ 0xffff
seen = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
seen.bind(("l3", 0x0800))
out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
out.setsockopt(socket.SOL_SOCKET, 36, 7)
print("ready", flush=True)
while True:
    packet, where = seen.recvfrom(2000)
    if where[2] == 4 or packet[8] != 1 or packet[9] not in (1, 17): continue
    quote, words = packet[:28], 0
    if sys.argv[1] == "mpls":
        stack = bytearray(bytes([0x20, 0, 0, 0, 0, 12, 1, 1]) + struct.pack("!II", 24015 << 12 | 1, 16 << 12 | 0x1fe))
        stack[2:4] = struct.pack("!H", total(bytes(stack)))
        quote, words = packet[:128].ljust(128, b"\\0") + bytes(stack), 32
    data = bytearray(bytes([11, 0, 0, 0, 0, words, 0, 0]) + quote)
    data[2:4] = struct.pack("!H", total(bytes(data)))
    out.sendto(bytes(data), (socket.inet_ntoa(packet[12:16]), 0))
`

/** Has that router at node 3 while `act` runs. */
async function withRouter(kind: 'short' | 'mpls', act: () => void): Promise<void> {
  const file = join(scratch, 'router.py')
  writeFileSync(file, OTHER_ROUTER)
  rules(
    3,
    'chain o { type filter hook output priority 0; icmp type time-exceeded meta mark != 7 drop; }',
  )
  const router = spawn('ip', ['netns', 'exec', lab.name(3), 'python3', file, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await once(router.stdout, 'data')
    act()
  } finally {
    router.kill('SIGKILL')
  }
}

test('a router that quotes eight bytes is put where it is, with privilege and without', () =>
  withRouter('short', () => {
    const sighted = traced(`--udp ${TARGET}`)
    expect(addresses(sighted)).toEqual(ALL_4)
    expect(sighted.unknowns).toEqual([])
    const blind = traced(`--udp ${TARGET}`, 'traceUnprivileged')
    expect(addresses(blind)).toEqual(ALL_4)
    // Of the router that does not tell, a later reply may not be known as its own.
    for (const { hop, received } of blind.hops)
      expect(received).toBeGreaterThanOrEqual(hop === 3 ? 1 : 3)
    expect(blind.unknowns.map(({ what }) => what).join()).toContain(
      'one after the other, since a router did not tell',
    )
  }))

test('the label stack of a router is seen, as traceroute sees it', () =>
  withRouter('mpls', () => {
    for (const protocol of ['--icmp', '--udp']) {
      const { hops } = traced(`${protocol} -c 1 ${TARGET}`)
      expect(hops.flatMap(({ hop, labels }) => labels.map((one) => [hop, one]))).toEqual([
        [3, { label: 24_015, trafficClass: 0, ttl: 1 }],
        [3, { label: 16, trafficClass: 0, ttl: 254 }],
      ])
    }
    expect(lab.sh(0, `traceroute -n -e -q 1 ${TARGET}`)).toContain(
      '<MPLS:L=24015,E=0,S=0,T=1/L=16,E=0,S=1,T=254>',
    )
    expect(lab.trace(`-n -c 1 ${TARGET}`).out).toMatch(/MPLS 24015, ttl 1\n +MPLS 16, ttl 254\n/)
  }))

/** Sends ICMP of any bytes to the client, as fast as it can for some seconds: errors, replies and nonsense. */
const NOISE = `
import os, random, socket, struct, time
out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
random.seed(7)
def total(data):
    data += b"\\0" * (len(data) % 2)
    whole = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while whole > 0xffff: whole = (whole & 0xffff) + (whole >> 16)
    return whole ^ 0xffff
# A packet of ours but for its destination: whoever quotes a real one on the way cannot be told from a router.
quote = bytes.fromhex("4500003c00010000011100000a0901010a090a03ee48829a00280000")
end = time.time() + 5
while time.time() < end:
    for _ in range(20):
        body = random.choice([os.urandom(random.randrange(200)), quote[:random.randrange(28)] + os.urandom(random.randrange(60))])
        head = bytes([random.choice([0, 3, 4, 5, 11, 12, 40]), random.randrange(16), 0, 0]) + os.urandom(4)
        data = bytearray(head + body)
        data[2:4] = struct.pack("!H", total(bytes(data)))
        out.sendto(bytes(data), ("10.9.1.1", 0))
    time.sleep(0.001)
`

test('noise that pretends to be errors changes nothing', async () => {
  const file = join(scratch, 'noise.py')
  writeFileSync(file, NOISE)
  const noise = spawn('ip', ['netns', 'exec', lab.name(1), 'python3', file], { stdio: 'inherit' })
  await new Promise((resolve) => setTimeout(resolve, 500))
  const words = ['--icmp', '--udp', '--tcp 80'].map(
    (one) => `-n --json -c 4 -i 0.3 ${one} ${TARGET}`,
  )
  const ran = await lab.traceTogether(words)
  noise.kill('SIGKILL')
  for (const { out, err, code } of ran) {
    expect([code, err]).toEqual([0, ''])
    const trace = JSON.parse(out) as Trace
    expect(addresses(trace)).toEqual(ALL_4)
    expect(trace.verdict).toMatchObject({ state: 'reached', atFault: false, notes: [] })
  }
})

describe('two traces', () => {
  test('by two links part at once and come together', () => {
    const { out, code } = lab.trace(`-n --json --via r1 --via second ${TARGET}`)
    expect(code).toBe(0)
    const found = JSON.parse(out) as TraceComparison
    expect(addresses(found.one)).toEqual(ALL_4)
    expect(addresses(found.other)).toEqual(['10.9.70.2', ...ALL_4.slice(3)])
    expect(found.other.source).toMatchObject({ address: '10.9.70.1', device: 'second' })
    expect(found).toMatchObject({ same: false, partAfter: 0 })
    expect(found.pairs[found.joinAt ?? 0]?.one?.addresses[0]?.address).toBe('10.9.4.2')
    expect(lab.trace(`-n --via r1 --via second ${TARGET}`).out).toContain(
      'together again at hop 4 (10.9.4.2), hop 2 of the second',
    )
  })

  test('before and after a change of the routes part where the route was changed', () => {
    const file = join(scratch, 'before.json')
    expect(lab.trace(`-n --save ${file} ${TARGET}`).code).toBe(0)
    expect((JSON.parse(readFileSync(file, 'utf8')) as Trace).schema).toBe('rungs.trace/1')
    expect(lab.trace(`-n --compare ${file} ${TARGET}`).out).toContain('both take the same path')
    change(4, 'ip route add 10.9.10.0/24 via 10.9.50.2', 'ip route del 10.9.10.0/24')
    const { out } = lab.trace(`-n --compare ${file} ${TARGET}`)
    const words = out.replace(/\s+/g, ' ')
    expect(words).toContain(
      'they part after hop 4 (10.9.4.2): the first goes on to hop 5 (10.9.5.2), the second to hop 5 (10.9.50.2); together again at hop 6 (10.9.6.2)',
    )
    // The seed's exercise: one host goes by the other link.
    change(0, `ip route add ${TARGET}/32 via 10.9.70.2 dev second`, `ip route del ${TARGET}/32`)
    expect(lab.trace(`-n --compare ${file} ${TARGET}`).out).toContain('they part at once')
  })

  test('a source address of the other link takes the way of the routing table', () => {
    const trace = traced(`--source 10.9.70.1 ${TARGET}`)
    expect(trace.source.address).toBe('10.9.70.1')
    expect(addresses(trace).slice(3)).toEqual(ALL_4.slice(3))
  })
})

test.each([
  ['-n --via nosuch 10.9.10.2', /nosuch cannot be used: .*ip link/],
  ['-n --source 192.0.2.1 10.9.10.2', /192\.0\.2\.1 cannot be used: .*ip address/],
  ['-n 2001:db8::1 --source fd09:99::1', /fd09:99::1 cannot be used/],
])('what cannot be done is said: %s', (words, said) => {
  const { code, err } = lab.trace(words)
  expect(err).toMatch(said)
  expect(code).toBe(2)
})

test('a neighbour that is not there is told by this host itself', () => {
  const { verdict } = traced('--udp -c 1 -w 5 10.9.1.77')
  expect(verdict.summary).toBe(
    'this host itself refuses: host unreachable; nobody answers for the next hop on its link',
  )
})

test('a firewall of this host that lets nothing out is named', () => {
  rules(0, 'chain o { type filter hook output priority 0; icmp type echo-request drop; }')
  const { verdict } = traced(`--icmp -m 3 ${TARGET}`)
  expect(verdict).toMatchObject({ state: 'unsent', atFault: true })
  expect(verdict.summary).toContain('operation not permitted')
})
