/** `rungs check`: the climb and the verdict. What does the work is loaded once the words are right. */
import { isNoTarget, parseTarget, SCHEMES, type Target } from '../diagnose/target.ts'
import { classify, parseAddress } from '../wire/address.ts'
import { type Command, type Invocation, NO_COLOUR_FLAG, UsageError } from './command.ts'
import { FORM_FLAGS, type Form, readForm } from './form.ts'
import { startProgress } from './progress.ts'

/** What was asked for, understood and checked. */
export type CheckRequest = {
  /** Null: the machine's own ladder. */
  readonly target: Target | null
  /** How the server is reached for questions; null where it is not. */
  readonly server: string | null
  readonly routers: readonly string[]
  readonly form: Form
  readonly verbose: boolean
  /** Nothing in the answer may tell who or where it was. */
  readonly redact: boolean
  readonly strict: boolean
  readonly family: 4 | 6 | null
  readonly timeoutMs: number
  /** For how long a connection rests before it is used; null where none does. */
  readonly idleMs: number | null
  /** How often it is checked, and the pause between two checks. */
  readonly count: number
  readonly intervalMs: number
  readonly noColour: boolean
  /** Whether the attempts are captured. */
  readonly captures: boolean
  /** Where the captures are kept; null where they are not. */
  readonly captureFile: string | null
}

/** A silent drop takes its SYNs some seconds, and both ends have to be asked. */
const DEFAULT_TIMEOUT_S = 20
const MOST_TIMEOUT_S = 600

/** A firewall that forgets a connection only after an hour does no harm that a check could wait for. */
const MOST_IDLE_S = 3600

function readSeconds(name: string, text: string, most: number): number {
  const seconds = Number(text)
  if (!/^[\d.]+$/.test(text) || !(seconds > 0 && seconds <= most))
    throw new UsageError(`--${name} was ${text}; it takes seconds, more than 0 and at most ${most}`)
  return seconds
}

/** A connection that is to rest does so within the time of the check, which grows by it. */
function readTimes({ flags, operands }: Invocation): Pick<CheckRequest, 'timeoutMs' | 'idleMs'> {
  const [timeout, idle] = [flags.timeout as string | undefined, flags.idle as string | undefined]
  const seconds =
    timeout === undefined ? DEFAULT_TIMEOUT_S : readSeconds('timeout', timeout, MOST_TIMEOUT_S)
  if (idle === undefined) return { timeoutMs: seconds * 1000, idleMs: null }
  if (operands[0] === undefined)
    throw new UsageError('--idle was given without a target; write rungs check TARGET --idle 300')
  const idleMs = readSeconds('idle', idle, MOST_IDLE_S) * 1000
  return { timeoutMs: seconds * 1000 + idleMs, idleMs }
}

/** A server that counts connections takes one check in two seconds for a client, not for an attack. */
const DEFAULT_INTERVAL_S = 2
const LEAST_INTERVAL_S = 1
const MOST_INTERVAL_S = 3600
const MOST_ROUNDS = 1000

function readRounds({ flags }: Invocation): Pick<CheckRequest, 'count' | 'intervalMs'> {
  const count = (flags.count as string | undefined) ?? '1'
  if (!/^[1-9]\d{0,3}$/.test(count) || Number(count) > MOST_ROUNDS)
    throw new UsageError(`--count was ${count}; it takes a number from 1 to ${MOST_ROUNDS}`)
  const interval = flags.interval as string | undefined
  if (interval !== undefined && flags.count === undefined)
    throw new UsageError('--interval was given without --count; it is the pause between two checks')
  const seconds = Number(interval ?? DEFAULT_INTERVAL_S)
  if (
    !/^[\d.]+$/.test(interval ?? '0') ||
    !(seconds >= LEAST_INTERVAL_S && seconds <= MOST_INTERVAL_S)
  )
    throw new UsageError(
      `--interval was ${interval}; it takes seconds from ${LEAST_INTERVAL_S}, so that nobody takes the checks for an attack, to ${MOST_INTERVAL_S}`,
    )
  return { count: Number(count), intervalMs: seconds * 1000 }
}

function readTarget(text: string | undefined, family: 4 | 6 | null): Target | null {
  if (text === undefined) return null
  const target = parseTarget(text)
  if (isNoTarget(target))
    throw new UsageError(`${target.error}; a target is a URL, HOST or HOST:PORT`)
  const literal = parseAddress(target.host)
  if (family !== null && literal !== null && literal.family !== family)
    throw new UsageError(
      `-${family} was given, and ${target.host} is an IPv${literal.family} address; leave one out`,
    )
  return target
}

/** What lies on loopback is this machine's own (RFC 6761 §6.3), so its far end can be asked as well. */
const isOwn = ({ host }: Target): boolean => {
  const literal = parseAddress(host)
  return literal ? classify(literal) === 'loopback' : /(?:^|\.)localhost$/i.test(host)
}

function readCapture({ flags }: Invocation): Pick<CheckRequest, 'captures' | 'captureFile'> {
  const captureFile = (flags['capture-file'] as string | undefined) ?? null
  const captures = flags['no-capture'] !== true
  if (captureFile !== null && !captures)
    throw new UsageError('--capture-file and --no-capture exclude each other; leave one out')
  if (captureFile !== null && flags.count !== undefined)
    throw new UsageError('--capture-file keeps the packets of one check; leave out --count')
  return { captures, captureFile }
}

/** Reads the words; throws a UsageError that says what to do instead. */
export function readCheckRequest(invocation: Invocation): CheckRequest {
  const { flags, operands } = invocation
  if (flags.ipv4 && flags.ipv6)
    throw new UsageError('-4 and -6 exclude each other; without either, both are tried')
  const family = flags.ipv4 ? 4 : flags.ipv6 ? 6 : null
  const target = readTarget(operands[0], family)
  const server = (flags.server as string | undefined) ?? (target && isOwn(target) ? 'local' : null)
  if (server !== null && target === null)
    throw new UsageError(
      '--server was given without a target; write rungs check TARGET --server HOST',
    )
  return {
    target,
    server,
    routers: (flags.router as readonly string[] | undefined) ?? [],
    form: readForm(invocation),
    verbose: flags.verbose === true,
    redact: flags.redact === true,
    strict: flags.strict === true,
    family,
    ...readTimes(invocation),
    ...readRounds(invocation),
    noColour: flags['no-color'] === true,
    ...readCapture(invocation),
  }
}

export const check: Command = {
  name: 'check',
  operands: '[TARGET]',
  mostOperands: 1,
  help: [
    'Say why this machine cannot talk to TARGET: a URL, HOST (https) or HOST:PORT. Without TARGET,',
    'climb this machine up to its way out and its name servers. Nothing is changed anywhere.',
    `A URL begins with ${SCHEMES.slice(0, 9).join(', ')},`,
    `${SCHEMES.slice(9).join(', ')}.`,
  ].join('\n'),
  examples: [
    'rungs check https://www.example.org',
    'rungs check www.example.org:22 --server ssh://root@www.example.org',
    'rungs check tcp://10.0.2.2:5432 --server netns://db --router netns://edge --json',
    'rungs check dns://192.0.2.53/example.org -4 --short',
  ],
  flags: [
    {
      name: 'server',
      short: 's',
      value: 'HOST',
      help: 'ask the server too: local (so for a target on loopback), ssh://[USER@]HOST[:PORT], netns://NAME, docker://NAME, podman://NAME or k8s://NAMESPACE/POD',
    },
    { name: 'router', short: 'r', value: 'HOST', repeated: true, help: 'and a router on the way' },
    ...FORM_FLAGS,
    { name: 'verbose', short: 'v', help: 'show every check with its evidence' },
    {
      name: 'redact',
      help: 'replace addresses, names of hosts and people, and keys, for a forum',
    },
    { name: 'strict', help: 'exit with 1 when degraded, too' },
    { name: 'ipv4', short: '4', help: 'use IPv4 only' },
    { name: 'ipv6', short: '6', help: 'use IPv6 only' },
    {
      name: 'timeout',
      short: 't',
      value: 'SECONDS',
      help: `nothing takes longer than this; ${DEFAULT_TIMEOUT_S} unless given`,
    },
    {
      name: 'idle',
      value: 'SECONDS',
      help: 'also let a connection rest so long and speak then; the check takes so much longer',
    },
    {
      name: 'count',
      short: 'c',
      value: 'NUMBER',
      help: 'check so often, and say how often it failed and when',
    },
    {
      name: 'interval',
      short: 'i',
      value: 'SECONDS',
      help: `the pause between two checks; ${DEFAULT_INTERVAL_S} unless given`,
    },
    {
      name: 'capture-file',
      value: 'FILE',
      help: 'keep the packets of the attempts, of every host that was watched, as pcapng with what was found as comments',
    },
    {
      name: 'no-capture',
      help: 'do not capture the attempts; else both ends and the routers are watched where that can be',
    },
    NO_COLOUR_FLAG,
  ],
  notes: [
    'exit codes: 0 reachable or degraded, 1 unreachable, 3 undetermined, 2 could not work,',
    '130 interrupted. Without root some questions stay open; they are listed as not known.',
  ],
  run: async (invocation, around) => {
    const request = readCheckRequest(invocation)
    const what = request.target?.input ?? 'the way out of this machine'
    const progress = startProgress(around.err, `climbing to ${what}`)
    try {
      const { liveParts, performCheck } = await import('./perform.ts')
      return await performCheck(request, around, progress, await liveParts())
    } finally {
      progress.end()
    }
  },
}
