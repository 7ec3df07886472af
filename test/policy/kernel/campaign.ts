/** Trials one after the other, from a seed on, until so many packets have been held against the kernel. */
import type { Uses } from './chance.ts'
import { contest, type Disagreement } from './contest.ts'
import { makeGround } from './ground.ts'
import { makeTrial, type Trial } from './trial.ts'
import type { Walk } from './way.ts'

type Found = { readonly trial: Trial; readonly disagreement: Disagreement }

export type Campaign = {
  readonly pairs: number
  readonly disagreements: readonly Found[]
  /** Why packets could not be known, and how many. */
  readonly unknowns: ReadonlyMap<string, number>
  /** Trials that differed at first and not when they were done again. */
  readonly noise: number
  /** How often each construct was used. */
  readonly uses: Uses
}

export type Orders = {
  readonly seed: number
  readonly pairs: number
  /** Ends early once there are so many disagreements. */
  readonly mostWrong: number
  /** Is told of each disagreement when it is found. */
  readonly found?: (one: Found) => void
}

/** Runs the trials of the seed and of those after it. */
export async function runCampaign(
  walk: Walk,
  { seed, pairs, mostWrong, found = () => {} }: Orders,
): Promise<Campaign> {
  const uses: Uses = new Map()
  const unknowns = new Map<string, number>()
  const disagreements: Found[] = []
  let [held, noise] = [0, 0]
  let ground = makeGround()
  try {
    for (let at = seed; held < pairs && disagreements.length < mostWrong; at++) {
      const trial = makeTrial(at, uses)
      const outcome = await contest(ground, trial, walk)
      held += outcome.pairs
      noise += outcome.noise
      for (const reason of outcome.unknowns) unknowns.set(reason, (unknowns.get(reason) ?? 0) + 1)
      for (const disagreement of outcome.disagreements) {
        found({ trial, disagreement })
        disagreements.push({ trial, disagreement })
      }
      if (ground.clear()) continue
      ground.close()
      ground = makeGround()
    }
  } finally {
    ground.close()
  }
  return { pairs: held, disagreements, unknowns, noise, uses }
}

const total = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0)

/** The part of the packets of which the walk says that it cannot be known what becomes of them. */
export const unknownShare = ({ unknowns, pairs }: Campaign): number => total(unknowns) / pairs

/** Everything that is needed to see it again. */
export function describeDisagreement({ trial, disagreement }: Found): string {
  const { at, walk, kernel, trace } = disagreement
  return [
    `seed ${trial.seed}, packet ${at}: ${JSON.stringify(trial.shots[at])}`,
    ...(walk.length === 0
      ? ['the walk says: nothing']
      : walk.map((line) => `the walk says: ${line}`)),
    ...(kernel.length === 0
      ? ['the kernel: nothing']
      : kernel.map((line) => `the kernel: ${line}`)),
    'the steps of the walk:',
    ...trace.map((line) => `  ${line}`),
    ...trial.loads.flatMap(({ host, tool, text }) => [`the rules of ${host}, by ${tool}:`, text]),
    `again: npm run fuzz:firewall -- --seed ${trial.seed} --pairs 1`,
  ].join('\n')
}

/** A count a line, the largest first. */
export const describeCounts = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted((one, other) => other[1] - one[1])
    .map(([name, count]) => `${String(count).padStart(7)} ${name}`)
    .join('\n')
