/** `rungs read`: what the connections of a capture did. What does the work is loaded once the words are right. */
import { statSync } from 'node:fs'
import { nearest } from '../base/nearest.ts'
import { STORY_NAMES, type StoryName } from '../flow/story-word.ts'
import { type Command, type Invocation, JSON_FLAG, NO_COLOUR_FLAG, UsageError } from './command.ts'
import { splitOperands } from './reading/operand.ts'
import { readsTwice } from './reading/selection.ts'

/** What is printed; each but the table is asked for by a flag of its name. */
export type ReadForm = 'table' | 'flow' | 'packets' | 'zeek' | 'stats' | 'count' | 'write'

/** What was asked for, understood and checked. */
export type ReadRequest = {
  /** `-` is the standard input. */
  readonly files: readonly string[]
  readonly form: ReadForm
  /** The number of the one connection that is wanted; null for all. */
  readonly flow: number | null
  /** Only packets that this filter selects, in the language of tcpdump; null for all. */
  readonly filter: string | null
  /** Only connections of these stories; null for all. */
  readonly stories: ReadonlySet<StoryName> | null
  /** Packets that are read at most; null for all. */
  readonly first: number | null
  /** Where packets are written to, `-` is the standard output; null where none are. */
  readonly writeTo: string | null
  readonly json: boolean
  /** Each packet with all its fields. */
  readonly detail: boolean
  readonly checksums: boolean
  /** Nothing is left out of a long sequence diagram. */
  readonly all: boolean
  readonly numeric: boolean
  readonly strict: boolean
  readonly verbose: boolean
  readonly noColour: boolean
}

/** Whether nothing but a number is asked for, and no connection needs to be known for it. */
export const isPlainCount = ({ form, flow, stories, strict, checksums }: ReadRequest): boolean =>
  form === 'count' && flow === null && stories === null && !strict && !checksums

/** Of the flags that say what is printed, the one that was given. */
function readForm({ flags }: Invocation): ReadForm {
  const asked: [flag: string, form: ReadForm][] = [
    ['--write', flags.write === undefined ? 'table' : 'write'],
    ['--zeek', flags.zeek === true ? 'zeek' : 'table'],
    ['--packets', flags.packets === true || flags.detail === true ? 'packets' : 'table'],
    ['--stats', flags.stats === true ? 'stats' : 'table'],
    ['--count', flags.count === true ? 'count' : 'table'],
  ]
  const given = asked.filter(([, form]) => form !== 'table')
  if (given.length > 1)
    throw new UsageError(
      `${given.map(([flag]) => flag).join(' and ')} are different answers; ask for one of them`,
    )
  const [one] = given
  if (one !== undefined) return one[1]
  return flags.flow === undefined ? 'table' : 'flow'
}

function readWhole(text: string | undefined, flag: string, what: string): number | null {
  if (text === undefined) return null
  if (!/^\d{1,15}$/.test(text) || Number(text) < 1)
    throw new UsageError(`${flag} was ${text}; it takes ${what}, 1 or more`)
  return Number(text)
}

function readStories(text: string | undefined): ReadonlySet<StoryName> | null {
  if (text === undefined) return null
  const words = text.split(',').map((word) => word.trim())
  for (const word of words) {
    if ((STORY_NAMES as readonly string[]).includes(word)) continue
    const meant = nearest(word, STORY_NAMES)
    throw new UsageError(
      `--story takes ${STORY_NAMES.join(', ')}; not ${word}${meant === null ? '' : `: did you mean ${meant}?`}`,
    )
  }
  return new Set(words as StoryName[])
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

/** Files, and the filter that the words after them are. */
function readOperands({ flags, operands }: Invocation): Pick<ReadRequest, 'files' | 'filter'> {
  const read = (flags.read as readonly string[] | undefined) ?? []
  const split = splitOperands(operands, read.length > 0, isFile)
  const files = [...read, ...split.files]
  const given = (flags.filter as string | undefined) ?? null
  if (given !== null && split.expression !== null)
    throw new UsageError(
      `the filter was given twice, as -f ${given} and as ${split.expression}${read.length > 0 ? '' : ' (if that is a file: there is none of that name)'}`,
    )
  if (files.length === 0)
    throw new UsageError('read what? rungs read FILE, or - for what comes from a pipe')
  if (files.filter((file) => file === '-').length > 1)
    throw new UsageError('- was given twice; stdin can be read once')
  const filter = given ?? split.expression
  return { files, filter: filter?.trim() === '' ? null : filter }
}

function check(request: ReadRequest): ReadRequest {
  const { form, flow, json, all, files } = request
  if (form === 'zeek' && json)
    throw new UsageError('--zeek is a table of its own; --json alone prints connections as JSON')
  if (form === 'stats' && flow !== null)
    throw new UsageError('--stats is about many connections; --flow N --json tells all of one')
  if (all && form !== 'flow') throw new UsageError('--all goes with --flow N')
  if (files.includes('-') && readsTwice(request))
    throw new UsageError(
      `${form === 'write' ? '--write' : '--story with packets'} reads the capture twice, which a pipe does not allow; save it to a file first`,
    )
  return request
}

/** Reads the words; throws a UsageError that says what to do instead. */
export function readReadRequest(invocation: Invocation): ReadRequest {
  const { flags } = invocation
  return check({
    ...readOperands(invocation),
    form: readForm(invocation),
    flow: readWhole(flags.flow as string | undefined, '--flow', 'the number of a connection'),
    stories: readStories(flags.story as string | undefined),
    first: readWhole(flags.first as string | undefined, '-c', 'a number of packets'),
    writeTo: (flags.write as string | undefined) ?? null,
    json: flags.json === true,
    detail: flags.detail === true,
    checksums: flags.checksums === true,
    all: flags.all === true,
    numeric: flags.numeric === true,
    strict: flags.strict === true,
    verbose: flags.verbose === true,
    noColour: flags['no-color'] === true,
  })
}

export const read: Command = {
  name: 'read',
  operands: 'FILE… [EXPR]',
  mostOperands: 10_000,
  help: [
    'Say what each connection of a capture did: closed in order, refused, unanswered, reset and by whom,',
    'and what that speaks for. It reads pcap and pcapng, packed by gzip or not, and the lines that tcpdump',
    'prints, old ones as well; several files are read as one, in the order of their times.',
  ].join('\n'),
  examples: [
    'rungs read capture.pcap',
    'rungs read capture.pcap --flow 3',
    'rungs read capture.pcap --story refused,unanswered,reset --json',
    'tcpdump -nr capture.pcap | rungs read -',
    'rungs read capture.pcap --stats',
    'rungs read capture.pcap tcp port 443 and host 192.0.2.7',
    'rungs read capture.pcap --story reset -w resets.pcapng',
  ],
  flags: [
    {
      name: 'read',
      short: 'r',
      value: 'FILE',
      repeated: true,
      help: 'the same as FILE; - is stdin',
    },
    {
      name: 'filter',
      short: 'f',
      value: 'EXPR',
      help: "only packets that a filter selects, in tcpdump's language (rungs filter); the same as EXPR after the files",
    },
    {
      name: 'flow',
      value: 'N',
      help: 'connection N as a sequence diagram; with another form, only that connection',
    },
    { name: 'all', help: 'every packet of a long sequence diagram' },
    {
      name: 'packets',
      short: 'p',
      help: 'one line a packet, as tcpdump prints it; with --json one object a line',
    },
    {
      name: 'detail',
      short: 'V',
      help: 'every field of every packet as a tree, with its place and its bytes',
    },
    {
      name: 'stats',
      help: 'totals, by protocol, story and service, the slowest answers, the most repeated',
    },
    { name: 'count', help: 'how many packets there are' },
    { name: 'zeek', help: "the connections as Zeek's conn.log" },
    {
      ...JSON_FLAG,
      help: 'one JSON object a connection (rungs schema connection), a packet or for --stats',
    },
    {
      name: 'write',
      short: 'w',
      value: 'FILE',
      help: 'write the packets to FILE, a pcap where it ends in .pcap, else a pcapng with each story as a comment of the first packet of its connection',
    },
    {
      name: 'story',
      value: 'STORY,…',
      help: `only connections of these stories: ${STORY_NAMES.join(', ')}`,
    },
    { name: 'first', short: 'c', value: 'N', help: 'read the first N packets only' },
    {
      name: 'checksums',
      help: 'verify checksums; those that a network card fills in later are told apart',
    },
    { name: 'numeric', short: 'n', help: 'no names for addresses and ports' },
    { name: 'strict', help: 'exit with 1 where a connection is at fault' },
    { name: 'verbose', short: 'v', help: 'tell more of each connection' },
    NO_COLOUR_FLAG,
  ],
  notes: [
    'exit codes: 0 it was read, whatever is in it (--strict: 1 where a connection is at fault), 2 nothing',
    'could be read, 130 interrupted. Damage is told on stderr, and what came before it is shown.',
  ],
  run: async (invocation, around) => {
    const request = readReadRequest(invocation)
    if (isPlainCount(request)) {
      const { performCount } = await import('./perform-count.ts')
      return await performCount(request, around)
    }
    const { performRead } = await import('./perform-read.ts')
    return await performRead(request, around)
  },
}
