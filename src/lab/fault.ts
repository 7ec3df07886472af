/**
 * Faults, pairs and oddities, one file each. A fault breaks the network and knows the cause that must
 * be named; a pair is two faults at once, of which one hides the other; an oddity looks strange and
 * must not be called a fault. What is expected is decided by what was broken; what curl says of it
 * (`oracle`) is a second opinion that is not ours.
 */
import { nearest } from '../base/nearest.ts'
import { CAUSE_CODES, type CauseCode } from '../diagnose/cause.ts'
import type { Side, State } from '../diagnose/diagnosis.ts'
import { dataNames, readData } from './data.ts'
import { readChoice, readCount, readFields, readMap, readText, readTexts } from './shape.ts'
import { LabError } from './surroundings.ts'

/** One step of a break: shell text on a node, a recording laid over it, or a service of it changed. */
export type Step =
  | { readonly on: string; readonly run: string }
  /** `lab/recordings/NAME.json`. */
  | { readonly on: string; readonly replay: string }
  | {
      readonly on: string
      readonly service: string
      readonly do: 'stop' | 'freeze' | 'replace' | 'start'
      /** For `replace` and `start`: the words after `rungs lab serve`. */
      readonly words: readonly string[]
    }

/** What a diagnosis must say. Where several causes or sides are right, the first is the best. */
export type Expectation = {
  readonly states: readonly State[]
  /** Empty: no cause may be named. */
  readonly causes: readonly CauseCode[]
  readonly sides: readonly Side[]
}

/** What somebody else's program must report: exit statuses with IPv4 alone and IPv6 alone. */
export type Oracle =
  | { readonly curl: { readonly 4: readonly number[]; readonly 6: readonly number[] } }
  | { readonly on: string; readonly run: string; readonly code: number }

/** Whether the printed remedies mend all of it, or only the rung that they are for. */
export type Mendable = 'all' | 'rung' | 'no'

/** What is left of a pair once its first fault is mended. */
export type Second = {
  /** How the first is mended where no printed remedy does it; empty: the remedies are run. */
  readonly mend: readonly Step[]
  readonly expect: Expectation
}

export type Fault = {
  readonly name: string
  readonly title: string
  readonly layer: number
  readonly target: string
  /** Variables that the check finds in its environment: the client's `http_proxy` and the like. */
  readonly environment: Readonly<Record<string, string>>
  /** More words of the check: `--idle`, `4`. */
  readonly flags: readonly string[]
  /** What is done before the break, so that the target works at first. */
  readonly prepare: readonly Step[]
  readonly break: readonly Step[]
  /** Programs without which it cannot be done: `nft`, `iptables`. */
  readonly needs: readonly string[]
  readonly settleMs: number
  /** Which node the check has access to as the server; null where there is none to have. */
  readonly server: string | null
  /** Routers that the check has access to, when it has access to the server. */
  readonly routers: readonly string[]
  readonly expect: Expectation
  /** What can be known without access to the server and the routers. */
  readonly expectClientOnly: Expectation
  /** The second fault of a pair; null for a single one. */
  readonly second: Second | null
  /** How often it is checked in a row; more than once where it comes and goes. */
  readonly count: number
  readonly mendable: Mendable
  readonly oracle: Oracle | null
}

const DEFAULT_TARGET = 'https://www.lab.example/'
const SERVICE_WORDS = ['stop', 'freeze', 'replace', 'start'] as const
const STATES = ['reachable', 'degraded', 'unreachable', 'undetermined'] as const
const SIDES = ['client', 'path', 'server'] as const
const MENDABLE = ['all', 'rung', 'no'] as const

/** A single value stands for an array of one. */
const several = (value: unknown): unknown => (Array.isArray(value) ? value : [value])

/** An array, or one value in its place, each among `choices`. */
function readChoices<T extends string>(
  value: unknown,
  where: string,
  choices: readonly T[],
): readonly T[] {
  if (value === undefined) return []
  return readTexts(several(value), where).map((item) => readChoice(item, where, choices))
}

function parseStep(value: unknown, where: string): Step {
  const fields = readFields(value, where, ['on', 'run', 'replay', 'service', 'do', 'words'])
  const on = readText(fields.on, `${where}.on`)
  if (fields.replay !== undefined) return { on, replay: readText(fields.replay, `${where}.replay`) }
  if (fields.service === undefined)
    return { on, run: readTexts(several(fields.run), `${where}.run`).join('\n') }
  return {
    on,
    service: readText(fields.service, `${where}.service`),
    do: readChoice(fields.do, `${where}.do`, SERVICE_WORDS),
    words: readTexts(fields.words, `${where}.words`),
  }
}

const EXPECT_FIELDS = ['state', 'cause', 'side', 'clientOnly']

/** What `base` has holds where a field is absent. */
function parseExpectation(value: unknown, where: string, base: Expectation): Expectation {
  const fields = readFields(value, where, EXPECT_FIELDS)
  const either = <T>(given: readonly T[], inherited: readonly T[]): readonly T[] =>
    given.length > 0 ? given : inherited
  return {
    states: either(readChoices(fields.state, `${where}.state`, STATES), base.states),
    causes: either(readChoices(fields.cause, `${where}.cause`, CAUSE_CODES), base.causes),
    sides: either(readChoices(fields.side, `${where}.side`, SIDES), base.sides),
  }
}

function readStatuses(value: unknown, where: string): readonly number[] {
  return (several(value) as unknown[]).map((code) => readCount(code, where, 0))
}

function parseOracle(value: unknown): Oracle | null {
  if (value === undefined) return null
  const fields = readFields(value, 'oracle', ['curl', 'on', 'run', 'code'])
  if (fields.curl === undefined)
    return {
      on: readText(fields.on, 'oracle.on', 'client'),
      run: readText(fields.run, 'oracle.run'),
      code: readCount(fields.code, 'oracle.code', 0),
    }
  const curl = readFields(fields.curl, 'oracle.curl', ['4', '6'])
  return {
    curl: {
      4: readStatuses(curl['4'], 'oracle.curl.4'),
      6: readStatuses(curl['6'], 'oracle.curl.6'),
    },
  }
}

const FAULT_FIELDS = [
  ...[
    'name',
    'title',
    'layer',
    'target',
    'environment',
    'flags',
    'prepare',
    'break',
    'needs',
    'settleMs',
  ],
  ...['server', 'routers', 'count', 'expect', 'second', 'mendable', 'oracle'],
]

const NOTHING: Expectation = { states: ['unreachable'], causes: [], sides: [] }

const parseSteps = (value: unknown, where: string): Step[] =>
  (Array.isArray(value) ? value : []).map((step, index) => parseStep(step, `${where}[${index}]`))

function parseSecond(value: unknown): Second | null {
  if (value === undefined) return null
  const fields = readFields(value, 'second', ['mend', 'expect'])
  return {
    mend: parseSteps(fields.mend, 'second.mend'),
    expect: parseExpectation(fields.expect, 'second.expect', NOTHING),
  }
}

/** Reads a fault; throws a `LabError` that says which field is wrong. */
export function parseFault(value: unknown): Fault {
  const fields = readFields(value, 'fault', FAULT_FIELDS)
  const expect = parseExpectation(fields.expect, 'expect', NOTHING)
  const { clientOnly = {} } = readFields(fields.expect, 'expect')
  return {
    name: readText(fields.name, 'name'),
    title: readText(fields.title, 'title'),
    layer: readCount(fields.layer, 'layer', 0),
    target: readText(fields.target, 'target', DEFAULT_TARGET),
    environment: readMap(fields.environment, 'environment', (text, where) => readText(text, where)),
    flags: readTexts(fields.flags, 'flags'),
    prepare: parseSteps(fields.prepare, 'prepare'),
    break: parseSteps(fields.break, 'break'),
    needs: readTexts(fields.needs, 'needs'),
    settleMs: readCount(fields.settleMs, 'settleMs', 0),
    server: fields.server === null ? null : readText(fields.server, 'server', 'server'),
    routers: readTexts(fields.routers, 'routers'),
    expect,
    expectClientOnly: parseExpectation(clientOnly, 'expect.clientOnly', expect),
    second: parseSecond(fields.second),
    count: readCount(fields.count, 'count', 1),
    mendable:
      fields.mendable === undefined ? 'no' : readChoice(fields.mendable, 'mendable', MENDABLE),
    oracle: parseOracle(fields.oracle),
  }
}

/** Where a fault lies: `lab/faults`, `lab/pairs` or `lab/oddities`. */
export type FaultKind = 'faults' | 'pairs' | 'oddities'

/** All kinds, in the order in which they are told. */
export const FAULT_KINDS: readonly FaultKind[] = ['faults', 'pairs', 'oddities']

/** All of one kind, or those that are named, in alphabetical order. */
export const loadFaults = (kind: FaultKind, names: readonly string[] = dataNames(kind)): Fault[] =>
  names.map((name) => {
    try {
      return parseFault(readData(kind, name))
    } catch (error) {
      throw new LabError(`lab/${kind}/${name}.json: ${(error as Error).message}`)
    }
  })

/** The fault, pair or oddity `name`. */
export function loadFault(name: string): Fault {
  const kind = FAULT_KINDS.find((kind) => dataNames(kind).includes(name))
  const [fault] = kind ? loadFaults(kind, [name]) : []
  if (fault) return fault
  const meant = nearest(name, FAULT_KINDS.flatMap(dataNames))
  throw new LabError(
    `there is no fault ${name}; ${meant ? `did you mean ${meant}? ` : ''}rungs lab list names them all`,
  )
}
