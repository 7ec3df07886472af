/**
 * One container as its engine tells of it: `docker inspect`, and `podman inspect`, which prints the
 * same fields (Docker Engine API, ContainerInspect). Beside its state these hold what only the
 * outside knows: its first process as the machine numbers it, and the ports that are published.
 */
import { familyOf } from '../wire/address.ts'
import type { ContainerPort, ContainerState } from './docker.ts'
import {
  type JsonRecord,
  namedRecordsOf,
  numberOf,
  parseRecords,
  recordOf,
  recordsOf,
  textOf,
} from './json.ts'
import type { Output, Question } from './source.ts'

/** A container from outside. */
export type Inspected = {
  /** The whole id: 64 hex digits. Of a pod it is a UUID. */
  readonly id: string
  readonly name: string
  readonly state: ContainerState
  /** Why it does not run, in the engine's words: `CrashLoopBackOff`, an error; null where it says none. */
  readonly reason: string | null
  /** Its first process, as the machine around it numbers it; null while none runs or is told. */
  readonly pid: number | null
  /** Of its last end; null while it runs, and where it never ran. */
  readonly exitCode: number | null
  /** It was killed for want of memory. */
  readonly outOfMemory: boolean
  /** How often it was started again by itself. */
  readonly restarts: number
  /** Of its health check: `healthy`, `unhealthy`, `starting`; null where it has none. */
  readonly health: string | null
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

/** What has run and does so no more. */
const ENDED: readonly ContainerState[] = ['restarting', 'exited', 'dead']

const NO_HEALTH = ['', 'none', null]

/** `"80/tcp": [{"HostIp": "", "HostPort": "8080"}]`; an empty address is every one. */
function portsOf(settings: JsonRecord): readonly ContainerPort[] {
  const ports = recordOf(settings, 'Ports')
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

function parseInspect({ stdout }: Output): Inspected | null {
  const [container] = parseRecords(stdout) ?? []
  const id = container && textOf(container, 'Id')
  const told = container && recordOf(container, 'State')
  const state = told && STATES[(textOf(told, 'Status') ?? '').toLowerCase()]
  if (!id || !state) return null
  const settings = recordOf(container, 'NetworkSettings')
  const health = textOf(recordOf(told, 'Health'), 'Status')
  return {
    id,
    name: (textOf(container, 'Name') ?? '').replace(/^\//, ''),
    state,
    reason: textOf(told, 'Error'),
    pid: numberOf(told, 'Pid') || null,
    exitCode: ENDED.includes(state) ? numberOf(told, 'ExitCode') : null,
    outOfMemory: told.OOMKilled === true,
    restarts: numberOf(container, 'RestartCount') ?? 0,
    health: NO_HEALTH.includes(health) ? null : health,
    ports: portsOf(settings),
    addresses: addressesOf(settings),
  }
}

const PACKAGES = { docker: 'docker.io', podman: 'podman' } as const

/** The engines that are asked alike. */
export type Engine = keyof typeof PACKAGES

/** The container `name` of an engine, whatever its state. */
export const inspect = (engine: Engine, name: string): Question<Inspected> => ({
  name: `the container ${name}`,
  sources: [
    {
      argv: [engine, 'inspect', '--type', 'container', name],
      package: PACKAGES[engine],
      parse: parseInspect,
    },
  ],
})
