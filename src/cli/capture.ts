/** `rungs capture`: the packets that pass a device, and what their connections do, while they do it. */
import { STORY_NAMES } from '../flow/story-word.ts'
import { type Command, type Invocation, JSON_FLAG, NO_COLOUR_FLAG, UsageError } from './command.ts'

/** What is printed while it goes on; `none` where packets are only written. */
export type CaptureForm = 'table' | 'packets' | 'stats' | 'count' | 'none'

/** What was asked for, understood and checked. */
export type CaptureRequest = {
  /** A device's name, or `any`. */
  readonly device: string
  /** Of pcap-filter(7); empty for all packets. */
  readonly expression: string
  /** Where it is captured; null for here. */
  readonly host: string | null
  readonly form: CaptureForm
  readonly json: boolean
  /** Where packets are written to, `-` is the standard output; null where none are. */
  readonly writeTo: string | null
  readonly rotateBytes: number | null
  readonly rotateSeconds: number | null
  readonly keep: number | null
  /** When it ends by itself; null for when it is told to. */
  readonly packets: number | null
  readonly durationMs: number | null
  readonly snapBytes: number
  readonly bufferBytes: number
  readonly promiscuous: boolean
  readonly numeric: boolean
  readonly strict: boolean
  readonly noColour: boolean
}

/** tcpdump's (MAXIMUM_SNAPLEN): more than any device gives. */
const WHOLE_PACKET = 262_144

const DEFAULT_BUFFER_MIB = 16
const MOST_BUFFER_MIB = 1024

const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }
const BYTES: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 }

type Flags = Invocation['flags']

/** A number and a unit; null where the flag was not given. */
function readAmount(
  flags: Flags,
  flag: string,
  units: Readonly<Record<string, number>>,
  example: string,
): number | null {
  const text = flags[flag] as string | undefined
  if (text === undefined) return null
  const [, digits = '', unit = ''] = /^(\d{1,9})([a-z]?)$/i.exec(text) ?? []
  const factor = units[unit.toLowerCase()]
  const amount = Number(digits) * (factor ?? 0)
  if (digits === '' || factor === undefined || amount === 0)
    throw new UsageError(`--${flag} was ${text}; it takes an amount such as ${example}`)
  return amount
}

function readWhole(flags: Flags, flag: string, most: number, what: string): number | null {
  const text = flags[flag] as string | undefined
  if (text === undefined) return null
  if (!/^\d{1,15}$/.test(text) || Number(text) < 1 || Number(text) > most)
    throw new UsageError(`--${flag} was ${text}; it takes ${what}, 1 to ${most}`)
  return Number(text)
}

/** Of the flags that say what is printed, the one that was given. */
function readForm({ flags }: Invocation): CaptureForm {
  const given = (['packets', 'stats', 'count'] as const).filter((form) => flags[form] === true)
  if (given.length > 1)
    throw new UsageError(
      `${given.map((form) => `--${form}`).join(' and ')} are different answers; ask for one of them`,
    )
  const [form] = given
  if (form !== undefined) return form
  return flags.write !== undefined && flags.json !== true ? 'none' : 'table'
}

function check(request: CaptureRequest): CaptureRequest {
  const { rotateBytes, rotateSeconds, keep, writeTo, form } = request
  const rotates = rotateBytes !== null || rotateSeconds !== null
  if (rotates && (writeTo === null || writeTo === '-'))
    throw new UsageError('--rotate-size and --rotate-seconds go with -w FILE')
  if (keep !== null && !rotates)
    throw new UsageError('--keep goes with --rotate-size or --rotate-seconds')
  if (writeTo === '-' && form !== 'none')
    throw new UsageError('-w - writes packets where the answer would go; ask for one of them')
  return request
}

/** Reads the words; throws a UsageError that says what to do instead. */
export function readCaptureRequest(invocation: Invocation): CaptureRequest {
  const { flags, operands } = invocation
  const words = [...(flags.filter === undefined ? [] : [String(flags.filter)]), ...operands]
  const size = readAmount(flags, 'rotate-size', BYTES, '100M')
  const buffer = readWhole(flags, 'buffer', MOST_BUFFER_MIB, 'mebibytes')
  const duration = readAmount(flags, 'duration', SECONDS, '30s or 5m')
  return check({
    device: (flags.interface as string | undefined) ?? 'any',
    expression: words.join(' '),
    host: (flags.host as string | undefined) ?? null,
    form: readForm(invocation),
    json: flags.json === true,
    writeTo: (flags.write as string | undefined) ?? null,
    rotateBytes: size,
    rotateSeconds: readAmount(flags, 'rotate-seconds', SECONDS, '3600 or 1h'),
    keep: readWhole(flags, 'keep', 100_000, 'a number of files'),
    packets: readWhole(flags, 'first', Number.MAX_SAFE_INTEGER, 'a number of packets'),
    durationMs: duration === null ? null : duration * 1000,
    snapBytes:
      readWhole(flags, 'snapshot-length', WHOLE_PACKET, 'the bytes kept of a packet') ??
      WHOLE_PACKET,
    bufferBytes: (buffer ?? DEFAULT_BUFFER_MIB) << 20,
    promiscuous: flags['no-promiscuous'] !== true,
    numeric: flags.numeric === true,
    strict: flags.strict === true,
    noColour: flags['no-color'] === true,
  })
}

export const capture: Command = {
  name: 'capture',
  operands: '[EXPR]',
  mostOperands: 10_000,
  help: [
    'Capture the packets that pass a device of this machine, or of another one, and say what each',
    'connection did as soon as it has ended. EXPR is a filter as tcpdump takes it. It goes on until',
    'Ctrl-C, -c or --duration; then it says what is still open, and whether packets were lost.',
  ].join('\n'),
  examples: [
    'rungs capture -i eth0 tcp port 443',
    'rungs capture -i any --packets -n host 192.0.2.7',
    'rungs capture -i eth0 -w trouble.pcapng --rotate-size 100M --keep 10',
    'rungs capture --host ssh://root@gateway -i eth0 port 53 --duration 1m',
    'rungs capture -i eth0 --json --duration 10s',
  ],
  flags: [
    {
      name: 'interface',
      short: 'i',
      value: 'IF',
      help: 'the device; any is all of them, and is taken where none is named',
    },
    { name: 'filter', short: 'f', value: 'EXPR', help: 'the same as EXPR' },
    {
      name: 'host',
      value: 'HOST',
      help: 'capture there: ssh://[USER@]HOST[:PORT], netns://NAME, docker://NAME, podman://NAME, by its tcpdump',
    },
    {
      name: 'write',
      short: 'w',
      value: 'FILE',
      help: 'write the packets to FILE, a pcap where it ends in .pcap, else a pcapng; - is stdout',
    },
    { name: 'first', short: 'c', value: 'N', help: 'end after N packets' },
    { name: 'duration', value: 'TIME', help: 'end after this time: 30, 30s, 5m, 1h' },
    {
      name: 'snapshot-length',
      short: 's',
      value: 'BYTES',
      help: 'keep so much of each packet at most',
    },
    {
      name: 'packets',
      short: 'p',
      help: 'one line a packet, as tcpdump prints it; with --json one object a line',
    },
    { name: 'stats', help: 'totals at the end, by protocol, story and service' },
    { name: 'count', help: 'how many packets there were' },
    { ...JSON_FLAG, help: 'one JSON object a connection (rungs schema connection) or packet' },
    {
      name: 'rotate-size',
      value: 'BYTES',
      help: 'begin another file, FILE_00002 and so on, before one grows past this: 100M, 1G',
    },
    { name: 'rotate-seconds', value: 'TIME', help: 'begin another file after this time: 3600, 1h' },
    { name: 'keep', value: 'N', help: 'keep the last N files' },
    {
      name: 'buffer',
      short: 'B',
      value: 'MIB',
      help: `room for packets that wait to be read: ${DEFAULT_BUFFER_MIB} MiB where nothing is said`,
    },
    { name: 'no-promiscuous', help: 'only packets that are meant for this machine' },
    { name: 'numeric', short: 'n', help: 'no names for addresses and ports' },
    { name: 'strict', help: 'exit with 1 where a connection is at fault' },
    NO_COLOUR_FLAG,
  ],
  notes: [
    'It needs the right to capture (CAP_NET_RAW): sudo, for one run.',
    `stories: ${STORY_NAMES.join(', ')}`,
    'exit codes: 0 it captured, whatever was seen, and Ctrl-C is its ordinary end; 1 with --strict where a',
    'connection is at fault; 2 it could not capture',
  ],
  run: async (invocation, around) => {
    const request = readCaptureRequest(invocation)
    const { performCapture } = await import('./perform-capture.ts')
    return performCapture(request, around)
  },
}
