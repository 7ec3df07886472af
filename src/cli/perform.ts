/** Does what a check request asks for: opens the hosts, climbs, and prints the answer. */
import { TOOL } from '../base/version.ts'
import type { ClimbOptions } from '../diagnose/climb.ts'
import type { Diagnosis } from '../diagnose/diagnosis.ts'
import type { Host, Role } from '../diagnose/host.ts'
import type { Probes } from '../diagnose/probes.ts'
import { LAYER_NAME } from '../report/ladder.ts'
import type { CheckRequest } from './check.ts'
import { EXIT, Interrupted, UsageError } from './command.ts'
import { formatAs } from './form.ts'
import type { Progress } from './progress.ts'
import type { Surroundings } from './surroundings.ts'
import { pageFor } from './terminal.ts'
import { newToken } from './token.ts'

/** What a check is made of; a test gives its own. */
export type Parts = {
  readonly climb: (options: ClimbOptions) => Promise<Diagnosis>
  readonly openHost: (spec: string, name: string, role: Role) => Host | { readonly error: string }
  readonly probes: () => Probes
}

/** The real ones, loaded when they are needed. */
export async function liveParts(): Promise<Parts> {
  const [{ climb }, { openHost }, { liveProbes }] = await Promise.all([
    import('../diagnose/climb.ts'),
    import('../host/run/open.ts'),
    import('../host/probe/live-probes.ts'),
  ])
  return { climb, openHost, probes: liveProbes }
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

/** Resolves when the climb overstays its time, rejects when the user wants to stop. */
function watch(
  timeoutMs: number,
  signal: AbortSignal,
): { readonly over: Promise<'overdue'>; readonly end: () => void } {
  let end = (): void => {}
  const over = new Promise<'overdue'>((resolve, reject) => {
    const stop = (): void => reject(new Interrupted('interrupted; nothing had been changed'))
    const timer = setTimeout(() => resolve('overdue'), timeoutMs + GRACE_MS)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  })
  return { over, end }
}

async function close({ client, server, routers }: Ends): Promise<void> {
  const hosts = [client, ...(server ? [server] : []), ...routers]
  const pause = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())
  await Promise.race([Promise.allSettled(hosts.map((host) => host.close())), pause])
}

/** Performs the check and prints it; resolves to the exit code. */
export async function performCheck(
  request: CheckRequest,
  around: Surroundings,
  progress: Progress,
  parts: Parts,
): Promise<number> {
  const ends = openEnds(request, parts)
  const watcher = watch(request.timeoutMs, around.signal)
  try {
    const climbing = parts.climb({
      ...ends,
      target: request.target,
      probes: parts.probes(),
      family: request.family,
      timeoutMs: request.timeoutMs,
      tool: TOOL,
      privilege: around.isRoot ? 'root' : 'user',
      token: newToken(),
      onFinding: ({ layer, question }) =>
        progress.show(`${layer} ${LAYER_NAME[layer]}: ${question}`),
    })
    const diagnosis = await Promise.race([climbing, watcher.over])
    progress.end()
    if (diagnosis === 'overdue')
      around.err.write(
        `rungs: the check had not ended after ${request.timeoutMs / 1000} s and was given up; try a longer --timeout\n`,
      )
    else around.out.write(await formatAs(request.form, diagnosis, pageFor(around, request)))
    return diagnosis === 'overdue' ? EXIT.undecided : exitCodeOf(diagnosis, request.strict)
  } finally {
    watcher.end()
    await close(ends)
  }
}
