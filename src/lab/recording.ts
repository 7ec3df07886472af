/**
 * Recorded outputs, laid over a live node: what a network namespace cannot have (a radio, a card without
 * a driver, units of systemd, containers) is answered from `lab/recordings/NAME.json`, everything else
 * by the node itself. Only the lab's check has such hosts.
 */
import type { Host, RunOptions } from '../diagnose/host.ts'
import type { Output } from '../facts/source.ts'
import { readData } from './data.ts'
import type { Fault } from './fault.ts'
import { readChoice, readCount, readFields, readMap, readText, readTexts } from './shape.ts'
import { LabError } from './surroundings.ts'
import { namespaceOf } from './topology.ts'

/** What a program printed, and how it ended. */
type Recorded = Pick<Output, 'stdout' | 'stderr' | 'code' | 'failure'>

export type Recording = {
  readonly name: string
  /** Which machine or document the outputs come from. */
  readonly from: string
  /** What of the machine the host then answers for; see `Limits`. */
  readonly owns: readonly ('devices' | 'units')[]
  /**
   * By the command as it is typed; a `*` stands for anything. Several outputs are given one after the
   * other, each time that it is run, as of counters that grow; the last one stays.
   */
  readonly commands: Readonly<Record<string, readonly Recorded[]>>
  /** What `cat` prints, by path. */
  readonly files: Readonly<Record<string, string>>
}

const OWNED = ['devices', 'units'] as const
const FAILURES = ['missing', 'denied', 'timeout'] as const

/** A text; an array of texts stands for their lines. */
function readLines(value: unknown, where: string): string {
  if (Array.isArray(value)) return value.map((line) => `${String(line)}\n`).join('')
  if (value === undefined || value === '') return ''
  return readText(value, where)
}

function parseRecorded(value: unknown, where: string): Recorded {
  const fields = readFields(value, where, ['stdout', 'stderr', 'code', 'failure'])
  const failure =
    fields.failure === undefined ? null : readChoice(fields.failure, `${where}.failure`, FAILURES)
  return {
    stdout: readLines(fields.stdout, `${where}.stdout`),
    stderr: readLines(fields.stderr, `${where}.stderr`),
    code: failure ? null : readCount(fields.code, `${where}.code`, 0),
    failure,
  }
}

/** Reads a recording; throws a `LabError` that says which field is wrong. */
export function parseRecording(value: unknown): Recording {
  const fields = readFields(value, 'recording', ['name', 'from', 'owns', 'commands', 'files'])
  return {
    name: readText(fields.name, 'name'),
    from: readText(fields.from, 'from'),
    owns: readTexts(fields.owns, 'owns').map((item) => readChoice(item, 'owns', OWNED)),
    commands: readMap(fields.commands, 'commands', (value, where) =>
      (Array.isArray(value) ? value : [value]).map((one) => parseRecorded(one, where)),
    ),
    files: readMap(fields.files, 'files', readLines),
  }
}

/** The recording `lab/recordings/NAME.json`. */
export function loadRecording(name: string): Recording {
  try {
    return parseRecording(readData('recordings', name))
  } catch (error) {
    throw new LabError(`lab/recordings/${name}.json: ${(error as Error).message}`)
  }
}

const fits = (pattern: string, command: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(command)
}

/** What the recording says of a command that was run `times` before; null where it knows nothing of it. */
function answer(
  { commands, files }: Recording,
  argv: readonly string[],
  times: number,
): Recorded | null {
  const command = argv.join(' ')
  const known = Object.entries(commands).find(([pattern]) => fits(pattern, command))
  if (known) return known[1][Math.min(times, known[1].length - 1)] ?? null
  const [program, ...paths] = argv
  const texts = paths.map((path) => files[path])
  if (program !== 'cat' || paths.length === 0 || texts.includes(undefined)) return null
  return { stdout: texts.join(''), stderr: '', code: 0, failure: null }
}

/** The host with the recording laid over it. */
export function layOver(host: Host, recording: Recording): Host {
  const run = new Map<string, number>()
  const own = Object.fromEntries(recording.owns.map((what) => [what, 'own']))
  return {
    ...host,
    limits: { ...host.limits, ...own },
    run: async (argv, options?: RunOptions) => {
      const command = argv.join('\0')
      const times = run.get(command) ?? 0
      run.set(command, times + 1)
      const known = answer(recording, argv, times)
      return known ? { argv, tookMs: 0, ...known } : host.run(argv, options)
    },
  }
}

/** The recordings that a fault lays over its nodes, by the node. */
export const replaysOf = ({ break: steps }: Fault): ReadonlyMap<string, string> =>
  new Map(steps.flatMap((step) => ('replay' in step ? [[step.on, step.replay]] : [])))

type OpenHost<Role> = (spec: string, name: string, role: Role) => Host | { readonly error: string }

/** Opens hosts as `open` does, with what `fault` lays over them. */
export function opensOver<Role>(open: OpenHost<Role>, fault: Fault): OpenHost<Role> {
  const replays = replaysOf(fault)
  return (spec, name, role) => {
    const host = open(spec, name, role)
    if ('error' in host) return host
    const node = [...replays.keys()].find((node) =>
      role === 'client' ? node === 'client' : spec === `netns://${namespaceOf(node)}`,
    )
    const recording = node === undefined ? undefined : replays.get(node)
    return recording === undefined ? host : layOver(host, loadRecording(recording))
  }
}
