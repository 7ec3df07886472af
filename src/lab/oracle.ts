/** Asks a program that is not ours whether the target works: curl, by IPv4 alone and IPv6 alone. */
import { atHome, authorityFile } from './check.ts'
import type { Fault } from './fault.ts'
import { runOn } from './network.ts'
import { run } from './run.ts'
import { onNode } from './service.ts'

/** What was said, and whether it is what the fault's file expects. */
export type OracleAnswer = {
  readonly expected: boolean
  /** `curl -4: 28 (7 or 28 expected)`, one for each question. */
  readonly lines: readonly string[]
}

/** Longer than three lost ARP requests (3 s) and shorter than patience. */
const CONNECT_SECONDS = 5
const TOTAL_SECONDS = 7

const curl = async (
  target: string,
  family: 4 | 6,
  environment: Fault['environment'] = {},
): Promise<{ code: number; text: string }> => {
  const { code, stderr } = await run(
    onNode('client', [
      ...atHome(environment),
      ...['curl', `-${family}`, '--silent', '--show-error', '--fail', '--location'],
      ...['--max-redirs', '5', '--cacert', authorityFile(), '--output', '/dev/null'],
      ...[
        '--connect-timeout',
        String(CONNECT_SECONDS),
        '--max-time',
        String(TOTAL_SECONDS),
        target,
      ],
    ]),
  )
  return { code: code ?? -1, text: stderr.trim().split('\n')[0] ?? '' }
}

/** Asks about the broken network; null where the fault names no oracle. */
export async function askOracle({
  oracle,
  target,
  environment,
}: Fault): Promise<OracleAnswer | null> {
  if (oracle === null) return null
  if ('run' in oracle) {
    const { code, stderr } = await runOn(oracle.on, oracle.run)
    const line = `${oracle.run}: ${code} (${oracle.code} expected) ${stderr.trim()}`
    return { expected: code === oracle.code, lines: [line] }
  }
  const answers = await Promise.all(
    ([4, 6] as const).map(async (family) => {
      const { code, text } = await curl(target, family, environment)
      const codes = oracle.curl[family]
      const line = `curl -${family}: ${code} (${codes.join(' or ')} expected) ${text}`
      return { expected: codes.includes(code), line }
    }),
  )
  return {
    expected: answers.every(({ expected }) => expected),
    lines: answers.map(({ line }) => line),
  }
}

/**
 * Asks about the network as built, before the break: true where the target works by a family at
 * least, so that it is the break that the later answer tells of.
 */
export async function isHealthy({ oracle, target }: Fault): Promise<boolean> {
  if (oracle !== null && 'run' in oracle) {
    const { code } = await runOn(oracle.on, oracle.run)
    return code !== oracle.code
  }
  const answers = await Promise.all([curl(target, 4), curl(target, 6)])
  return answers.some(({ code }) => code === 0)
}
