/**
 * `npm run fuzz -- [--seconds N] [--seed N] [--target NAME] [--once SEED]`: every reader and decoder fed
 * with damaged captures. It is run from the folder of the package. `--once` repeats the input that a failure names.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { attemptOnce, runCampaign } from './campaign.ts'
import { loadCorpus } from './corpus.ts'
import { TARGETS } from './target.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    target: { type: 'string' },
    once: { type: 'string' },
  },
})

const targets = TARGETS.filter(({ name }) => values.target === undefined || name === values.target)
if (targets.length === 0)
  throw new Error(`--target: one of ${TARGETS.map(({ name }) => name).join(', ')}`)
const corpus = loadCorpus(join('test', 'capture', 'data'))

if (values.once !== undefined) {
  const [target] = targets
  const what = target === undefined ? null : attemptOnce(target, corpus, Number(values.once))
  console.log(what ?? 'nothing went wrong')
  process.exitCode = what === null ? 0 : 1
} else {
  const { executions, slowestMs, failures } = runCampaign(targets, corpus, {
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    mostFailures: 10,
  })
  for (const { target, seed, what } of failures)
    console.log(`${target}: ${what}\n  again: npm run fuzz -- --target ${target} --once=${seed}\n`)
  let sum = 0
  for (const [name, count] of executions) {
    sum += count
    console.log(
      `${name.padEnd(10)} ${String(count).padStart(10)} executions, slowest ${(slowestMs.get(name) ?? 0).toFixed(0)} ms`,
    )
  }
  const megabytes = (process.resourceUsage().maxRSS / 1024).toFixed(0)
  console.log(
    `${sum} executions from seed ${values.seed}, ${failures.length} failures, ${megabytes} MB at most`,
  )
  process.exitCode = failures.length > 0 ? 1 : 0
}
