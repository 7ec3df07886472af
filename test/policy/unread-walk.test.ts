/**
 * A walk looks at most rules of long lists without reading them. Over rule sets made by chance, those that the
 * kernel is asked about too, it must come to what it comes to when every rule is read.
 */
import { expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftJson, parseNftText } from '../../src/facts/nft.ts'
import { nftTextListing } from '../../src/facts/nft-text.ts'
import type { Chain, Place, RuleSet } from '../../src/facts/rule-set.ts'
import { unreadRules } from '../../src/facts/unread-rule.ts'
import { askAbout, type Wording } from '../../src/policy/asked.ts'
import { bookOf, stationsOf } from '../../src/policy/chain-order.ts'
import { walkConnection } from '../../src/policy/connection.ts'
import { exceptionsTo } from '../../src/policy/exception.ts'
import { type Start, walkJourney } from '../../src/policy/journey.ts'
import { conditionFails } from '../../src/policy/match.ts'
import { addressesNamed } from '../../src/policy/naming.ts'
import type { Packet, State } from '../../src/policy/packet.ts'
import { NOWHERE } from '../../src/policy/packet-field.ts'
import { nftJson } from '../facts/nft-json-text.ts'
import type { Shot } from './kernel/shot.ts'
import { type Load, makeTrial } from './kernel/trial.ts'
import { DEVICES } from './kernel/vocabulary.ts'
import { at, routing, unsaid } from './machine.ts'

type Form = 'words' | 'JSON' | 'lines'

/** What nft -j prints of rules in nft's words. */
function inJson(text: string): string {
  const listing = nftTextListing(text)
  const rules = [...(listing?.owners.values() ?? [])].flatMap(({ family, table, chain, rules }) =>
    rules.map((rule, at) => ({
      rule: { family, table, chain, handle: at + 1, expr: rule.statements() },
    })),
  )
  return nftJson({ nftables: [...(listing?.objects ?? []), ...rules] })
}

function readIn(form: Form, { tool, family, text }: Load): RuleSet | null {
  if (form === 'lines') return tool === 'nft' ? null : parseIptablesSave(text, family)
  if (tool !== 'nft') return null
  return form === 'words' ? parseNftText(text) : parseNftJson(inJson(text))
}

const setsOf = (form: Form, loads: readonly Load[]): RuleSet[] =>
  loads.map((load) => readIn(form, load)).filter((set) => set !== null)

/** The same, with nothing left to read. */
const read = (set: RuleSet): RuleSet => ({
  ...set,
  chains: set.chains.map((chain): Chain => ({ ...chain })),
})

const packetOf = (shot: Shot, device: string | null, state: State = 'new'): Packet => ({
  ...shot,
  sourcePort: shot.protocol === 'icmp' ? null : shot.sourcePort,
  inputDevice: device,
  outputDevice: null,
  state,
  syn: shot.protocol === 'tcp' && state === 'new',
  icmpType: shot.protocol === 'icmp' ? 'echo-request' : null,
})

/** The packet as it leaves the host, and as it comes to it. */
const waysOf = (shot: Shot, devices: readonly string[]): readonly (readonly [Packet, Start])[] => [
  [packetOf(shot, ''), { kind: 'local' }],
  [packetOf(shot, '', 'established'), { kind: 'local' }],
  ...devices.map((device) => [packetOf(shot, device), { kind: 'arrives', device }] as const),
]

const ANYBODY: Wording = { ...unsaid, from: { kind: 'any' }, destinationPort: 8001 }

const OWN = { 4: at('10.0.0.1'), 6: at('fd00::1') }

/** The rules that may rule otherwise about some address. */
function exceptionsFor(ruleSets: readonly RuleSet[], wording: Wording): readonly Place[] {
  const machine = { ruleSets, routing: routing() }
  const asked = askAbout(machine, wording)
  if ('error' in asked) throw new Error(asked.error)
  const journey = walkJourney({ ruleSets, routing: asked.routing }, asked.packet, asked.start)
  return exceptionsTo(machine, asked, journey)
}

const TRIALS = 40
const FEW_SHOTS = 6

test.for<Form>(['words', 'JSON', 'lines'])(
  'in %s, what is seen at a glance is what reading finds',
  { timeout: 60_000 },
  (form) => {
    let [seen, of] = [0, 0]
    for (let seed = 1; seed <= TRIALS; seed++) {
      const { loads, shots } = makeTrial(seed)
      const rules = setsOf(form, loads).flatMap(({ chains }) =>
        chains.flatMap((chain) => unreadRules(chain).map((rule) => ({ chain, rule }))),
      )
      for (const shot of shots.slice(0, FEW_SHOTS))
        for (const device of ['', 's0', null]) {
          const packet = { ...packetOf(shot, device), outputDevice: device === '' ? 'c0' : null }
          for (const { chain, rule } of rules) {
            if (chain.family === (packet.family === 4 ? 'ip6' : 'ip')) continue
            of++
            if (!rule.isOfOthers(packet)) continue
            seen++
            const fails = rule.lacks((match) => conditionFails(match, chain, packet, NOWHERE))
            expect(fails, `${rule.place().text}: ${JSON.stringify(packet)}`).toBe(true)
          }
        }
    }
    expect(seen / of).toBeGreaterThan(0.1)
  },
)

test.for<Form>(['words', 'JSON', 'lines'])(
  'in %s, what rules say of addresses, marks and conntrack is found by what is read of them',
  { timeout: 60_000 },
  (form) => {
    const texts = [
      ['10.77.1.1', '203.0.113.77', '127.0.0.1'],
      ['192.0.2.1', '10.77.2.6'],
      ['fd00:77:1::1', '2001:db8::1', '::1'],
      ['fd00:77:2::6', '2c00:77::7'],
    ]
    for (let seed = 1; seed <= 3 * TRIALS; seed++) {
      const { loads } = makeTrial(seed)
      const whole = setsOf(form, loads).map(read)
      for (const addresses of texts)
        expect(addressesNamed(setsOf(form, loads), addresses), `seed ${seed}`).toEqual(
          addressesNamed(whole, addresses),
        )
      for (const family of [4, 6] as const)
        for (const hook of ['prerouting', 'output'] as const) {
          const [lazy, all] = [setsOf(form, loads), whole].map((sets) =>
            stationsOf(bookOf(sets), hook, family).map(({ kind }) => kind),
          )
          expect(lazy, `seed ${seed}`).toEqual(all)
        }
    }
  },
)

test.for<Form>(['words', 'JSON', 'lines'])(
  'in %s, a walk comes to the same when every rule is read',
  { timeout: 60_000 },
  (form) => {
    let long = 0
    for (let seed = 1; seed <= TRIALS; seed++) {
      const { loads, shots } = makeTrial(seed)
      const ruleSets = setsOf(form, loads)
      long += ruleSets
        .flatMap(({ chains }) => chains)
        .filter(({ rules }) => rules.length > 40).length
      const [lazy, whole] = [setsOf(form, loads), ruleSets.map(read)].map((sets) => ({
        ruleSets: sets,
        routing: routing(),
      }))
      const devices = [...new Set(loads.flatMap(({ host }) => DEVICES[host]))]
      for (const shot of shots.slice(0, FEW_SHOTS))
        for (const way of waysOf(shot, devices)) {
          const [one, other] = [lazy, whole].map(
            (machine) => machine && JSON.stringify(walkConnection(machine, ...way)),
          )
          expect(one, `seed ${seed}: ${JSON.stringify(way)}`).toEqual(other)
        }
      for (const family of [4, 6] as const)
        for (const inputDevice of [null, 'any', ...devices]) {
          const [one, other] = [setsOf(form, loads), ruleSets.map(read)].map((sets) =>
            exceptionsFor(sets, { ...ANYBODY, to: OWN[family], family, inputDevice }),
          )
          expect(one, `seed ${seed}`).toEqual(other)
        }
    }
    expect(long).toBeGreaterThan(1)
  },
)
