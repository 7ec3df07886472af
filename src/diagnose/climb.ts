/** The climb: every check is asked, side by side; what they found becomes a diagnosis. */
import { neighbours } from '../facts/ip-neigh.ts'
import { routes4, routes6 } from '../facts/ip-route.ts'
import { listeners } from '../facts/ss.ts'
import { findBehind, unreachedLayers } from './behind.ts'
import { gatherContrasts } from './beside.ts'
import { type Check, unknown } from './check.ts'
import type { Attempt, Contrast, Diagnosis, Finding, State } from './diagnosis.ts'
import { type Ruled, tell } from './finding.ts'
import type { Host, Inquiry } from './host.ts'
import { inquire } from './inquiry.ts'
import type { KernelWord } from './kernel-word.ts'
import { LADDER } from './ladder.ts'
import { keepRemedies } from './persist/persist.ts'
import type { Probes } from './probes.ts'
import { type Detour, formatProxy, leadsThere } from './proxy.ts'
import { clientAddress } from './relevant.ts'
import type { Tap } from './tap.ts'
import type { Target } from './target.ts'
import { type Charge, weigh } from './verdict.ts'
import { holds, speaksTls, type Visit } from './visit.ts'
import { openWitness, type Visits, type Witness } from './witness.ts'

export type ClimbOptions = {
  /** Null: the machine's own ladder up to its default route and name servers. */
  readonly target: Target | null
  readonly client: Host
  readonly server: Host | null
  readonly routers: readonly Host[]
  readonly probes: Probes
  /** Captures on these hosts while the attempts are made; absent where none are wanted. */
  readonly tap?: Tap | null
  /** The kernels of these hosts, which tell what they drop; absent where they are not to be asked. */
  readonly kernel?: KernelWord | null
  /** Only this family. */
  readonly family: 4 | 6 | null
  /** Nothing may take longer than this. */
  readonly timeoutMs: number
  /** A connection rests for so long before it is used; absent: none does. */
  readonly idleMs?: number | null
  /** `rungs 0.1.0` */
  readonly tool: string
  readonly privilege: 'root' | 'user'
  /** A short random word that marks what this check sends, so that a server's log shows it. */
  readonly token: string
  /** Told of each check as it ends. */
  readonly onFinding?: (finding: Finding) => void
}

const NO_VISITS: Visits = {
  all: [],
  passed: [],
  used: null,
  redirects: [],
  circle: false,
  lost: null,
  last: null,
}

/** Climbs the ladder on both ends. Never throws: what could not be asked is in the diagnosis. */
export async function climb(options: ClimbOptions): Promise<Diagnosis> {
  const { probes, target, timeoutMs } = options
  const startedAt = probes.now()
  let alarm: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<null>((resolve) => {
    alarm = setTimeout(() => resolve(null), timeoutMs)
  })
  const server = options.server ? await reachable(inquire(options.server), timeoutMs / 3) : null
  const witness = openWitness({
    target,
    family: options.family,
    client: inquire(options.client),
    server: server?.because === null ? server.inquiry : null,
    routers: options.routers.map(inquire),
    probes,
    tap: options.tap ?? null,
    kernel: options.kernel ?? null,
    timeoutMs,
    idleMs: options.idleMs ?? null,
    userAgent: `${options.tool.replace(' ', '/')} (${options.token})`,
    token: options.token,
  })
  prefetch(witness)
  const seen = witness.visits().catch(() => NO_VISITS)
  const inquiries = [witness.client, ...(server ? [server.inquiry] : []), ...witness.routers]
  const isLost = (inquiry: Inquiry): boolean => inquiry === server?.inquiry && !witness.server
  const ruled = await Promise.all(
    LADDER.flatMap((check) =>
      inquiries
        .filter((inquiry) => check.on.includes(inquiry.host.role))
        .filter((inquiry) => (check.outside ? inquiry.host.outside : !isLost(inquiry)))
        .map(async (inquiry) => {
          const one = await rule(check, witness, inquiry, deadline)
          options.onFinding?.(tell(one, null))
          return one
        }),
    ),
  )
  const visits = (await Promise.race([seen, deadline])) ?? NO_VISITS
  const detour = await Promise.race([witness.detour(), deadline])
  const contrasts =
    (target &&
      (await Promise.race([gatherContrasts(witness, ruled), deadline]).catch(() => null))) ??
    []
  clearTimeout(alarm)
  const diagnosis = conclude(
    options,
    { visits, detour, contrasts },
    ruled,
    startedAt,
    server?.because ?? null,
  )
  // Who keeps a remedy over a start is asked for what is printed only.
  const remedies = await keepRemedies(diagnosis.verdict.remedies, inquiries)
  return {
    ...diagnosis,
    durationMs: Math.round(probes.now() - startedAt),
    verdict: { ...diagnosis.verdict, remedies },
  }
}

/** Asks what every climb needs, so that the checks find it already on its way. */
function prefetch(witness: Witness): void {
  for (const inquiry of [witness.client, ...(witness.server ? [witness.server] : [])])
    void witness.interfaces(inquiry)
  if (!witness.target) return
  void witness.visits()
  void witness.names().then(async (names) => {
    const families = new Set(names?.addresses.map(({ family }) => family))
    for (const { ask } of [witness.client, ...(witness.server ? [witness.server] : [])]) {
      void ask(neighbours)
      for (const family of families) void ask(family === 4 ? routes4 : routes6)
    }
    if (witness.server) void witness.server.ask(listeners)
    for (const { address } of names?.addresses ?? [])
      void witness.route(witness.client, address).then((route) => {
        if (route.known && route.value.gateway) void witness.echo(route.value.gateway)
      })
    for (const family of families) {
      const client = await clientAddress(witness, family)
      if (client && witness.server) void witness.route(witness.server, client)
    }
  })
}

/** A server that cannot be reached costs its own findings only. */
async function reachable(
  inquiry: Inquiry,
  limitMs: number,
): Promise<{ readonly inquiry: Inquiry; readonly because: string | null }> {
  let alarm: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<null>((resolve) => {
    alarm = setTimeout(() => resolve(null), limitMs)
  })
  const output = await Promise.race([inquiry.run(['true']), late])
  clearTimeout(alarm)
  if (!output) return { inquiry, because: 'it did not answer in time' }
  const lost = output.failure === 'unreachable'
  const because = lost ? output.stderr.trim().split('\n').at(-1) || 'it does not answer' : null
  return { inquiry, because }
}

async function rule(
  check: Check,
  witness: Witness,
  inquiry: Inquiry,
  deadline: Promise<null>,
): Promise<Ruled> {
  const startedAt = witness.probes.now()
  const ruling = await Promise.race([
    check
      .rule(witness, inquiry)
      .catch((error: unknown) =>
        unknown(`the check failed: ${error instanceof Error ? error.message : String(error)}`),
      ),
    deadline,
  ])
  return {
    check,
    inquiry,
    ruling: ruling ?? unknown(`no answer within ${witness.timeoutMs / 1000} s`),
    tookMs: Math.max(0, Math.round(witness.probes.now() - startedAt)),
  }
}

function stateOf(
  options: ClimbOptions,
  visits: Visits,
  detour: Detour | null,
  ruled: readonly Ruled[],
): State {
  // What programs experience counts, whatever this check could reach beside them.
  if (detour && leadsThere(detour))
    return detour.visit?.stage === 'refusal' ? 'degraded' : 'reachable'
  if (ruled.some(({ ruling }) => ruling.accuses?.some((one) => one.blocks))) return 'unreachable'
  const partial = ruled.some(({ ruling }) => ruling.accuses?.some((one) => one.partial))
  if (!options.target) {
    if (ruled.some(({ ruling }) => ruling.status === 'fail')) return 'unreachable'
    return partial ? 'degraded' : 'reachable'
  }
  const { last, all, circle } = visits
  if (!last)
    return ruled.some(({ ruling }) => ruling.status === 'fail') ? 'unreachable' : 'undetermined'
  if (!holds(last) || circle || visits.lost) return 'unreachable'
  return partial || last.stage === 'refusal' || all.some((one) => !holds(one))
    ? 'degraded'
    : 'reachable'
}

/** What the climb saw beside the findings. */
type Seen = {
  readonly visits: Visits
  readonly detour: Detour | null
  readonly contrasts: readonly Contrast[]
}

function conclude(
  options: ClimbOptions,
  { visits, detour, contrasts }: Seen,
  ruled: readonly Ruled[],
  startedAt: number,
  serverLost: string | null,
): Diagnosis {
  const { target, probes } = options
  const state = stateOf(options, visits, detour, ruled)
  const accusations = ruled.flatMap(({ check, ruling }) =>
    (ruling.accuses ?? []).map((one): Charge => ({ ...one, by: check.id })),
  )
  // What only degrades does not explain why nothing works, and the other way round.
  const whole = accusations.filter(({ partial }) => !partial)
  const blocking = accusations.filter(({ blocks }) => blocks)
  const degradedByVisits = visits.all.some((one) => !holds(one))
  const relevant =
    blocking.length > 0
      ? blocking
      : state === 'degraded' && !degradedByVisits
        ? accusations.filter(({ partial }) => partial)
        : whole.length > 0
          ? whole
          : accusations
  const about = {
    name: target ? describeTarget(target) : MACHINE,
    broken: state === 'degraded' ? brokenAddresses(visits) : null,
    fails: target ? failsText(visits) : 'is not open',
    told: ruled.flatMap(({ ruling }) => ruling.told ?? [])[0] ?? null,
  }
  const weighed = weigh(
    state,
    relevant,
    ruled.flatMap(({ ruling }) => ruling.acquits ?? []),
    about,
    ruled.flatMap(({ ruling }) => ruling.confirms ?? []),
  )
  const isHidden = state === 'unreachable' && target !== null && weighed.cause !== null
  const verdict = {
    ...weighed,
    behind: findBehind(ruled, weighed),
    unreached: isHidden ? unreachedLayers(visits.last, speaksTls(target.scheme)) : [],
  }
  return {
    schema: 'rungs.diagnosis/1',
    tool: options.tool,
    privilege: options.privilege,
    target: target
      ? { input: target.input, scheme: target.scheme, host: target.host, port: target.port }
      : null,
    client: {
      name: options.client.name,
      address: visits.used?.exchange.connect.localAddress ?? null,
    },
    server: options.server
      ? {
          name: options.server.name,
          address: visits.used?.endpoint.address ?? null,
          access: options.server.access,
        }
      : visits.used
        ? { name: 'server', address: visits.used.endpoint.address, access: null }
        : null,
    routers: options.routers.map(({ name, access }) => ({ name, access })),
    startedAt: new Date(startedAt).toISOString(),
    durationMs: Math.round(probes.now() - startedAt),
    attempts: visits.all.map((visit) => attempt(visit, visits.used === visit && holds(visit))),
    contrasts,
    verdict:
      state === 'reachable'
        ? { ...verdict, summary: `${about.name} ${holdsText(visits, detour, target)}` }
        : verdict,
    findings: ruled.map((one) => tell(one, verdict)),
    unknowns: [
      ...(serverLost
        ? [
            {
              id: 'server.access',
              because: `the server could not be asked: ${serverLost}`,
              needs: 'access to the server',
            },
          ]
        : []),
      ...ruled.flatMap(({ check, inquiry, ruling }) =>
        ruling.unknown
          ? [
              {
                id: check.id,
                because: `${inquiry.host.name}: ${ruling.unknown.because}`,
                needs: ruling.unknown.needs,
              },
            ]
          : [],
      ),
    ],
  }
}

/** Where there is no target, the machine's own ladder is the question. */
const MACHINE = "this machine's way out"

const holdsText = ({ last }: Visits, detour: Detour | null, target: Target | null): string => {
  if (!target) return 'is open: every rung of it holds'
  if (detour?.proxy) return `answers as expected by the proxy ${formatProxy(detour.proxy)}`
  const by = last?.code ?? last?.identity?.product
  return by ? `answers as expected (${by})` : 'answers as expected'
}

/** Who took the connection did answer, only not as was expected. */
const failsText = ({ last }: Visits): string =>
  last && last.stage !== 'connect' ? 'does not answer as expected' : 'cannot be reached'

const describeTarget = ({ scheme, host, port, portGiven }: Target): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}${portGiven ? `:${port}` : ''}`

/** The addresses that fail while another works. */
const brokenAddresses = (visits: Visits): string | null => {
  const broken = visits.all.filter((one) => !holds(one)).map(({ endpoint }) => endpoint.address)
  return broken.length > 0 && broken.length < visits.all.length ? broken.join(', ') : null
}

function attempt(visit: Visit, used: boolean): Attempt {
  const { connect, tls, reply } = visit.exchange
  const outcome =
    visit.stage === 'connect' ? connect.outcome : visit.stage === 'tls' ? 'tls-failed' : visit.stage
  return {
    address: visit.endpoint.address,
    family: visit.endpoint.family,
    outcome,
    errno: connect.errno,
    used,
    phases: {
      resolveMs: null,
      connectMs: connect.outcome === 'connected' ? round(connect.tookMs) : null,
      tlsMs: tls?.outcome === 'established' ? round(tls.tookMs) : null,
      firstByteMs: reply ? round(reply.firstByteMs) : null,
    },
  }
}

const round = (ms: number): number => Math.round(ms * 10) / 10
