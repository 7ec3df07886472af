/** `rungs lab …`: its words; the work is done in the room `lab/`. */
import { dataNames } from '../lab/data.ts'
import { FAULT_KINDS, loadFault } from '../lab/fault.ts'
import { INNER, innerMain } from '../lab/inner.ts'
import { labBreak, labCheck, labDown, labList, labScore, labUp } from '../lab/lab.ts'
import { opensOver } from '../lab/recording.ts'
import { check, readCheckRequest } from './check.ts'
import {
  type Command,
  type Flag,
  type Invocation,
  JSON_FLAG,
  parseInvocation,
  UsageError,
} from './command.ts'
import { labCommand } from './lab-command.ts'
import { startProgress } from './progress.ts'
import type { Surroundings } from './surroundings.ts'

/** The flags of `rungs check` that are handed on; who is asked, the lab knows by itself. */
const HANDED_ON: readonly Flag[] = check.flags.filter(
  ({ name }) => name !== 'server' && name !== 'router',
)

/** The flags as words again: `--timeout=5`. */
const spellFlags = (flags: Invocation['flags']): string[] =>
  HANDED_ON.flatMap(({ name }) => {
    const given = flags[name]
    if (given === undefined || given === false) return []
    return [given === true ? `--${name}` : `--${name}=${String(given)}`]
  })

/** What can be broken on purpose. */
const faultNames = (): string[] => FAULT_KINDS.flatMap(dataNames)

function readParallel(text: string | undefined): number | null {
  if (text === undefined) return null
  if (!/^[1-9]\d?$/.test(text))
    throw new UsageError(`--parallel was ${text}; it takes a number from 1 to 99`)
  return Number(text)
}

const list: Command = {
  name: 'lab list',
  operands: '',
  mostOperands: 0,
  help: 'Which faults and oddities there are, by their layer.',
  examples: ['rungs lab list', 'rungs lab list --json'],
  flags: [JSON_FLAG],
  notes: [],
  run: async ({ flags }, around) => labList(around, { json: flags.json === true }),
}

const up: Command = {
  name: 'lab up',
  operands: '',
  mostOperands: 0,
  help: 'Build the network of namespaces. It stays until rungs lab down.',
  examples: ['rungs lab up', 'rungs lab up --fresh'],
  flags: [{ name: 'fresh', help: 'take a lab that is up down first' }],
  notes: [],
  run: ({ flags }, around) => labUp(around, { fresh: flags.fresh === true }),
}

const break_: Command = {
  name: 'lab break',
  operands: 'FAULT',
  mostOperands: 1,
  operandChoices: faultNames,
  help: 'Inject a fault; rungs lab list names them.',
  examples: ['rungs lab break server-frozen'],
  flags: [],
  notes: [],
  run: async ({ operands }, around) => {
    const [fault] = operands
    if (fault === undefined) throw new UsageError('which fault? rungs lab list names them')
    return labBreak(around, fault)
  },
}

const labCheckCommand: Command = {
  name: 'lab check',
  operands: '[TARGET]',
  // Words after `--` are flags that were spelled out already, for a lab in a world of its own.
  mostOperands: 1 + HANDED_ON.length,
  help: 'Run rungs check on the client of the lab; without TARGET, on what the fault concerns.',
  examples: ['rungs lab check', 'rungs lab check --client-only', 'rungs lab check -v'],
  flags: [
    { name: 'client-only', help: 'without access to the server and the routers' },
    ...HANDED_ON,
  ],
  notes: check.notes,
  run: ({ flags, operands }, around) =>
    labCheck(around, {
      target: operands.find((word) => !word.startsWith('-')) ?? null,
      clientOnly: flags['client-only'] === true,
      flags: [...spellFlags(flags), ...operands.filter((word) => word.startsWith('-'))],
    }),
}

const score: Command = {
  name: 'lab score',
  operands: '[FAULT…]',
  operandChoices: faultNames,
  mostOperands: Number.POSITIVE_INFINITY,
  help: 'Inject every fault in a network of its own, check it, and grade the answers.',
  examples: ['rungs lab score', 'rungs lab score server-frozen --parallel 1'],
  flags: [
    {
      name: 'parallel',
      value: 'NUMBER',
      help: 'networks at a time; half of the processors unless given',
    },
    { name: 'oracle', help: 'ask curl whether each fault is one, in place of rungs' },
    JSON_FLAG,
    { name: 'markdown', value: 'DATE', help: 'print the page docs/score.md, with this date' },
  ],
  notes: ['exit codes: 0 every answer was good, 1 one was not, 2 could not work, 130 interrupted.'],
  run: async ({ flags, operands }, around) =>
    labScore(around, {
      names: operands,
      parallel: readParallel(flags.parallel as string | undefined),
      oracle: flags.oracle === true,
      json: flags.json === true,
      markdown: (flags.markdown as string | undefined) ?? null,
    }),
}

const down: Command = {
  name: 'lab down',
  operands: '',
  mostOperands: 0,
  help: 'Remove the network: its processes, namespaces and files.',
  examples: ['rungs lab down'],
  flags: [],
  notes: [],
  run: (_, around) => labDown(around),
}

/** A service runs until it is ended: it listens, so the process stays. */
const untilAborted = ({ signal }: Surroundings): Promise<number> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(0)))

/** What only the lab's own processes call; the words are not ours to look at. */
const inner: Command = {
  name: 'lab',
  operands: INNER.join('|'),
  mostOperands: Number.POSITIVE_INFINITY,
  help: 'Called by the lab itself.',
  examples: [],
  flags: [],
  notes: [],
  verbatim: true,
  run: async ({ operands }, around) =>
    (await innerMain(operands, around)) ?? (await untilAborted(around)),
}

/** `rungs check` with the recordings of a fault laid over its hosts; the lab calls it. */
const replay: Command = {
  ...inner,
  operands: 'FAULT WORDS…',
  run: async ({ operands: [, name = '', ...words] }, around) => {
    const request = readCheckRequest(parseInvocation(check, words))
    const { liveParts, performCheck } = await import('./perform.ts')
    const parts = await liveParts()
    const openHost = opensOver(parts.openHost, loadFault(name))
    return performCheck(request, around, startProgress(around.err, name), { ...parts, openHost })
  },
}

/** The subcommands, by their words. */
export const LAB_COMMANDS: Readonly<
  Record<'list' | 'up' | 'break' | 'check' | 'score' | 'down' | 'inner' | 'replay', Command>
> = {
  list: labCommand(list),
  up: labCommand(up),
  break: labCommand(break_),
  check: labCommand(labCheckCommand),
  score: labCommand(score),
  down: labCommand(down),
  inner: labCommand(inner),
  replay: labCommand(replay),
}
