/**
 * `rungs demo`, the newcomer's tour: a healthy network, three breaks, three mends, in a private world;
 * nothing of the machine is touched.
 */
import type { Remedy } from '../diagnose/diagnosis.ts'
import { check, checkCommand, checkWords } from './check.ts'
import { type Fault, loadFault } from './fault.ts'
import { breakNetwork, buildNetwork, missingPrograms, removeNetwork, runOn } from './network.ts'
import { run } from './run.ts'
import { readState, writeState } from './state.ts'
import type { LabSurroundings } from './surroundings.ts'
import { loadTopology } from './topology.ts'
import { INSIDE, inNewWorld, requireWorlds } from './world.ts'

const MAP = `
  client --- r1 --- r2 --- lan --- server    www.lab.example
                            |----- server2
                            '----- ns        the name server
`

/** How long one check of the tour may take. */
const CHECK_TIMEOUT_MS = 60_000

/** Shows a check as a user sees it. */
async function show(around: LabSurroundings, fault: Fault): Promise<void> {
  const words = checkWords(fault, true)
  around.out.write(`\n$ rungs check ${words.join(' ')}\n`)
  await run(checkCommand(around.program, words), {
    shown: true,
    timeoutMs: CHECK_TIMEOUT_MS,
    environment: around.environment,
    signal: around.signal,
  })
}

/** Runs the printed remedies until the check is green; false where it never is. */
async function mend(around: LabSurroundings, fault: Fault): Promise<boolean> {
  const done = new Set<string>()
  const isNew = ({ command }: Remedy): boolean => !done.has(command)
  // The three breaks need one command each, or one for each family.
  for (let round = 0; round < 4; round++) {
    const { diagnosis } = await check(around.program, fault, fault.server !== null)
    if (diagnosis?.verdict.state === 'reachable') {
      around.out.write(`mended: ${diagnosis.verdict.summary}\n`)
      return true
    }
    const remedy = diagnosis?.verdict.remedies.find(isNew)
    if (!remedy) return false
    done.add(remedy.command)
    around.out.write(`\non ${remedy.host} $ ${remedy.command}\n`)
    const { code, stderr } = await runOn(remedy.host, remedy.command)
    if (code !== 0) around.out.write(stderr)
    around.signal.throwIfAborted()
  }
  return false
}

/** Faults that need nothing beyond iproute2, but the third where nft is installed. */
const stops = async (): Promise<readonly string[]> => {
  const hasNft = (await missingPrograms(['nft'])).length === 0
  return [
    'server-frozen',
    'server-no-return-route',
    hasNft ? 'server-ingress-drop-nft' : 'client-prohibit',
  ]
}

/** Walks the tour, inside its world; 0 where every break was mended by what was printed. */
export async function tour(around: LabSurroundings): Promise<number> {
  const { out, program, signal } = around
  out.write(`A network of seven nodes is built, in namespaces of its own:\n${MAP}`)
  await buildNetwork(program, loadTopology('standard'), signal)
  let allMended = true
  try {
    await show(around, loadFault('healthy'))
    for (const [index, name] of (await stops()).entries()) {
      signal.throwIfAborted()
      const fault = loadFault(name)
      out.write(`\n--- ${index + 1} of 3: ${fault.title} ---\n`)
      await breakNetwork(program, fault)
      await show(around, fault)
      out.write('\nThe printed remedy is run:\n')
      const mended = await mend(around, fault)
      if (!mended) out.write('not mended by what was printed\n')
      allMended &&= mended
      const state = readState()
      if (state) writeState({ ...state, broken: null })
    }
  } finally {
    const state = readState()
    if (state) await removeNetwork(state)
  }
  out.write(
    '\nThe network is gone again. Now on a real one: rungs check TARGET --server ssh://HOST\n',
  )
  return allMended ? 0 : 1
}

/** Far longer than the tour takes. */
const TOUR_TIMEOUT_MS = 300_000

/** Runs the tour; 0 where all that it broke was mended by what rungs printed. */
export async function demo(around: LabSurroundings): Promise<number> {
  await requireWorlds(around.isRoot)
  const { code } = await run(inNewWorld(around.isRoot, [...around.program, 'lab', 'tour']), {
    shown: true,
    timeoutMs: TOUR_TIMEOUT_MS,
    environment: { ...around.environment, [INSIDE]: '1' },
    signal: around.signal,
  })
  around.signal.throwIfAborted()
  return code ?? 2
}
