/**
 * One container as its engine tells of it: `docker inspect`, and `podman inspect`, which prints the
 * same fields (Docker Engine API, ContainerInspect). Beside its state these hold what only the
 * outside knows: its first process as the machine numbers it, and the ports that are published.
 */
import { familyOf } from '../wire/address.ts'
import { type ContainerPort, type ContainerState, ENGINE_PACKAGE, type Engine } from './docker.ts'
import {
  type JsonRecord,
  namedRecordsOf,
  numberOf,
  parseRecords,
  recordOf,
  recordsOf,
  textOf,
} from './json.ts'
import { type Output, type Question, succeeded } from './source.ts'

/** A container from outside. */
export type ContainerDetail = {
  /** The whole id: 64 hex digits. Of a pod it is a UUID. */
  readonly id: string
  readonly name: string
  readonly state: ContainerState
  /** Why it could not be started or waits, in the engine's words; empty where it says nothing. */
  readonly error: string
  /** Its first process, as the machine around it numbers it; null while none runs or is told. */
  readonly pid: number | null
  /** Of its last end; null where it never ended. */
  readonly exitCode: number | null
  readonly oomKilled: boolean
  /** How often it was started again by itself. */
  readonly restarts: number
  /** `healthy`, `unhealthy`, `starting`; null where nothing tests it. */
  readonly health: string | null
  /** `no`, `always`, `on-failure`, `unless-stopped`. */
  readonly restartPolicy: string
  /** What it publishes, or would while it ran; those that it does not publish have no `hostPort`. */
  readonly ports: readonly ContainerPort[]
  /** Of its own, in the networks of the engine; none where it has another's network. */
  readonly addresses: readonly string[]
}

/** The words of both engines; podman's own are those of libpod/define/containerstate.go. */
const STATES: Readonly<Record<string, ContainerState>> = {
  created: 'created',
  configured: 'created',
  initialized: 'created',
  running: 'running',
  stopping: 'running',
  paused: 'paused',
  restarting: 'restarting',
  removing: 'removing',
  exited: 'exited',
  stopped: 'exited',
  dead: 'dead',
}

/** `"80/tcp": [{"HostIp": "", "HostPort": "8080"}]`; an empty address is every one. */
function portsOf(ports: JsonRecord): readonly ContainerPort[] {
  return Object.keys(ports).flatMap((key) => {
    const [, port, protocol = 'tcp'] = /^(\d{1,5})(?:\/([a-z]+))?$/.exec(key) ?? []
    if (port === undefined) return []
    const containerPort = Number(port)
    const published = recordsOf(ports, key).flatMap((one): ContainerPort[] => {
      const hostPort = Number(textOf(one, 'HostPort') ?? 0)
      const hostAddress = textOf(one, 'HostIp') ?? '0.0.0.0'
      return hostPort > 0 ? [{ hostAddress, hostPort, containerPort, protocol }] : []
    })
    return published.length > 0
      ? published
      : [{ hostAddress: null, hostPort: null, containerPort, protocol }]
  })
}

/** Its addresses in each of its networks, and of the first one, which older engines tell alone. */
const addressesOf = (settings: JsonRecord): readonly string[] => {
  const networks = [settings, ...namedRecordsOf(settings, 'Networks').map(([, one]) => one)]
  const told = networks.flatMap((one) => [
    textOf(one, 'IPAddress') ?? '',
    textOf(one, 'GlobalIPv6Address') ?? '',
  ])
  return [...new Set(told)].filter((address) => familyOf(address) !== null)
}

/** A container that never ended has the time zero of Go. */
const NEVER = /^0001-/

function detailOf(container: JsonRecord): ContainerDetail | null {
  const id = textOf(container, 'Id')
  const state = recordOf(container, 'State')
  const status = textOf(state, 'Status')?.toLowerCase()
  if (id === null || status === undefined) return null
  const settings = recordOf(container, 'NetworkSettings')
  const setup = recordOf(container, 'HostConfig')
  const pid = numberOf(state, 'Pid')
  // Those that are published while it runs; what it is set up with, where it does not.
  const published = pid ? recordOf(settings, 'Ports') : recordOf(setup, 'PortBindings')
  return {
    id,
    name: (textOf(container, 'Name') ?? '').replace(/^\//, ''),
    state: STATES[status] ?? 'unknown',
    error: textOf(state, 'Error') ?? '',
    pid: pid || null,
    exitCode: NEVER.test(textOf(state, 'FinishedAt') ?? '0001-')
      ? null
      : numberOf(state, 'ExitCode'),
    oomKilled: state.OOMKilled === true,
    restarts: numberOf(container, 'RestartCount') ?? 0,
    health: textOf(recordOf(state, 'Health'), 'Status'),
    restartPolicy: textOf(recordOf(setup, 'RestartPolicy'), 'Name') ?? 'no',
    ports: portsOf(published),
    addresses: addressesOf(settings),
  }
}

function parseInspect(output: Output): readonly ContainerDetail[] | null {
  const containers = succeeded(output) ? parseRecords(output.stdout) : null
  return containers?.flatMap((one) => detailOf(one) ?? []) ?? null
}

/** Containers of an engine by name or id, whatever their state. */
export const containerDetails = (
  engine: Engine,
  ids: readonly string[],
): Question<readonly ContainerDetail[]> => ({
  name: `what became of the containers ${ids.join(', ')}`,
  sources: [
    {
      argv: [engine, 'inspect', '--type', 'container', ...ids],
      package: ENGINE_PACKAGE[engine],
      parse: parseInspect,
    },
  ],
})

/** One container of an engine. */
export const containerDetail = (engine: Engine, id: string): Question<ContainerDetail> => {
  const { sources } = containerDetails(engine, [id])
  return {
    name: `the container ${id}`,
    sources: sources.map((source) => ({
      ...source,
      parse: (output) => source.parse(output)?.[0] ?? null,
    })),
  }
}
