/**
 * The lab in the namespaces that this process is in: builds the topology and starts its services,
 * breaks it, takes it down. Whether these are the machine's own or a private world's is not its matter.
 */
import { buildScript, removeScript, waitScript } from './build.ts'
import { labDirectory } from './data.ts'
import type { Fault, Step } from './fault.ts'
import { loadRecording } from './recording.ts'
import { type Ran, run } from './run.ts'
import { onNode, startService, stopService } from './service.ts'
import { type LabState, type Running, readState, removeState, writeState } from './state.ts'
import { LabError } from './surroundings.ts'
import type { Topology } from './topology.ts'

const said = ({ stderr, stdout }: Ran): string => (stderr || stdout).trim().split('\n').at(-1) ?? ''

/** Starts every service, side by side; fails once each has started or failed. */
async function startAll(
  program: readonly string[],
  { nodes }: Topology,
): Promise<readonly (readonly [string, Running])[]> {
  const starts = nodes.flatMap((node) =>
    Object.entries(node.services).map(
      async ([name, words]) =>
        [`${node.name}/${name}`, await startService(program, node.name, words)] as const,
    ),
  )
  await Promise.allSettled(starts)
  return Promise.all(starts)
}

/** Builds `topology` and starts all its services side by side. Leaves nothing where it fails. */
export async function buildNetwork(
  program: readonly string[],
  topology: Topology,
  signal?: AbortSignal,
): Promise<LabState> {
  const nodes = topology.nodes.map(({ name }) => name)
  const state: LabState = { topology: topology.name, nodes, services: {}, broken: null }
  // First of all, so that whatever comes to be can be found and removed.
  writeState(state)
  try {
    const built = await run(['sh', '-c', buildScript(topology)], signal ? { signal } : {})
    if (built.code !== 0) throw new LabError(`the network could not be built: ${said(built)}`)
    const [services, ready] = await Promise.all([
      startAll(program, topology),
      run(['sh', '-c', waitScript(topology)], signal ? { signal } : {}),
    ])
    if (ready.code !== 0) throw new LabError(`the network did not come up: ${said(ready)}`)
    signal?.throwIfAborted()
    const whole = { ...state, services: Object.fromEntries(services) }
    writeState(whole)
    return whole
  } catch (error) {
    await removeNetwork(state)
    throw error
  }
}

/** Removes every node with its processes, its files and what is remembered. Never fails. */
export async function removeNetwork(state: LabState): Promise<void> {
  await run(['sh', '-c', removeScript(state.nodes)])
  removeState()
}

/** The lab's state; throws with what to do where there is no lab. */
export function requireState(): LabState {
  const state = readState()
  if (state) return state
  throw new LabError('the lab is not up: run `rungs lab up` first')
}

/** Runs shell text on a node; `$LAB` is the lab's own directory, with its certificates. */
export const runOn = (node: string, text: string): Promise<Ran> =>
  run(onNode(node, ['env', `LAB=${labDirectory()}`, 'sh', '-c', text]))

/** Does one step of a break, or of a mend. */
export async function doStep(program: readonly string[], step: Step): Promise<void> {
  const state = requireState()
  if (!state.nodes.includes(step.on)) throw new LabError(`the lab has no node ${step.on}`)
  if ('run' in step) {
    const ran = await runOn(step.on, `set -e\n${step.run}`)
    if (ran.code !== 0) throw new LabError(`${step.on}: ${said(ran)} (in: ${step.run})`)
    return
  }
  // The check lays it over the host; here it only must be there.
  if ('replay' in step) {
    loadRecording(step.replay)
    return
  }
  const key = `${step.on}/${step.service}`
  const running = state.services[key]
  if (!running && step.do !== 'start')
    throw new LabError(`${step.on} has no service ${step.service}`)
  if (running && step.do === 'freeze') {
    process.kill(running.pid, 'SIGSTOP')
    return
  }
  if (running) await stopService(running)
  const { [key]: _, ...others } = state.services
  const next = step.do === 'stop' ? {} : { [key]: await startService(program, step.on, step.words) }
  writeState({ ...state, services: { ...others, ...next } })
}

/** The programs of `names` that are not installed. */
export async function missingPrograms(names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const { code } = await run(['sh', '-c', 'command -v "$0" >/dev/null', name])
      return code === 0 ? [] : [name]
    }),
  )
  return found.flat()
}

/** Breaks the network as `fault` says. */
export async function breakNetwork(
  program: readonly string[],
  fault: Fault,
  onPrepared: () => Promise<void> = async () => {},
): Promise<void> {
  const missing = await missingPrograms(fault.needs)
  if (missing.length > 0)
    throw new LabError(`${fault.name} needs ${missing.join(' and ')}; install it, or take another`)
  const { broken } = requireState()
  if (broken !== null)
    throw new LabError(`${broken} is in place already; \`rungs lab up --fresh\` builds it anew`)
  writeState({ ...requireState(), broken: fault.name })
  for (const step of fault.prepare) await doStep(program, step)
  await onPrepared()
  for (const step of fault.break) await doStep(program, step)
  await new Promise((resolve) => setTimeout(resolve, fault.settleMs))
}
