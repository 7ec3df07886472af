/**
 * The walk against the kernel: rule sets made by chance are loaded into a namespace, connections
 * and datagrams are really sent, and what happens must be what the walk says.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftJson, parseNftText } from '../../src/facts/nft.ts'
import type { Hook, RuleSet } from '../../src/facts/rule-set.ts'
import type { Packet } from '../../src/policy/packet.ts'
import { type Decision, walkHook } from '../../src/policy/walk.ts'
import { chance, iptablesRules, nftRules } from './chance-rules.ts'
import { CLIENT, type Knock, PORTS, SERVER, type TwoHosts, twoHosts } from './two-hosts.ts'

let hosts: TwoHosts
beforeAll(async () => {
  hosts = await twoHosts('walk')
})
afterAll(() => hosts.close())
beforeEach(() => {
  for (const host of ['client', 'server'] as const) hosts.run(host, ['nft', 'flush', 'ruleset'])
})

const KNOCKS: readonly Knock[] = PORTS.slice(0, 3).flatMap((port) =>
  (['tcp', 'udp'] as const).flatMap((protocol) =>
    Object.values(SERVER).map((address) => ({ protocol, address, port })),
  ),
)

function packetOf(knock: Knock, host: 'client' | 'server'): Packet {
  const family = knock.address.includes(':') ? 6 : 4
  return {
    family,
    protocol: knock.protocol,
    source: CLIENT[family],
    destination: knock.address,
    sourcePort: null,
    destinationPort: knock.port,
    inputDevice: host === 'server' ? 's0' : '',
    outputDevice: host === 'client' ? 'c0' : '',
    state: 'new',
    syn: knock.protocol === 'tcp',
    icmpType: null,
  }
}

type Walked = Decision & { readonly port: number }

/**
 * The hooks that a packet passes on a host, one after the other, until one ends it. The packets of
 * a connection that is translated follow its first one, to `translatedPort`.
 */
function walkPacket(
  sets: readonly RuleSet[],
  host: 'client' | 'server',
  first: Packet,
  translatedPort: number | null,
): Walked {
  const hooks: readonly Hook[] =
    host === 'server' ? ['prerouting', 'input'] : ['output', 'postrouting']
  let packet = first
  let last: Decision | null = null
  for (const hook of hooks) {
    last = walkHook(sets, hook, packet, [SERVER[4], SERVER[6]])
    if (last.verdict === 'redirect') {
      packet = { ...packet, destinationPort: Number(last.to?.replace(/^.*:/, '')) }
    } else if (last.verdict !== 'accept') break
    if (translatedPort !== null) packet = { ...packet, destinationPort: translatedPort }
  }
  if (last === null) throw new Error('no hook')
  return { ...last, port: packet.destinationPort ?? 0 }
}

const passes = ({ verdict }: Decision): boolean => verdict === 'accept' || verdict === 'redirect'

/** A request; for TCP the segments after the first one as well: the greeting waits for them. */
function walkAll(sets: readonly RuleSet[], host: 'client' | 'server', knock: Knock): Walked {
  const packet = packetOf(knock, host)
  const first = walkPacket(sets, host, packet, null)
  if (knock.protocol === 'udp' || !passes(first)) return first
  const later = { ...packet, state: 'established', syn: false } as const
  const rest = walkPacket(sets, host, later, first.port)
  return passes(rest) ? first : rest
}

/** Knocks at every port and holds the answers against the walk; returns how many were held. */
async function compare(
  sets: readonly RuleSet[],
  host: 'client' | 'server',
  rules: string,
): Promise<number> {
  const reached = await hosts.knock(KNOCKS)
  let held = 0
  for (const [at, knock] of KNOCKS.entries()) {
    const decision = walkAll(sets, host, knock)
    if (decision.verdict === 'unknown') continue
    const label = `${JSON.stringify(knock)} by\n${rules}\n${decision.because}`
    expect({ reached: reached[at], label }).toEqual({
      reached: passes(decision) ? decision.port : null,
      label,
    })
    held++
  }
  return held
}

const must = (set: RuleSet | null): RuleSet => {
  if (set === null) throw new Error('the listing was not read')
  return set
}

test('without rules everything is reached', async () => {
  expect(await compare([], 'server', '')).toBe(KNOCKS.length)
})

describe('nft', () => {
  test.for(Array.from({ length: 40 }, (_, seed) => seed))('rule set %i', async (seed) => {
    const host = seed % 4 === 3 ? 'client' : 'server'
    const rules = nftRules(chance(seed), host)
    hosts.run(host, ['nft', '-f', '-'], rules)
    const json = must(parseNftJson(hosts.run(host, ['nft', '-j', 'list', 'ruleset'])))
    expect(await compare([json], host, rules)).toBeGreaterThanOrEqual(KNOCKS.length / 2)
    const text = must(parseNftText(hosts.run(host, ['nft', '-a', 'list', 'ruleset'])))
    for (const knock of KNOCKS) {
      const { verdict, place } = walkAll([text], host, knock)
      const byJson = walkAll([json], host, knock)
      expect({ verdict, handle: place?.handle }).toEqual({
        verdict: byJson.verdict,
        handle: byJson.place?.handle,
      })
    }
  })
})

describe('iptables', () => {
  test.for(Array.from({ length: 24 }, (_, seed) => seed))('rule set %i', async (seed) => {
    const host = seed % 4 === 3 ? 'client' : 'server'
    const random = chance(1000 + seed)
    const [four, six] = [iptablesRules(random, host, 4), iptablesRules(random, host, 6)]
    hosts.run(host, ['iptables-restore'], four)
    hosts.run(host, ['ip6tables-restore'], six)
    const sets = [
      must(parseNftJson(hosts.run(host, ['nft', '-j', 'list', 'ruleset']))),
      must(parseIptablesSave(hosts.run(host, ['iptables-save', '-c']), 4)),
      must(parseIptablesSave(hosts.run(host, ['ip6tables-save', '-c']), 6)),
    ]
    expect(sets[0]?.chains).toEqual([])
    expect(sets.flatMap((set) => set.unreadable)).toEqual([])
    expect(await compare(sets, host, four + six)).toBeGreaterThanOrEqual(KNOCKS.length / 2)
  })
})
