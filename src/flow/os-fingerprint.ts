/**
 * What TCP/IP stacks put into their SYN and SYN-ACK: facts that were measured or that the stacks'
 * sources say (Linux: net/ipv4/tcp_output.c, tcp_select_initial_window). Narrower ones come first.
 */

/** One kind of system. */
export type Fingerprint = {
  readonly name: string
  readonly initialHopLimit: 64 | 128 | 255
  /** Options of a SYN, in their order; see `describeOptions`. */
  readonly opens: readonly string[]
  /** Options of a SYN-ACK: fewer where the client offered fewer. */
  readonly answers: readonly string[]
  /** Windows as numbers, or as so many segments; any where neither is given. */
  readonly window?: readonly number[]
  readonly segments?: readonly number[]
  /** The window's scale where there is one. */
  readonly shifts?: readonly number[]
  readonly dontFragment?: boolean
}

const LINUX_OPENS = ['mss,sok,ts,nop,ws', 'mss,nop,nop,sok,nop,ws', 'mss,sok,ts', 'mss,nop,nop,sok']
const LINUX_ANSWERS = [
  'mss,sok,ts,nop,ws',
  'mss,nop,nop,ts,nop,ws',
  'mss,nop,nop,sok,nop,ws',
  'mss,nop,ws',
  'mss,sok,ts',
  'mss,nop,nop,ts',
  'mss,nop,nop,sok',
  'mss',
]
const LINUX = { initialHopLimit: 64, dontFragment: true } as const

const WINDOWS_OPENS = ['mss,nop,ws,nop,nop,sok', 'mss,nop,nop,sok', 'mss,nop,ws,sok,ts']
const WINDOWS_ANSWERS = [
  'mss,nop,ws,nop,nop,sok',
  'mss,nop,ws,sok,ts',
  'mss,nop,ws,nop,nop,ts',
  'mss,nop,nop,sok',
  'mss,nop,nop,ts',
  'mss,sok,ts',
  'mss,nop,ws',
  'mss',
]
const WINDOWS = { initialHopLimit: 128, dontFragment: true } as const

const APPLE = ['mss,nop,ws,nop,nop,ts,sok,eol']
const APPLE_ANSWERS = [...APPLE, 'mss,nop,nop,ts,sok,eol']

/** The systems that are known. */
export const FINGERPRINTS: readonly Fingerprint[] = [
  {
    ...LINUX,
    name: 'Linux 4.20 or newer',
    opens: LINUX_OPENS,
    answers: LINUX_ANSWERS,
    // The buffer of 64 KiB in whole segments; on loopback they are larger than half of it.
    segments: [44, 45],
    window: [65495, 65483, 65476, 64240, 64800, 65160, 64704],
    shifts: [6, 7, 8, 9, 10, 11, 12, 13, 14],
  },
  {
    ...LINUX,
    name: 'Linux 3.11 to 4.19',
    opens: LINUX_OPENS,
    answers: LINUX_ANSWERS,
    segments: [20],
    window: [43690],
  },
  {
    ...LINUX,
    name: 'Linux 3.0 to 3.10',
    opens: LINUX_OPENS,
    answers: LINUX_ANSWERS,
    segments: [10],
  },
  { ...LINUX, name: 'Linux 2.4 or 2.6', opens: LINUX_OPENS, answers: LINUX_ANSWERS, segments: [4] },
  {
    ...LINUX,
    name: 'Linux 2.2',
    opens: LINUX_OPENS,
    answers: LINUX_ANSWERS,
    window: [32120, 16060, 32767],
    shifts: [0],
  },
  {
    ...WINDOWS,
    name: 'Windows 10 or newer',
    opens: WINDOWS_OPENS,
    answers: WINDOWS_ANSWERS,
    window: [64240, 64800, 65535, 62727],
    shifts: [8],
  },
  {
    ...WINDOWS,
    name: 'Windows Vista to 8.1',
    opens: WINDOWS_OPENS,
    answers: WINDOWS_ANSWERS,
    window: [8192],
    shifts: [0, 2, 8],
  },
  {
    ...WINDOWS,
    name: 'Windows 2000 or XP',
    opens: ['mss,nop,nop,sok', 'mss,nop,ws,nop,nop,sok'],
    answers: [
      ...WINDOWS_ANSWERS,
      'mss,nop,nop,ts,nop,nop,sok',
      'mss,nop,ws,nop,nop,ts,nop,nop,sok',
    ],
    window: [16384, 17520, 64240, 65535],
    shifts: [0, 1, 2],
  },
  {
    initialHopLimit: 64,
    dontFragment: true,
    name: 'macOS or iOS',
    opens: APPLE,
    answers: APPLE_ANSWERS,
    window: [65535],
  },
  {
    initialHopLimit: 64,
    dontFragment: true,
    name: 'FreeBSD',
    opens: ['mss,nop,ws,sok,ts'],
    answers: ['mss,nop,ws,sok,ts'],
    window: [65535],
    shifts: [3, 6, 7, 8, 9],
  },
  {
    initialHopLimit: 64,
    dontFragment: true,
    // Their answers differ only where everything was offered.
    name: 'FreeBSD or macOS',
    opens: [],
    answers: [
      'mss,nop,ws,sok,eol',
      'mss,nop,ws,nop,nop,ts',
      'mss,nop,ws',
      'mss,sok,eol',
      'mss,sok,ts',
      'mss,nop,nop,ts',
    ],
    window: [65535],
  },
  {
    initialHopLimit: 64,
    dontFragment: true,
    name: 'OpenBSD',
    opens: ['mss,nop,nop,sok,nop,ws,nop,nop,ts'],
    answers: [
      'mss,nop,nop,sok,nop,ws,nop,nop,ts',
      'mss,nop,nop,sok,nop,nop,ts',
      'mss,nop,nop,sok,nop,ws',
      'mss,nop,ws,nop,nop,ts',
    ],
    window: [16384],
    shifts: [0, 3, 6],
  },
  {
    initialHopLimit: 64,
    dontFragment: true,
    name: 'Solaris',
    opens: ['nop,ws,nop,nop,ts,nop,nop,sok,mss', 'mss,nop,ws,nop,nop,sok'],
    answers: [
      'nop,nop,ts,nop,ws,nop,nop,sok,mss',
      'nop,nop,ts,mss,nop,ws,nop,nop,sok',
      'mss,nop,ws,nop,nop,sok',
    ],
    window: [32850, 49640],
    segments: [34, 37, 19],
  },
  {
    initialHopLimit: 255,
    name: 'Cisco IOS',
    opens: ['mss'],
    answers: ['mss'],
    window: [4128],
  },
  {
    ...LINUX,
    // Whatever buffer the program asked for: nobody else has this order.
    name: 'Linux',
    opens: ['mss,sok,ts,nop,ws', 'mss,nop,nop,sok,nop,ws'],
    answers: ['mss,sok,ts,nop,ws', 'mss,nop,nop,sok,nop,ws'],
  },
]
