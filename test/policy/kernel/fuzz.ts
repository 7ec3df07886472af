/**
 * `npm run fuzz:firewall -- --seed N --pairs N`: rule sets and packets made by chance, one trial after
 * the other from the seed on, until so many pairs have been held. Prints what differed, and what was used.
 */
import { parseArgs } from 'node:util'
import { walkConnection } from '../../../src/policy/journey.ts'
import type { Uses } from './chance.ts'
import { contest, type Disagreement } from './contest.ts'
import { makeGround } from './ground.ts'
import { makeTrial, SHOTS, type Trial } from './trial.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    pairs: { type: 'string', default: '2000' },
    rules: { type: 'boolean', default: false },
    most: { type: 'string', default: '5' },
  },
})

function print(trial: Trial, { at, walk, kernel, trace }: Disagreement): void {
  const shot = at === null ? null : trial.shots[at]
  console.log(`\n== seed ${trial.seed}, packet ${at}: ${JSON.stringify(shot)}`)
  console.log(`   walk:   ${walk.join('\n           ')}`)
  console.log(`   kernel: ${kernel.join('\n           ')}`)
  console.log(`   ${trace.join('\n   ')}`)
  if (values.rules)
    for (const { host, tool, text } of trial.loads) console.log(`-- ${host}, ${tool}\n${text}`)
}

const began = performance.now()
const uses: Uses = new Map()
let [pairs, wrong, noise] = [0, 0, 0]
const unknowns = new Map<string, number>()
let ground = makeGround()
for (let seed = Number(values.seed); pairs < Number(values.pairs) && wrong < Number(values.most); seed++) {
  const trial = makeTrial(seed, uses)
  const outcome = await contest(ground, trial, walkConnection)
  pairs += outcome.pairs
  wrong += outcome.disagreements.length
  noise += outcome.noise
  for (const reason of outcome.unknowns) unknowns.set(reason, (unknowns.get(reason) ?? 0) + 1)
  for (const disagreement of outcome.disagreements) print(trial, disagreement)
  if (!ground.clear()) {
    ground.close()
    ground = makeGround()
  }
}
ground.close()
const seconds = (performance.now() - began) / 1000
const unknown = [...unknowns.values()].reduce((total, count) => total + count, 0)
console.log([...unknowns].toSorted((a, b) => b[1] - a[1]).slice(0, 30).map(([reason, count]) => `${count} × ${reason}`).join('\n'))
console.log(`${pairs} pairs in ${seconds.toFixed(1)} s: ${wrong} disagreements, ${unknown} unknown (${((100 * unknown) / pairs).toFixed(2)} %), ${noise} noise`)
