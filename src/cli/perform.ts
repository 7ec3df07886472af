/** Does what a check request asks for: opens the hosts, climbs, and prints the answer. */
import { TOOL } from '../base/version.ts'
import type { ClimbOptions } from '../diagnose/climb.ts'
import type { Diagnosis } from '../diagnose/diagnosis.ts'
import type { Host, Role } from '../diagnose/host.ts'
import type { KernelWord } from '../diagnose/kernel-word.ts'
import type { Probes } from '../diagnose/probes.ts'
import { mergeRounds } from '../diagnose/rounds.ts'
import type { LiveTap } from '../host/tap/tap.ts'
import { LAYER_NAME } from '../report/ladder.ts'
import type { CheckRequest } from './check.ts'
import { EXIT, Interrupted, UsageError } from './command.ts'
import { formatAs } from './form.ts'
import type { Progress } from './progress.ts'
import type { Surroundings } from './surroundings.ts'
import { pageFor } from './terminal.ts'
import { newToken } from './token.ts'
import { pause, watch } from './watch.ts'

/** What a check is made of; a test gives its own. */
export type Parts = {
  readonly climb: (options: ClimbOptions) => Promise<Diagnosis>
  readonly openHost: (spec: string, name: string, role: Role) => Host | { readonly error: string }
  readonly probes: () => Probes
  readonly openTap: (hosts: readonly Host[]) => LiveTap
  readonly kernelWord: (hosts: readonly Host[]) => KernelWord
}

/** The real ones, loaded when they are needed. */
export async function liveParts(): Promise<Parts> {
  const [{ climb }, { openHost }, { liveProbes }, { openTap }, { kernelWord }] = await Promise.all([
    import('../diagnose/climb.ts'),
    import('../host/run/open.ts'),
    import('../host/probe/live-probes.ts'),
    import('../host/tap/tap.ts'),
    import('../host/kernel-word/kernel-word.ts'),
  ])
  return { climb, openHost, probes: liveProbes, openTap, kernelWord }
}

/** The climb ends by itself at its time; only if it does not, this much later, it is given up. */
const GRACE_MS = 3000

/** Closing what was opened may not hold up the answer. */
const CLOSE_MS = 1000

/** `edge` of `ssh://root@edge:22`: what a router is called in evidence and remedies. */
export const routerName = (spec: string): string =>
  spec
    .replace(/^[a-z0-9+.-]+:\/\//i, '')
    .replace(/^[^@]*@/, '')
    .replace(/(?<=[^:]):\d+$/, '')

type Ends = {
  readonly client: Host
  readonly server: Host | null
  readonly routers: readonly Host[]
}

/** Opens every host that was named; none of them is talked to before it is asked something. */
function openEnds({ server, routers }: CheckRequest, parts: Parts): Ends {
  const open = (spec: string, name: string, role: Role): Host => {
    const host = parts.openHost(spec, name, role)
    if ('error' in host) throw new UsageError(host.error)
    return host
  }
  const taken = new Set(['client', 'server'])
  const named = routers.map((spec): [string, string] => {
    const name = taken.has(routerName(spec)) ? spec : routerName(spec)
    taken.add(name)
    return [spec, name]
  })
  return {
    client: open('local', 'client', 'client'),
    server: server === null ? null : open(server, 'server', 'server'),
    routers: named.map(([spec, name]) => open(spec, name, 'router')),
  }
}

/** The exit code of a diagnosis. */
export function exitCodeOf({ verdict }: Diagnosis, strict: boolean): number {
  if (verdict.state === 'undetermined') return EXIT.undecided
  if (verdict.state === 'unreachable') return EXIT.fault
  return verdict.state === 'degraded' && strict ? EXIT.fault : EXIT.held
}

const hostsOf = ({ client, server, routers }: Ends): Host[] => [
  client,
  ...(server ? [server] : []),
  ...routers,
]

/** Waits for what is being closed, but not for ever. */
const soon = (closing: Promise<unknown>): Promise<unknown> =>
  Promise.race([closing, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())])

const close = (ends: Ends): Promise<unknown> =>
  soon(Promise.allSettled(hostsOf(ends).map((host) => host.close())))

/** Keeps the packets; where that cannot be, the answer is printed all the same. */
async function keep(
  path: string,
  tap: LiveTap,
  diagnosis: Diagnosis,
  around: Surroundings,
): Promise<void> {
  const [{ keepCapture }, { commentsOf }] = await Promise.all([
    import('../host/tap/keep.ts'),
    import('../diagnose/passage/comment.ts'),
  ])
  const tapped = await tap.collect()
  const failure = keepCapture(path, tapped, commentsOf(tapped, diagnosis))
  if (failure !== null) around.err.write(`rungs: ${failure}\n`)
  for (const { host, because } of tapped.blind)
    around.err.write(`rungs: no packets of ${host} are in ${path}: ${because}\n`)
}

/** One climb, within its time. */
async function checkOnce(
  ends: Ends,
  request: CheckRequest,
  around: Surroundings,
  show: (text: string) => void,
  parts: Parts,
  closing: Promise<void>[],
): Promise<Diagnosis | 'overdue'> {
  const watcher = watch(request.timeoutMs + GRACE_MS, around.signal)
  const tap = request.captures && request.target ? parts.openTap(hostsOf(ends)) : null
  try {
    const climbing = parts.climb({
      ...ends,
      tap,
      kernel: request.captures && request.target ? parts.kernelWord(hostsOf(ends)) : null,
      target: request.target,
      probes: parts.probes(),
      family: request.family,
      timeoutMs: request.timeoutMs,
      idleMs: request.idleMs,
      tool: TOOL,
      privilege: around.isRoot ? 'root' : 'user',
      token: newToken(),
      onFinding: ({ layer, question }) => show(`${layer} ${LAYER_NAME[layer]}: ${question}`),
    })
    const diagnosis = await Promise.race([climbing, watcher.over])
    if (tap && request.captureFile !== null && diagnosis !== 'overdue')
      await keep(request.captureFile, tap, diagnosis, around)
    return diagnosis
  } finally {
    watcher.end()
    // What ends far away is waited for once the answer is printed.
    if (tap) closing.push(tap.close())
  }
}

/** Prints what is known, and tells the exit code that goes with it. */
async function answer(
  diagnoses: readonly Diagnosis[],
  request: CheckRequest,
  around: Surroundings,
): Promise<number> {
  const [only] = diagnoses
  const merged = request.count === 1 ? (only ?? null) : mergeRounds(diagnoses)
  if (merged === null) return EXIT.undecided
  const told = request.redact ? (await import('../report/redact.ts')).redact(merged) : merged
  around.out.write(await formatAs(request.form, told, pageFor(around, request)))
  return exitCodeOf(merged, request.strict)
}

/** Performs the check, as often as is asked for, and prints the answer; resolves to the exit code. */
export async function performCheck(
  request: CheckRequest,
  around: Surroundings,
  progress: Progress,
  parts: Parts,
): Promise<number> {
  const { count, intervalMs, timeoutMs } = request
  const ends = openEnds(request, parts)
  const diagnoses: Diagnosis[] = []
  const closing: Promise<void>[] = []
  try {
    for (let round = 1; round <= count; round++) {
      const before = count === 1 ? '' : `${round} of ${count}: `
      if (round > 1) await pause(intervalMs, around.signal)
      const show = (text: string): void => progress.show(before + text)
      const diagnosis = await checkOnce(ends, request, around, show, parts, closing)
      if (diagnosis !== 'overdue') diagnoses.push(diagnosis)
      else
        around.err.write(
          `rungs: the check had not ended after ${timeoutMs / 1000} s and was given up; try a longer --timeout\n`,
        )
    }
    progress.end()
    return await answer(diagnoses, request, around)
  } catch (error) {
    progress.end()
    if (error instanceof Interrupted && diagnoses.length > 0)
      await answer(diagnoses, request, around)
    throw error
  } finally {
    await soon(Promise.allSettled(closing))
    await close(ends)
  }
}
