/** `rungs firewall`: which rule decides about a packet. What does the work is loaded once the words are right. */
import { nearest } from '../base/nearest.ts'
import { parseRejection, REJECTIONS, type Rejection } from '../policy/ruling/reject.ts'
import { parseAddress } from '../wire/address.ts'
import { type Command, type Invocation, JSON_FLAG, NO_COLOUR_FLAG, UsageError } from './command.ts'
import { type End, readEnd } from './firewall-end.ts'
import { startProgress } from './progress.ts'

/** What was asked for, understood and checked. */
export type FirewallRequest = {
  readonly from: End
  readonly to: End
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  readonly state: 'new' | 'established'
  /** Null where -4 or -6 was not given. */
  readonly family: 4 | 6 | null
  /** `any` where it comes in, and by which interface is not known; null where nothing was said. */
  readonly inputDevice: string | null
  readonly outputDevice: string | null
  /** Files that hold listings of rules, `-` for stdin; where there are none, a host is asked. */
  readonly files: readonly string[]
  readonly host: string
  readonly rejection: Rejection
  /** Null: what a person has to choose stands in capitals. */
  readonly redirectTo: { readonly address: string | null; readonly port: number | null } | null
  readonly timeoutMs: number
  readonly json: boolean
  readonly verbose: boolean
  readonly noColour: boolean
}

const DEFAULT_REJECTION: Rejection = 'host-unreachable'

/** A silent host is given up after this. */
const TIMEOUT_MS = 20_000

function readRejection(word: string | undefined, protocol: string): Rejection {
  if (word === undefined) return DEFAULT_REJECTION
  const meant = parseRejection(word)
  if (meant === null) {
    const near = nearest(word.replace(/^icmp6?-/, ''), REJECTIONS)
    throw new UsageError(
      `--reject-with takes ${REJECTIONS.join(', ')}; not ${word}${near === null ? '' : `: did you mean ${near}?`}`,
    )
  }
  if (meant === 'tcp-reset' && protocol !== 'tcp')
    throw new UsageError(`--reject-with tcp-reset answers TCP only, and --proto is ${protocol}`)
  return meant
}

function readRedirect(text: string | undefined, protocol: string): FirewallRequest['redirectTo'] {
  if (text === undefined) return null
  const { who, port } = readEnd(text, 'redirect-to')
  if (who.kind !== 'address' && who.kind !== 'unsaid')
    throw new UsageError(
      `--redirect-to was ${text}; write :PORT for another port of that host, or ADDRESS[:PORT] for another host`,
    )
  if (port !== null && protocol === 'icmp')
    throw new UsageError('--redirect-to was given with a port, and ICMP has none')
  return { address: who.kind === 'address' ? who.address : null, port }
}

/** The kernel's own rule (dev_valid_name), and what nft can say between quotes. */
const DEVICE = /^[^\s/:"\u0000-\u001f\u007f]{1,15}$/

function readDevice(name: string | undefined, flag: string): string | null {
  if (name === undefined) return null
  if (DEVICE.test(name) && name !== '.' && name !== '..') return name
  throw new UsageError(
    `--${flag}: ${name} is no name of an interface; ip link shows them, any is one`,
  )
}

const familyOfEnd = ({ who }: End): 4 | 6 | null => (who.kind === 'address' ? who.family : null)

/** The one family that all of them allow. */
function readFamily({ flags }: Invocation, addresses: readonly (4 | 6 | null)[]): 4 | 6 | null {
  if (flags.ipv4 && flags.ipv6)
    throw new UsageError('-4 and -6 exclude each other; without either, the addresses tell')
  const asked: 4 | 6 | null = flags.ipv4 ? 4 : flags.ipv6 ? 6 : null
  const [first, ...others] = [asked, ...addresses].filter((one) => one !== null)
  if (others.some((one) => one !== first))
    throw new UsageError('IPv4 and IPv6 do not go together: no packet has addresses of both')
  return first ?? null
}

function checkEnds(from: End, to: End, protocol: string, state: string): void {
  if (to.who.kind === 'unsaid' && to.port === null)
    throw new UsageError('to where? --to ADDRESS:PORT, or --to :PORT for a port of the host itself')
  if (protocol === 'icmp') {
    if (from.port !== null || to.port !== null)
      throw new UsageError('a port was given, and --proto icmp has none')
    return
  }
  if (to.port === null && state === 'new')
    throw new UsageError('--to has no port; write --to ADDRESS:PORT, or --proto icmp for a ping')
  if (to.port === null && from.port === null)
    throw new UsageError('no port was given; one of the two ends has to have one')
}

const text = ({ flags }: Invocation, name: string): string | undefined =>
  flags[name] as string | undefined

/** Reads the words; throws a UsageError that says what to do instead. */
export function readFirewallRequest(invocation: Invocation): FirewallRequest {
  const { flags } = invocation
  const protocol = (text(invocation, 'proto') ?? 'tcp') as FirewallRequest['protocol']
  const state = (text(invocation, 'state') ?? 'new') as FirewallRequest['state']
  const from = readEnd(text(invocation, 'from'), 'from')
  const to = readEnd(text(invocation, 'to'), 'to')
  checkEnds(from, to, protocol, state)
  const redirectTo = readRedirect(text(invocation, 'redirect-to'), protocol)
  const target = redirectTo?.address ? (parseAddress(redirectTo.address)?.family ?? null) : null
  const files = (flags.file as readonly string[] | undefined) ?? []
  if (files.length > 0 && flags.host !== undefined)
    throw new UsageError('--host and --file are two places to read rules from; give one')
  if (files.filter((file) => file === '-').length > 1)
    throw new UsageError('--file - was given twice; stdin can be read once')
  return {
    from,
    to,
    protocol,
    state,
    family: readFamily(invocation, [familyOfEnd(from), familyOfEnd(to), target]),
    inputDevice: readDevice(text(invocation, 'in'), 'in'),
    outputDevice: readDevice(text(invocation, 'out'), 'out'),
    files,
    host: text(invocation, 'host') ?? 'local',
    rejection: readRejection(text(invocation, 'reject-with'), protocol),
    redirectTo,
    timeoutMs: TIMEOUT_MS,
    json: flags.json === true,
    verbose: flags.verbose === true,
    noColour: flags['no-color'] === true,
  }
}

export const firewall: Command = {
  name: 'firewall',
  operands: '',
  mostOperands: 0,
  help: [
    'Say what the firewall of a host does with a packet, and which rule decides: accepted, dropped,',
    'rejected (and what the sender sees) or redirected. Then print the commands that would allow, block,',
    'reject or redirect it, with nft and with iptables, and those that take them back. Nothing is',
    'changed, and nothing is sent: the rules and routes are read and walked through as the kernel does.',
  ].join('\n'),
  examples: [
    'rungs firewall --to 192.0.2.5:25',
    'rungs firewall --from 198.51.100.7 --to :443 --host ssh://root@www',
    'rungs firewall --in eth0 --to :25 --redirect-to :25025',
    'rungs firewall --from 10.0.0.5 --to :53 --proto udp --in lan0 --file rules.nft',
  ],
  flags: [
    {
      name: 'from',
      value: 'A[:P]',
      help: 'the sender: an address, a name, any, or localhost for the host itself; without it the host itself, or any where the packet is for the host',
    },
    {
      name: 'to',
      value: 'B:P',
      help: 'where it goes: an address, a name or any, and a port or its service; :P is a port of the host itself',
    },
    {
      name: 'proto',
      short: 'p',
      value: 'PROTO',
      choices: ['tcp', 'udp', 'icmp'],
      help: 'tcp unless given; icmp is a ping',
    },
    {
      name: 'in',
      short: 'i',
      value: 'IF',
      help: 'the interface by which it comes in; any: whichever',
    },
    {
      name: 'out',
      short: 'o',
      value: 'IF',
      help: 'the interface by which it leaves, whatever the routes say',
    },
    {
      name: 'state',
      value: 'STATE',
      choices: ['new', 'established'],
      help: 'of its connection: new unless given',
    },
    {
      name: 'host',
      short: 's',
      value: 'HOST',
      help: 'whose firewall: local unless given, ssh://[USER@]HOST[:PORT], netns://NAME, docker://NAME, podman://NAME or k8s://NAMESPACE/POD',
    },
    {
      name: 'file',
      short: 'r',
      value: 'FILE',
      repeated: true,
      help: 'rules that nft list ruleset or iptables-save printed, - for stdin; --in and --out tell the way; several belong together',
    },
    {
      name: 'reject-with',
      value: 'MESSAGE',
      help: `what the commands that reject shall answer: ${REJECTIONS.join(', ')}; ${DEFAULT_REJECTION} unless given`,
    },
    {
      name: 'redirect-to',
      value: '[A][:P]',
      help: 'where the commands that redirect shall send it: :P is another port of the host, A another host',
    },
    JSON_FLAG,
    { name: 'verbose', short: 'v', help: 'show every chain and rule on its way' },
    { name: 'ipv4', short: '4', help: 'IPv4, where the addresses do not tell' },
    { name: 'ipv6', short: '6', help: 'IPv6' },
    NO_COLOUR_FLAG,
  ],
  notes: [
    'exit codes: 0 accepted or redirected, 1 dropped or rejected, 3 cannot be known, 2 could not work,',
    '130 interrupted. Reading rules needs root.',
  ],
  run: async (invocation, around) => {
    const request = readFirewallRequest(invocation)
    const where = request.files.length > 0 ? request.files.join(', ') : request.host
    const progress = startProgress(around.err, `reading the rules of ${where}`)
    try {
      const { performFirewall } = await import('./perform-firewall.ts')
      return await performFirewall(request, around, progress)
    } finally {
      progress.end()
    }
  },
}
