/** `rungs filter`: what a filter of tcpdump's language selects, and the program that it is compiled to. */
import { type Command, type Invocation, JSON_FLAG, UsageError } from './command.ts'

/** How the program is shown: a sentence about it, or as tcpdump's -d, -dd and -ddd show it. */
export type FilterForm = 'summary' | 'explanation' | 'listing' | 'structs' | 'numbers' | 'json'

/** What was asked for, understood and checked. */
export type FilterRequest = {
  readonly expression: string
  readonly form: FilterForm
  /** The name or number of a link type, as it was given. */
  readonly linkType: string
  readonly live: boolean
  readonly optimise: boolean
  /** Bytes of a packet that the program asks for. */
  readonly snapBytes: number
}

/** The most bytes of a packet that tcpdump keeps, and what it keeps when it is told nothing. */
const MOST_SNAP_BYTES = 262_144

const DUMPS: readonly FilterForm[] = ['listing', 'structs', 'numbers']

function readForm({ flags }: Invocation): FilterForm {
  const dumps = (flags.dump as readonly boolean[] | undefined)?.length ?? 0
  const dump = DUMPS[Math.min(dumps, DUMPS.length) - 1]
  const asked: [flag: string, form: FilterForm | undefined][] = [
    ['-d', dump],
    ['--explain', flags.explain === true ? 'explanation' : undefined],
    ['--json', flags.json === true ? 'json' : undefined],
  ]
  const given = asked.filter(([, form]) => form !== undefined)
  if (given.length > 1)
    throw new UsageError(
      `${given.map(([flag]) => flag).join(' and ')} are different answers; ask for one of them`,
    )
  return given[0]?.[1] ?? 'summary'
}

function readSnap(text: string | undefined): number {
  if (text === undefined || text === '0') return MOST_SNAP_BYTES
  if (!/^\d{1,6}$/.test(text) || Number(text) > MOST_SNAP_BYTES)
    throw new UsageError(`-s was ${text}; it takes a number of bytes, up to ${MOST_SNAP_BYTES}`)
  return Number(text)
}

/** Reads the words; throws a UsageError that says what to do instead. */
export function readFilterRequest(invocation: Invocation): FilterRequest {
  const { flags, operands } = invocation
  return {
    expression: operands.join(' '),
    form: readForm(invocation),
    linkType: (flags['link-type'] as string | undefined) ?? 'EN10MB',
    live: flags.live === true,
    optimise: flags['no-optimize'] !== true,
    snapBytes: readSnap(flags['snap-length'] as string | undefined),
  }
}

export const filter: Command = {
  name: 'filter',
  operands: 'EXPR…',
  mostOperands: 10_000,
  help: [
    "Say which packets a filter selects, in tcpdump's language (pcap-filter(7)), and show the program",
    'of classic BPF that it is compiled to. The words are one expression; a filter that cannot be',
    'compiled is shown with the place and with what may have been meant.',
  ].join('\n'),
  examples: [
    'rungs filter tcp port 443 and not host 192.0.2.7',
    "rungs filter --explain 'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn'",
    'rungs filter -d icmp or arp',
    'rungs filter -ddd -y LINUX_SLL2 udp port 53',
  ],
  flags: [
    {
      name: 'dump',
      short: 'd',
      repeated: true,
      help: 'print the program, as tcpdump does: -d a listing, -dd C structs, -ddd numbers',
    },
    { name: 'explain', help: 'say in words which packets are selected' },
    {
      name: 'link-type',
      short: 'y',
      value: 'LINKTYPE',
      help: 'for packets of this link type, such as RAW or LINUX_SLL2, by name or number; otherwise EN10MB',
    },
    {
      name: 'live',
      help: 'for a packet socket, where Linux tells the direction, the interface and the VLAN tag beside the packet',
    },
    { name: 'no-optimize', short: 'O', help: 'the program as it is generated' },
    {
      name: 'snap-length',
      short: 's',
      value: 'BYTES',
      help: 'how much of a selected packet is wanted',
    },
    JSON_FLAG,
  ],
  notes: ['exit codes: 0 it is compiled, 2 it cannot be.'],
  run: async (invocation, around) => {
    const request = readFilterRequest(invocation)
    const { performFilter } = await import('./perform-filter.ts')
    return await performFilter(request, around)
  },
}
