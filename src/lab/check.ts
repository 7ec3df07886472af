/** Runs `rungs check` in the client's namespace, as a user of the lab would. */
import { join } from 'node:path'
import type { Diagnosis, State } from '../diagnose/diagnosis.ts'
import { labDirectory } from './data.ts'
import type { Fault } from './fault.ts'
import { replaysOf } from './recording.ts'
import { run } from './run.ts'
import { onNode } from './service.ts'
import { namespaceOf } from './topology.ts'
import { apart } from './traces.ts'

/** What one check said. */
export type Checked = {
  /** Null where no diagnosis came out. */
  readonly diagnosis: Diagnosis | null
  /** Why there is none, or what does not fit it; null where all is well. */
  readonly crash: string | null
  readonly tookMs: number
}

/** The certificate authority of the lab. */
export const authorityFile = (): string => join(labDirectory(), 'tls', 'ca.pem')

/** The user's own proxies lead out of the lab. */
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
])

/** Makes OpenSSL, curl and node trust the lab's authority, and nobody ask a proxy but the fault's own. */
export const atHome = (environment: Fault['environment'] = {}): readonly string[] => [
  'env',
  ...PROXIES.flatMap((name) => ['-u', name]),
  ...['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'].map(
    (name) => `${name}=${authorityFile()}`,
  ),
  ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
]

/** The words of a fault's check: those of its own, and with access those that give it. */
export const checkWords = (fault: Fault, withAccess: boolean): string[] => [
  fault.target,
  ...fault.flags,
  ...(withAccess ? accessFlags(fault) : []),
]

/** Flags that give a check access to what the fault allows it. */
const accessFlags = ({ server, routers }: Fault): string[] => [
  ...(server === null ? [] : ['--server', `netns://${namespaceOf(server)}`]),
  ...routers.flatMap((router) => ['--router', `netns://${namespaceOf(router)}`]),
]

/** `rungs check WORDS` on the lab's client, as `fault` makes it; as an argument array. */
export function checkCommand(
  program: readonly string[],
  words: readonly string[],
  fault: Fault | null = null,
): string[] {
  const command = fault && replaysOf(fault).size > 0 ? ['lab', 'replay', fault.name] : ['check']
  return onNode('client', [...atHome(fault?.environment), ...program, ...command, ...words])
}

/** The exit status that belongs to a state. */
const EXIT_OF: Readonly<Record<State, number>> = {
  reachable: 0,
  degraded: 0,
  unreachable: 1,
  undetermined: 3,
}

/** A check that takes longer than this hangs. */
const CHECK_TIMEOUT_MS = 120_000

/** Checks the fault's target with the access that it allows, or from the client alone. */
export async function check(
  program: readonly string[],
  fault: Fault,
  withServer: boolean,
): Promise<Checked> {
  const again = fault.count > 1 ? [`--count=${fault.count}`] : []
  const words = [...checkWords(fault, withServer), ...again, '--json']
  const startedAt = performance.now()
  const ran = await run(apart(checkCommand(program, words, fault)), {
    timeoutMs: CHECK_TIMEOUT_MS,
  })
  const tookMs = Math.round(performance.now() - startedAt)
  let diagnosis: Diagnosis
  try {
    diagnosis = JSON.parse(ran.stdout) as Diagnosis
  } catch {
    const why = ran.code === null ? 'it hung or was killed' : `exit ${ran.code}, no JSON`
    const last = ran.stderr.trim().split('\n').at(-1) ?? ''
    return { diagnosis: null, crash: `${why}: ${last}`, tookMs }
  }
  if (diagnosis.schema !== 'rungs.diagnosis/1')
    return { diagnosis: null, crash: `schema ${String(diagnosis.schema)}`, tookMs }
  const expected = EXIT_OF[diagnosis.verdict.state]
  const crash =
    ran.code === expected
      ? null
      : `exit ${ran.code} for ${diagnosis.verdict.state}, not ${expected}`
  return { diagnosis, crash, tookMs }
}
