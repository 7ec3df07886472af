/**
 * `npm run fuzz:firewall -- [--seed N] [--pairs N] [--wrong N] [--constructs]`: rule sets and packets
 * made by chance, held against the kernel, in network namespaces of this process. Needs root.
 */
import { parseArgs } from 'node:util'
import { walkConnection } from '../../../src/policy/connection.ts'
import { describeCounts, describeDisagreement, runCampaign, unknownShare } from './campaign.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    pairs: { type: 'string', default: '2000' },
    /** Ends after so many disagreements. */
    wrong: { type: 'string', default: '5' },
    /** Tells how often each construct was used. */
    constructs: { type: 'boolean', default: false },
  },
})

const began = performance.now()
const campaign = await runCampaign(walkConnection, {
  seed: Number(values.seed),
  pairs: Number(values.pairs),
  mostWrong: Number(values.wrong),
  found: (one) => console.log(`${describeDisagreement(one)}\n`),
})
const { pairs, disagreements, unknowns, uses, noise } = campaign
if (values.constructs) console.log(`used:\n${describeCounts(uses)}\n`)
if (unknowns.size > 0) console.log(`cannot be known:\n${describeCounts(unknowns)}\n`)
const seconds = ((performance.now() - began) / 1000).toFixed(1)
const percent = (100 * unknownShare(campaign)).toFixed(2)
console.log(
  `${pairs} pairs in ${seconds} s: ${disagreements.length} disagreements, ${percent} % cannot be known, ${noise} trials done again`,
)
process.exitCode = disagreements.length > 0 ? 1 : 0
