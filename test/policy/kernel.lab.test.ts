/**
 * The walk against the kernel: rule sets made by chance are loaded into hosts of a network, packets are
 * really sent, and what becomes of them, what their sender hears and which counters move must be
 * what the walk says.
 */
import { expect, test } from 'vitest'
import { parseNftJson, parseNftText } from '../../src/facts/nft.ts'
import type { Chain, RuleSet } from '../../src/facts/rule-set.ts'
import { walkConnection } from '../../src/policy/connection.ts'
import {
  describeCounts,
  describeDisagreement,
  runCampaign,
  unknownShare,
} from './kernel/campaign.ts'
import { chance } from './kernel/chance.ts'
import type { Walk } from './kernel/way.ts'
import { makeNetwork } from './kernel/network.ts'
import { nftRules } from './kernel/nft-rules.ts'

const PAIRS = 2400
const MOST_UNKNOWN = 0.02

test('what the walk says of a packet is what the kernel does', async () => {
  const campaign = await runCampaign(walkConnection, { seed: 1, pairs: PAIRS, mostWrong: 5 })
  const told = campaign.disagreements.map((one) =>
    describeDisagreement(one.trial, one.disagreement),
  )
  expect(told).toEqual([])
  expect(campaign.pairs).toBeGreaterThanOrEqual(PAIRS)
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

test.for<[string, Walk]>([
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
