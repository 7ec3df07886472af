/**
 * The walk against the kernel: rule sets made by chance are loaded into hosts of a network, packets are
 * really sent, and what becomes of them, what their sender hears and which counters move must be
 * what the walk says.
 */
import { expect, test } from 'vitest'
import { parseNftText } from '../../src/facts/nft.ts'
import type { Chain, RuleSet } from '../../src/facts/rule-set.ts'
import { walkConnection } from '../../src/policy/connection.ts'
import type { Journey } from '../../src/policy/journey.ts'
import {
  describeCounts,
  describeDisagreement,
  runCampaign,
  unknownShare,
} from './kernel/campaign.ts'
import { type Forecast, forecast } from './kernel/forecast.ts'
import { makeGround } from './kernel/ground.ts'
import { makeTrial } from './kernel/trial.ts'
import type { Walk } from './kernel/way.ts'

const PAIRS = 2400
const MOST_UNKNOWN = 0.02
/** Trials that a busy machine may disturb; more of them hide something. */
const MOST_NOISE = 3

/** A quarter of a minute where nothing else runs. */
const PATIENCE_MS = 400_000

test('what the walk says of a packet is what the kernel does', {
  timeout: PATIENCE_MS,
}, async () => {
  const campaign = await runCampaign(walkConnection, { seed: 1, pairs: PAIRS, mostWrong: 5 })
  const told = campaign.disagreements.map(describeDisagreement)
  expect(told).toEqual([])
  expect(campaign.pairs).toBeGreaterThanOrEqual(PAIRS)
  expect(campaign.noise).toBeLessThanOrEqual(MOST_NOISE)
  expect(unknownShare(campaign), describeCounts(campaign.unknowns)).toBeLessThan(MOST_UNKNOWN)
})

/** The walk over rule sets that somebody has tampered with. */
const walkOver =
  (change: (chain: Chain) => Chain): Walk =>
  (machine, ...rest) => {
    const tampered = machine.ruleSets.map(
      (set): RuleSet => ({ ...set, chains: set.chains.map(change) }),
    )
    return walkConnection({ ...machine, ruleSets: tampered }, ...rest)
  }

const uncounted = (journey: Journey): Journey => ({
  ...journey,
  steps: journey.steps.map((step) => ({ ...step, counts: false })),
})

/** The walk that says of no counter that it moves. */
const countless: Walk = (...asked) => {
  const walked = walkConnection(...asked)
  const { there, back } = walked
  return { ...walked, there: uncounted(there), back: back && uncounted(back) }
}

test.for<[string, Walk]>([
  ['counters', countless],
  [
    'policies',
    walkOver((chain) => ({ ...chain, policy: chain.policy === 'drop' ? 'accept' : 'drop' })),
  ],
  ['the order of rules', walkOver((chain) => ({ ...chain, rules: chain.rules.toReversed() }))],
  [
    'priorities',
    walkOver((chain) => ({
      ...chain,
      priority: chain.priority === null ? null : -chain.priority,
    })),
  ],
])('a walk that gets %s wrong is found out', async ([, wrong]) => {
  const campaign = await runCampaign(wrong, { seed: 1, pairs: PAIRS, mostWrong: 1 })
  expect(campaign.disagreements.length).toBeGreaterThan(0)
})

const plain = (said: Forecast | undefined) =>
  said && { ...said, unknown: said.unknown !== null, counts: [...(said.counts ?? [])], trace: null }

test('the text form of nft comes to the same as its JSON', async () => {
  const ground = makeGround()
  try {
    let held = 0
    for (let seed = 1; held < 20; seed++) {
      const { loads, shots } = makeTrial(seed)
      const [first] = loads
      if (first === undefined || loads.some(({ tool }) => tool !== 'nft')) continue
      ground.load(loads)
      const byJson = await ground.machines()
      const text = ground.range.network.run(first.host, ['nft', '-a', 'list', 'ruleset'])
      const read = parseNftText(text)
      const machine = { ...byJson[first.host], ruleSets: read === null ? [] : [read] }
      const byText = { ...byJson, [first.host]: machine }
      for (const shot of shots) {
        const [one, other] = [byText, byJson].map((hosts) => forecast(hosts, walkConnection, shot))
        expect(plain(one), `seed ${seed}: ${JSON.stringify(shot)}`).toEqual(plain(other))
      }
      held++
      ground.clear()
    }
  } finally {
    ground.close()
  }
})
