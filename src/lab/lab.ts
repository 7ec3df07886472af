/** The subcommands of `rungs lab`: list, up, break, check, score, down; each returns its exit code. */
import { authorityFile, checkCommand, checkWords } from './check.ts'
import { FAULT_KINDS, loadFault, loadFaults } from './fault.ts'
import { endHolder, findHolder, runInHolder, startHolder } from './holder.ts'
import { breakNetwork, buildNetwork, removeNetwork, requireState } from './network.ts'
import { run } from './run.ts'
import { type ScoreOptions, scoreAll, scoreExit } from './score.ts'
import { scoreMarkdown } from './score-page.ts'
import { formatGraded, formatSummary, GRADED_HEAD } from './score-table.ts'
import { onNode } from './service.ts'
import { isForgotten, isWhole, type LabState, readState } from './state.ts'
import { LabError, type LabSurroundings } from './surroundings.ts'
import { loadTopology, type Topology } from './topology.ts'
import { INSIDE, inWorldOf, requireWorlds } from './world.ts'

const isInside = ({ environment }: LabSurroundings): boolean => environment[INSIDE] !== undefined

/** True where the lab's namespaces are those of this process, and need no world of their own. */
const isHere = (around: LabSurroundings): boolean => around.isRoot || isInside(around)

/** Runs `rungs lab WORDS` where the ordinary user's lab lives. */
function elsewhere(around: LabSurroundings, words: readonly string[]): Promise<number> {
  const pid = findHolder(around)
  if (pid === null) throw new LabError('the lab is not up: run `rungs lab up` first')
  return runInHolder(around, pid, words)
}

/** Says which faults and oddities there are. */
export function labList(around: LabSurroundings, options: { readonly json: boolean }): number {
  if (options.json) {
    const lists = FAULT_KINDS.map((kind) => [kind, loadFaults(kind)])
    around.out.write(`${JSON.stringify(Object.fromEntries(lists), null, 2)}\n`)
    return 0
  }
  for (const kind of FAULT_KINDS) {
    around.out.write(`${kind}:\n`)
    const faults = loadFaults(kind).toSorted((one, other) => one.layer - other.layer)
    for (const { name, title, layer } of faults)
      around.out.write(`  ${layer > 0 ? layer : '-'}  ${name.padEnd(30)} ${title}\n`)
  }
  return 0
}

/** What can be done with a lab that is up. */
function upText(around: LabSurroundings, { title, nodes }: Topology): string {
  const pid = isHere(around) ? null : findHolder(around)
  const curl = onNode('client', ['curl', '--cacert', authorityFile(), 'https://www.lab.example/'])
  const byHand = pid === null ? curl : inWorldOf(pid, curl)
  const addresses = nodes.map((node) => {
    const own = Object.values(node.addresses).flat()
    return `  ${node.name.padEnd(8)} ${own.join('  ') || `bridge ${node.bridge ?? ''}`}\n`
  })
  return [
    `the lab is up: ${title}\n`,
    ...addresses,
    'next:\n',
    '  rungs lab check              is everything well?\n',
    '  rungs lab break server-frozen\n',
    '  rungs lab check              what is wrong?\n',
    '  rungs lab down\n',
    `by hand:\n  ${byHand.join(' ')}\n`,
  ].join('')
}

export type UpOptions = {
  /** Takes a lab that is up down first. */
  readonly fresh: boolean
}

/** Builds it in the namespaces of this process, unless one is up; whether it was built. */
async function upHere(around: LabSurroundings, { fresh }: UpOptions): Promise<boolean> {
  const old = readState()
  if (old && isWhole(old) && !fresh) return false
  if (old) {
    if (!isWhole(old)) around.err.write('what is left of an earlier lab is removed\n')
    await removeNetwork(old)
  }
  await buildNetwork(around.program, loadTopology('standard'), around.signal)
  return true
}

/** In a world that stays in the background. */
async function upElsewhere(around: LabSurroundings, { fresh }: UpOptions): Promise<boolean> {
  const pid = findHolder(around)
  if (pid !== null && !fresh) return false
  if (pid !== null) endHolder(around, pid)
  await requireWorlds(around.isRoot)
  await startHolder(around, ['up'])
  return true
}

/** Builds the lab. For root its nodes are namespaces of the machine; anybody else gets a private world. */
export async function labUp(around: LabSurroundings, options: UpOptions): Promise<number> {
  const built = await (isHere(around) ? upHere(around, options) : upElsewhere(around, options))
  if (!built) around.err.write('the lab is up already; `rungs lab up --fresh` builds it anew\n')
  around.out.write(upText(around, loadTopology('standard')))
  return 0
}

/** Breaks the lab by a fault, or makes it odd. */
export async function labBreak(around: LabSurroundings, name: string): Promise<number> {
  const fault = loadFault(name)
  if (!isHere(around)) return elsewhere(around, ['break', name])
  await breakNetwork(around.program, fault)
  around.out.write(`${fault.title}\nnow: rungs lab check\n`)
  return 0
}

export type LabCheckOptions = {
  /** Null: what the fault in place concerns. */
  readonly target: string | null
  /** Without access to the server and the routers. */
  readonly clientOnly: boolean
  /** Flags that are handed to `rungs check`. */
  readonly flags: readonly string[]
}

/** The longest that a check by hand may take. */
const CHECK_TIMEOUT_MS = 300_000

/** Runs `rungs check` on the lab's client; its exit code. */
export async function labCheck(around: LabSurroundings, options: LabCheckOptions): Promise<number> {
  const { target, clientOnly, flags } = options
  if (!isHere(around)) {
    const words = [...(clientOnly ? ['--client-only'] : []), ...(target ? [target] : [])]
    return elsewhere(around, ['check', ...words, '--', ...flags])
  }
  const { broken } = requireState()
  const fault = loadFault(broken ?? 'healthy')
  const asked = { ...fault, target: target ?? fault.target }
  const words = [...checkWords(asked, !clientOnly), ...flags]
  const command = checkCommand(around.program, words, fault)
  around.err.write(`on the client: rungs check ${words.join(' ')}\n`)
  const ran = await run(command, {
    shown: true,
    timeoutMs: CHECK_TIMEOUT_MS,
    environment: around.environment,
    signal: around.signal,
  })
  return ran.code ?? 2
}

/** What is to be removed here: the lab that is up, or what one that died has left. */
function remains(): LabState | null {
  const state = readState()
  if (state) return state
  const nodes = loadTopology('standard').nodes.map(({ name }) => name)
  const left = nodes.filter((node) => !isForgotten(node))
  return left.length > 0 ? { topology: 'standard', nodes: left, services: {}, broken: null } : null
}

/** Removes the lab: processes, namespaces, files. */
export async function labDown(around: LabSurroundings): Promise<number> {
  const pid = isHere(around) ? null : findHolder(around)
  const state = isHere(around) ? remains() : null
  if (pid !== null) endHolder(around, pid)
  else if (state) await removeNetwork(state)
  around.out.write(pid !== null || state ? 'the lab is gone\n' : 'there is no lab\n')
  return 0
}

/** Tries the faults and grades what rungs says of them; 1 where something is not good. */
export async function labScore(
  around: LabSurroundings,
  options: ScoreOptions & {
    /** The page `docs/score.md` in place of the table; its date. */
    readonly markdown: string | null
  },
): Promise<number> {
  const { out, err } = around
  const isTable = !options.json && options.markdown === null && !options.oracle
  if (isTable) out.write(`${GRADED_HEAD}\n`)
  let good = true
  const results = await scoreAll(around, options, (graded, done, all) => {
    const { name } = graded.fault
    const { oracle, skipped } = graded.trial
    if (isTable) out.write(`${formatGraded(graded)}\n`)
    else if (!options.oracle) err.write(`${done} of ${all}: ${name}\n`)
    else {
      const word = skipped ?? (oracle === null ? '-' : oracle.expected ? 'as told' : 'NOT as told')
      good &&= oracle?.expected !== false
      out.write(`${name.padEnd(30)} ${word}  ${oracle?.lines.join('; ') ?? ''}\n`)
    }
  })
  if (options.oracle) return good ? 0 : 1
  if (options.json) out.write(`${JSON.stringify(results, null, 2)}\n`)
  else if (options.markdown !== null) out.write(scoreMarkdown(results, options.markdown))
  else out.write(`\n${formatSummary(results).join('\n')}\n`)
  return scoreExit(results)
}
