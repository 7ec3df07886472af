/**
 * `npm run bench [RUNS] [read|filter|trace|capture]`: how long rungs takes, beside what it is measured against, all in one run on one
 * machine: the start of node, one request by curl, and the same questions asked by hand. Medians; the
 * ratios mean something elsewhere, the milliseconds do not. It runs in a private world of the lab.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { authorityFile, checkCommand } from '../src/lab/check.ts'
import { labDirectory } from '../src/lab/data.ts'
import { loadFault } from '../src/lab/fault.ts'
import { breakNetwork, buildNetwork, removeNetwork } from '../src/lab/network.ts'
import { onNode } from '../src/lab/service.ts'
import { loadTopology, namespaceOf } from '../src/lab/topology.ts'
import { INSIDE, inNewWorld } from '../src/lab/world.ts'
import { captureLines } from './capture.ts'
import { compileTimes, filterTimes } from './filter.ts'
import { measure, measureTogether, type Row } from './measure.ts'
import { type Compared, readMemory, readTimes } from './read.ts'
import { ruleRows, SIZES } from './rules.ts'
import { traceTimes } from './trace.ts'

const DEFAULT_RUNS = 11

const root = join(labDirectory(), '..')
const program = [process.execPath, join(root, 'dist', 'rungs.js')]
const NAME = 'www.lab.example'

/** Builds a network with this fault, measures in it, and removes it. */
async function within(name: string, work: () => Row[]): Promise<Row[]> {
  const state = await buildNetwork(program, loadTopology('standard'))
  try {
    await breakNetwork(program, loadFault(name))
    return work()
  } finally {
    await removeNetwork(state)
  }
}

const bothEnds = ['--server', `netns://${namespaceOf('server')}`]
const target = `https://${NAME}/`

const checks = (what: string, runs: number): Row[] => [
  measure(
    `check, ${what}, both ends`,
    checkCommand(program, [target, ...bothEnds, '--json']),
    runs,
  ),
  measure(`check, ${what}, client only`, checkCommand(program, [target, '--json']), runs),
]

function byHand(what: string, runs: number): Row {
  const server = loadTopology('standard').nodes.find(({ name }) => name === 'server')
  const addresses = Object.values(server?.addresses ?? {}).flat()
  const [address = ''] = (addresses.find((one) => one.includes('.')) ?? '').split('/')
  const words = [namespaceOf('client'), namespaceOf('server'), NAME, address, '443']
  return measure(`by hand, ${what}`, ['sh', join(root, 'bench', 'by-hand.sh'), ...words], runs)
}

function print(rows: readonly Row[]): void {
  const [base] = rows
  const width = Math.max(...rows.map(({ name }) => name.length))
  console.log(`${'what'.padEnd(width)}  median ms  × node -e 0  runs  exit`)
  for (const { name, ms, runs, status } of rows)
    console.log(
      `${name.padEnd(width)}  ${ms.toFixed(1).padStart(9)}  ${(ms / (base?.ms ?? ms)).toFixed(2).padStart(11)}  ${String(runs).padStart(4)}  ${String(status).padStart(4)}`,
    )
  const of = (name: string): number => rows.find((row) => row.name === name)?.ms ?? Number.NaN
  console.log(
    `\nrungs --version takes ${(of('rungs --version') / of('node -e 0')).toFixed(2)} × node -e 0`,
  )
  for (const size of SIZES)
    console.log(
      `${size} rules take ${['nft -j', 'nft', 'iptables-save'].map((form) => `${(of(`firewall, ${size} rules of ${form}`) - of('rungs firewall --help')).toFixed(0)} ms (${form})`).join(', ')} beyond the start`,
    )
  for (const what of ['healthy', 'refused', 'dropped'])
    console.log(
      `by hand takes ${(of(`by hand, ${what}`) / of(`check, ${what}, both ends`)).toFixed(1)} × the check of both ends (${what})`,
    )
}

function printCompared(compared: readonly Compared[]): void {
  for (const { rows, ratios } of compared) {
    for (const { name, ms, runs: rounds, status } of rows)
      console.log(
        `${name.padEnd(24)}  ${ms.toFixed(0).padStart(7)} ms  ${rounds} runs  exit ${status}`,
      )
    console.log(`${ratios.join('\n')}\n`)
  }
}

/** Reading captures, beside the programs that do the same. */
async function insideRead(runs: number): Promise<void> {
  printCompared(readTimes(program, root, runs))
  for (const line of await readMemory(program, root)) console.log(line)
}

/** Tracing a path of ten hops, beside mtr and traceroute. */
function insideTrace(runs: number): void {
  const { rows, ratios } = traceTimes(program, runs)
  for (const { name, ms, runs: rounds, status } of rows)
    console.log(
      `${name.padEnd(24)}  ${ms.toFixed(1).padStart(7)} ms  ${rounds} runs  exit ${status}`,
    )
  console.log(`${ratios.join('\n')}\n`)
}

async function insideChecks(runs: number): Promise<void> {
  const curl = onNode('client', ['curl', '-s', '-m', '5', '--cacert', authorityFile(), target])
  const start = measureTogether(
    [
      ['node -e 0', [process.execPath, '-e', '0']],
      ['rungs --version', [...program, '--version']],
      ['rungs check --help', [...program, 'check', '--help']],
      ['rungs firewall --help', [...program, 'firewall', '--help']],
    ],
    2 * runs,
  )
  const healthy = await within('healthy', () => [
    measure('curl, healthy', curl, runs),
    ...checks('healthy', runs),
    byHand('healthy', runs),
  ])
  const refused = await within('server-stopped', () => [
    ...checks('refused', runs),
    byHand('refused', runs),
  ])
  const dropped = await within('server-ingress-drop-nft', () => [
    ...checks('dropped', runs),
    byHand('dropped', runs),
  ])
  print([...start, ...healthy, ...refused, ...dropped, ...ruleRows(program, runs)])
}

const words = process.argv.slice(2)
const PARTS = ['read', 'filter', 'trace', 'capture']
const only = words.find((word) => PARTS.includes(word))
const runs = Number(words.find((word) => word !== only) ?? DEFAULT_RUNS)
if (process.env[INSIDE] === undefined) {
  const own = [process.execPath, fileURLToPath(import.meta.url), ...words]
  const [command = '', ...args] = inNewWorld(process.geteuid?.() === 0, own)
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  })
  process.exitCode = status ?? 2
} else {
  const wants = (part: string): boolean => only === undefined || only === part
  if (only === undefined) await insideChecks(runs)
  if (wants('read')) await insideRead(runs)
  if (wants('filter')) {
    console.log(compileTimes())
    printCompared(filterTimes(program, root, runs))
  }
  if (wants('trace')) insideTrace(runs)
  if (wants('capture'))
    console.log((await captureLines(program, root, Math.min(runs, 5))).join('\n'))
}
