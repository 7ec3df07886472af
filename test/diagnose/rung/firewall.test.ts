import { describe, expect, test } from 'vitest'
import { rules } from '../../../src/diagnose/rung/firewall.ts'
import { type Outputs, recorded } from '../scene.ts'
import { type Asked, ask, only, told } from './ask.ts'
import { ADDRESSES, COUNTERS, growing, TRAFFIC } from './counting.ts'

/** A server that drops port 80, as nft told it before and after three SYNs. */
const dropping: Outputs = { ...recorded('healthy-server'), ...recorded('dropped-server') }
const client = recorded('dropped-client')
const timeout = { connect: { '10.77.2.2 80': 'timeout' } }

const save = (packets: number, rule: string, policy = 'ACCEPT [0:0]'): string =>
  `*filter\n:INPUT ${policy}\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n[${packets}:${packets * 60}] ${rule}\nCOMMIT\n`

/** A server whose iptables tells these listings in turn. */
const tables = (...listings: readonly string[]): Outputs => ({
  ...dropping,
  'nft -j list ruleset': { failure: 'missing', code: null },
  'iptables-save -c': listings,
})
const decide = (server: Outputs, probes: Asked['probes'] = timeout) =>
  ask(rules, { client, server, of: 'server', probes })

describe('a rule that drops', () => {
  test('is proven by its counter, and deleted by its handle', async () => {
    const ruling = await decide(dropping)
    expect(ruling.status).toBe('fail')
    const accusation = only(ruling)
    expect(accusation).toMatchObject({
      cause: 'firewall.ingress-drop',
      side: 'server',
      weight: 'proven',
      place: {
        host: 'server',
        rule: { backend: 'nft', family: 'inet', table: 'filter', chain: 'input', handle: 3 },
      },
    })
    expect(accusation.remedies?.[0]?.command).toBe('nft delete rule inet filter input handle 3')
    expect(ruling.evidence?.[0]?.delta).toMatchObject({ before: 0, after: 3 })
  })

  test('of iptables is deleted by its own words', async () => {
    const rule = '-A INPUT -p tcp -m tcp --dport 80 -j DROP'
    const ruling = await decide(tables(save(0, rule), save(0, rule), save(3, rule)))
    expect(only(ruling)).toMatchObject({ cause: 'firewall.ingress-drop', weight: 'proven' })
    expect(only(ruling).remedies?.[0]?.command).toBe(`iptables ${rule.replace('-A', '-D')}`)
  })

  test('gives way to the live result where its counter did not grow', async () => {
    const rule = '-A INPUT -p tcp -m tcp --dport 80 -j DROP'
    const ruling = await decide(tables(save(0, rule)))
    expect(ruling).toMatchObject({
      status: 'warn',
      summary: expect.stringContaining('did not grow'),
    })
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('is not proven by fewer packets than were sent', async () => {
    const rule = '-A INPUT -p tcp -m tcp --dport 80 -j DROP'
    const ruling = await decide(tables(save(0, rule), save(0, rule), save(2, rule)))
    expect(ruling.accuses?.some(({ weight }) => weight === 'proven') ?? false).toBe(false)
  })

  test('of another port decides nothing, however much it grows', async () => {
    const rule = '-A INPUT -p tcp -m tcp --dport 25 -j DROP'
    const delivering = growing({ 'Ip:InReceives': 9, 'Ip:InDelivers': 9 })
    const server = {
      ...tables(save(0, rule), save(0, rule), save(9, rule)),
      [COUNTERS]: delivering[COUNTERS] ?? '',
    }
    const ruling = await decide(server)
    expect(ruling.status).toBe('pass')
    expect(ruling.acquits).toContainEqual(
      expect.objectContaining({ cause: 'firewall.ingress-drop', side: 'server' }),
    )
  })
})

describe('a rule that rejects', () => {
  test.for([
    ['--reject-with tcp-reset', 'firewall.ingress-reset'],
    ['--reject-with icmp-admin-prohibited', 'firewall.ingress-reject'],
  ] as const)('with %s is %s', async ([how, cause]) => {
    const rule = `-A INPUT -p tcp -m tcp --dport 80 -j REJECT ${how}`
    const ruling = await decide(tables(save(0, rule), save(0, rule), save(3, rule)))
    expect(only(ruling)).toMatchObject({ cause, side: 'server', weight: 'proven' })
  })
})

test('a chain of a banning tool is a ban', async () => {
  const chain = (packets: number): string =>
    `*filter\n:INPUT ACCEPT [0:0]\n:f2b-nginx - [0:0]\n[0:0] -A INPUT -p tcp -j f2b-nginx\n[${packets}:180] -A f2b-nginx -s 10.77.1.2/32 -j DROP\nCOMMIT\n`
  const ruling = await decide(tables(chain(0), chain(0), chain(3)))
  expect(only(ruling)).toMatchObject({ cause: 'firewall.banned', side: 'server', weight: 'proven' })
})

describe('a policy that drops', () => {
  const closed = '*filter\n:INPUT DROP\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n'
  /** Nothing but this is known of the server's packets. */
  const unseen: Outputs = { ...tables(closed), [COUNTERS]: { failure: 'missing', code: null } }
  const ports = (answers: string) => ({
    connect: Object.fromEntries(
      ['22', '53', '80', '443']
        .filter((port) => port !== answers)
        .map((port) => [`10.77.2.2 ${port}`, 'timeout']),
    ),
  })

  test('is likely by the walk, and an accept is put in for just this packet', async () => {
    const accusation = only(await decide(unseen, ports('none')))
    expect(accusation).toMatchObject({
      cause: 'firewall.ingress-drop',
      weight: 'likely',
      place: { rule: { policy: true } },
    })
    expect(accusation.remedies?.[0]?.command).toMatch(
      /^iptables -I INPUT .*-p tcp .*--dport 80 .*-j ACCEPT/,
    )
  })

  test('is proven where a port answers that the rules let in, and packets came that nobody got', async () => {
    const kernel = growing({})
    const ruling = await decide(
      { ...tables(closed), [COUNTERS]: kernel[COUNTERS] ?? '', [ADDRESSES]: TRAFFIC },
      ports('22'),
    )
    expect(only(ruling)).toMatchObject({ cause: 'firewall.ingress-drop', weight: 'proven' })
    expect(ruling.summary).toContain('port 22 of the same address accepts connections')
    expect(ruling.summary).toMatch(/packets came in and went no further$/)
  })

  test('is likely where a port answers that it lets in, as the packets may not have come', async () => {
    const ruling = await decide(unseen, ports('22'))
    expect(only(ruling)).toMatchObject({ cause: 'firewall.ingress-drop', weight: 'likely' })
    expect(ruling.summary).toContain('port 22 of the same address accepts connections')
  })

  test('accuses nobody where a port answers that it would stop as well', async () => {
    const ruling = await decide(unseen, ports('443'))
    expect(ruling).toMatchObject({
      status: 'warn',
      summary: expect.stringMatching(/yet port 443 .* the live result counts$/),
    })
    expect(ruling.accuses ?? []).toEqual([])
    expect(ruling.acquits ?? []).toEqual([])
  })
})

test('packets that are lost inside clear nobody, whatever the rules say', async () => {
  const rule = '-A INPUT -p tcp -m tcp --dport 25 -j DROP'
  const lost = growing({ 'Ip:InReceives': 3, 'Ip:InDelivers': 0 })
  const ruling = await decide({ ...tables(save(0, rule)), [COUNTERS]: lost[COUNTERS] ?? '' })
  expect(ruling).toMatchObject({
    status: 'warn',
    summary: expect.stringContaining('would let it pass, yet packets came in'),
  })
  expect(ruling.acquits ?? []).toEqual([])
})

test('a rule that cannot be judged accuses with no weight and clears nobody', async () => {
  const odd = '*filter\n:INPUT ACCEPT\n-A INPUT -m magic --spell -j DROP\nCOMMIT\n'
  const ruling = await decide(tables(odd))
  expect(ruling.accuses?.map(({ weight }) => weight)).toEqual(['possible'])
  expect(ruling.acquits ?? []).toEqual([])
})

test('where all is well the rules that name the port are counted', async () => {
  const ruling = await ask(rules, { client, server: dropping, of: 'server' })
  expect(ruling).toMatchObject({ status: 'pass', summary: expect.stringContaining('1 rule names') })
})

test('without any tool nothing is known, and the package is named', async () => {
  const bare = await ask(rules, { client: told('client') })
  expect(bare).toMatchObject({
    status: 'unknown',
    unknown: { needs: expect.stringMatching(/nftables|iptables/) },
  })
})
