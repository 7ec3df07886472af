/**
 * Containers as `docker ps` lists them: one JSON object a line with `--format {{json .}}`, or its
 * table. Ports are text in both: `0.0.0.0:80->80/tcp, :::80->80/tcp, 3306/tcp`.
 */
import { type Output, type Question, succeeded } from './source.ts'

/** The words of the engine for what a container does; `unknown` for any other. */
export type ContainerState =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'removing'
  | 'exited'
  | 'dead'
  | 'unknown'

/** A port of a container. */
export type ContainerPort = {
  /** Where it is published on the host, `0.0.0.0` and `::` for everywhere; null: it is not. */
  readonly hostAddress: string | null
  readonly hostPort: number | null
  readonly containerPort: number
  /** `tcp`, `udp` or `sctp`. */
  readonly protocol: string
}

/** A container. */
export type Container = {
  /** 64 hex digits, or the first 12 of them. */
  readonly id: string
  readonly name: string
  readonly image: string
  readonly state: ContainerState
  /** The engine's words: `Up 6 hours`, `Exited (1) 2 minutes ago`. */
  readonly status: string
  readonly ports: readonly ContainerPort[]
}

const STATES: readonly ContainerState[] = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
]

/** What a status begins with, where the state is not told by itself. */
const STATUSES: readonly (readonly [RegExp, ContainerState])[] = [
  [/^Up .*\(Paused\)/, 'paused'],
  [/^Up\b/, 'running'],
  [/^Exited\b/, 'exited'],
  [/^Created\b/, 'created'],
  [/^Restarting\b/, 'restarting'],
  [/^Removal\b/, 'removing'],
  [/^Dead\b/, 'dead'],
]

const stateOf = (status: string): ContainerState =>
  STATUSES.find(([pattern]) => pattern.test(status))?.[1] ?? 'unknown'

/** `[::]:8000-8002->80-82/tcp`: where it is published, then the container's port or range. */
const PORT = /^(?:(\S+):(\d{1,5})(?:-\d{1,5})?->)?(\d{1,5})(?:-(\d{1,5}))?(?:\/([a-z]+))?$/

/** There are no more ports than these, so a longer list is nonsense. */
const MOST_PORTS = 0xffff

function parsePort(text: string): readonly ContainerPort[] {
  const [, host, hostFirst, first, last = first, protocol = 'tcp'] = PORT.exec(text) ?? []
  if (first === undefined) return []
  const count = Math.max(0, Math.min(Number(last) - Number(first) + 1, MOST_PORTS))
  return Array.from({ length: count }, (_, index) => ({
    hostAddress: host?.replace(/^\[(.*)\]$/, '$1') ?? null,
    hostPort: hostFirst === undefined ? null : Number(hostFirst) + index,
    containerPort: Number(first) + index,
    protocol,
  }))
}

function parsePorts(text: string): readonly ContainerPort[] {
  const ports: ContainerPort[] = []
  for (const part of text.split(/[,\s]+/)) {
    if (ports.length > MOST_PORTS) break
    for (const port of parsePort(part)) ports.push(port)
  }
  return ports
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function parseJsonLine(line: string): Container | null {
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch {
    return null
  }
  if (!isRecord(row)) return null
  const { ID, Names, Image, State, Status, Ports } = row
  if (typeof ID !== 'string' || typeof Names !== 'string') return null
  const status = typeof Status === 'string' ? Status : ''
  return {
    id: ID,
    name: Names,
    image: typeof Image === 'string' ? Image : '',
    state: STATES.find((state) => state === State) ?? stateOf(status),
    status,
    ports: typeof Ports === 'string' ? parsePorts(Ports) : [],
  }
}

function parseJson(output: Output): readonly Container[] | null {
  const lines = output.stdout.split(/\r?\n/).filter((line) => line.startsWith('{'))
  if (lines.length === 0) return succeeded(output) && output.stdout.trim() === '' ? [] : null
  const containers = lines.flatMap((line) => parseJsonLine(line) ?? [])
  return containers.length > 0 ? containers : null
}

const HEADER = /^CONTAINER ID\s/
/** `f7c883ff6c68   wordpress   "docker-entrypoint.s…"   3 months ago   Up 6 hours   …` */
const ROW = /^([0-9a-f]{12}|[0-9a-f]{64})\s+(\S+)\s+"(.*)"\s+(\S.*)$/

/** A row's words behind the command: created, status, ports where there are some, name. */
function parseRow(row: string): Container | null {
  const [, id, image, , rest] = ROW.exec(row) ?? []
  if (id === undefined || image === undefined || rest === undefined) return null
  const cells = rest.trim().split(/\s{2,}|\t/)
  const [, status, ports] = cells
  const name = cells.at(-1)
  if (cells.length < 3 || status === undefined || name === undefined) return null
  return {
    id,
    name,
    image,
    state: stateOf(status),
    status,
    ports: cells.length > 3 ? parsePorts(ports ?? '') : [],
  }
}

/** Rows of the table; a line that does not begin with an id is the rest of the row before. */
function parseTable(output: Output): readonly Container[] | null {
  const lines = output.stdout.split(/\r?\n/)
  const rows: string[][] = []
  for (const line of lines) {
    if (/^[0-9a-f]{12}/.test(line)) rows.push([line.trimEnd()])
    else if (line.trim() !== '') rows.at(-1)?.push(line.trimEnd())
  }
  // A list of ports was cut within; anything else was cut between two columns.
  const joined = rows.map((parts) =>
    parts.reduce((row, part) => (row.endsWith(',') ? `${row} ${part}` : `${row}   ${part}`)),
  )
  const containers = joined.flatMap((row) => parseRow(row) ?? [])
  return containers.length > 0 || lines.some((line) => HEADER.test(line)) ? containers : null
}

/** The programs that run containers and speak alike. */
export type Engine = 'docker' | 'podman'

/** Debian's packages of the engines. */
export const ENGINE_PACKAGE: Readonly<Record<Engine, string>> = {
  docker: 'docker.io',
  podman: 'podman',
}

/** All containers of the host, stopped ones too where docker itself is asked. */
export const containers: Question<readonly Container[]> = {
  name: 'the containers',
  sources: [
    {
      argv: ['docker', 'ps', '-a', '--no-trunc', '--format', '{{json .}}'],
      package: ENGINE_PACKAGE.docker,
      parse: parseJson,
    },
    { argv: ['docker', 'ps', '-a'], package: ENGINE_PACKAGE.docker, parse: parseTable },
    { argv: ['podman', 'ps', '-a'], package: ENGINE_PACKAGE.podman, parse: parseTable },
  ],
}

function parseIds(output: Output): readonly string[] | null {
  if (!succeeded(output)) return null
  const lines = output.stdout.split(/\r?\n/).filter((line) => line !== '')
  return lines.every((line) => /^[0-9a-f]{64}$/.test(line)) ? lines : null
}

/**
 * podman makes its directories at the first call after a boot: without them it runs no container, and
 * asking would leave them behind. podman(1), --tmpdir and --runroot.
 */
const WHERE_IT_RUNS = `[ -e /run/libpod ] || [ -e "\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/libpod" ] || exit 0; exec "$@"`

const ALL_IDS = ['ps', '--all', '--quiet', '--no-trunc'] as const

/** The ids of all containers of an engine, stopped ones too. */
export const containerIds = (engine: Engine): Question<readonly string[]> => ({
  name: `the containers of ${engine}`,
  sources: [
    {
      argv:
        engine === 'podman'
          ? ['sh', '-c', WHERE_IT_RUNS, 'sh', engine, ...ALL_IDS]
          : [engine, ...ALL_IDS],
      package: ENGINE_PACKAGE[engine],
      parse: parseIds,
    },
  ],
})
