import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { End } from '../../src/flow/end.ts'
import { FINGERPRINTS } from '../../src/flow/os-fingerprint.ts'
import { describeOptions, guessOs, windowSegments } from '../../src/flow/os-guess.ts'

const KIND: Readonly<Record<string, readonly number[]>> = {
  eol: [0],
  nop: [1],
  mss: [2, 4, 5, 180],
  ws: [3, 3, 0],
  sok: [4, 2],
  ts: [8, 10, 0, 0, 0, 0, 0, 0, 0, 0],
}

type Syn = {
  readonly ttl: number
  readonly mss: number
  readonly window: number
  readonly shift: number
  readonly layout: string
  readonly dontFragment: boolean
}

function endOf({ ttl, mss, window, shift, layout, dontFragment }: Syn): End {
  const options = layout.split(',').flatMap((name) => KIND[name] ?? [])
  const end = new End()
  end.address = new Uint8Array(4)
  end.synFrame = 1
  end.synHopLimit = ttl
  end.maximumSegmentBytes = mss
  end.synWindow = window
  end.windowShift = shift
  end.synDontFragment = dontFragment
  // A header's options fill whole words.
  while (options.length % 4 !== 0) options.push(0)
  end.keepSynOptions(new DataView(Uint8Array.from(options).buffer), 0, options.length)
  return end
}

/** What was seen of real systems. */
const SEEN: readonly [string, boolean, Syn][] = [
  [
    'Linux 4.20 or newer',
    false,
    {
      ttl: 60,
      mss: 1460,
      window: 64240,
      shift: 7,
      layout: 'mss,sok,ts,nop,ws',
      dontFragment: true,
    },
  ],
  [
    'Linux 4.20 or newer',
    true,
    {
      ttl: 63,
      mss: 1460,
      window: 65160,
      shift: 7,
      layout: 'mss,sok,ts,nop,ws',
      dontFragment: true,
    },
  ],
  [
    'Linux 3.11 to 4.19',
    false,
    {
      ttl: 51,
      mss: 1460,
      window: 29200,
      shift: 7,
      layout: 'mss,sok,ts,nop,ws',
      dontFragment: true,
    },
  ],
  [
    'Windows 10 or newer',
    false,
    {
      ttl: 118,
      mss: 1460,
      window: 64240,
      shift: 8,
      layout: 'mss,nop,ws,nop,nop,sok',
      dontFragment: true,
    },
  ],
  [
    'macOS or iOS',
    false,
    {
      ttl: 64,
      mss: 1460,
      window: 65535,
      shift: 6,
      layout: 'mss,nop,ws,nop,nop,ts,sok,eol',
      dontFragment: true,
    },
  ],
  // The article's telnet: their TTLs are not printed.
  [
    'Windows 2000 or XP',
    false,
    { ttl: 0, mss: 1460, window: 16384, shift: -1, layout: 'mss,nop,nop,sok', dontFragment: true },
  ],
  [
    'Linux 2.2',
    true,
    { ttl: 0, mss: 1460, window: 32120, shift: -1, layout: 'mss,nop,nop,sok', dontFragment: true },
  ],
]

describe('a system is told by its SYN', () => {
  test.for(SEEN)('%s, server %s, %o', ([name, isServer, syn]) => {
    expect(guessOs(endOf(syn), isServer)?.name).toBe(name)
  })
})

test('a guess has its reasons and the hops that were gone', () => {
  const linux = SEEN[0]?.[2]
  expect(linux && guessOs(endOf(linux), false)).toEqual({
    name: 'Linux 4.20 or newer',
    hops: 4,
    reasons: [
      'TTL 60 of 64',
      'options mss,sok,ts,nop,ws',
      'window 64240, 44 segments of its MSS',
      'window scale 7',
      'DF',
    ],
  })
})

test('what fits nothing, and an end without a SYN, get no guess', () => {
  const odd = {
    ttl: 64,
    mss: 1331,
    window: 1337,
    shift: 0,
    layout: 'mss,nop,eol',
    dontFragment: false,
  }
  expect(guessOs(endOf(odd), false)).toBeNull()
  expect(guessOs(new End(), false)).toBeNull()
})

test('a window is counted in segments with and without timestamps', () => {
  expect(windowSegments(64240, 1460)).toEqual([44])
  expect(windowSegments(65160, 1460)).toEqual([45])
  expect(windowSegments(8192, 1460)).toEqual([])
  expect(windowSegments(0, 1460)).toEqual([])
})

test('options are described up to the end of their list', () => {
  expect(describeOptions([2, 4, 8, 1, 3])).toBe('mss,sok,ts,nop,ws')
  expect(describeOptions([2, 0, 0, 0])).toBe('mss,eol')
  expect(describeOptions([2, 34])).toBe('mss,?34')
})

/** p0f's words for the systems that are known here. */
const FAMILY: Readonly<Record<string, RegExp>> = {
  Linux: /^Linux/,
  Windows: /^Windows/,
  'Mac OS X': /macOS/,
  'MacOS X': /macOS/,
  iOS: /macOS/,
  FreeBSD: /FreeBSD/,
  OpenBSD: /^OpenBSD/,
  Solaris: /^Solaris/,
}

type Signature = { readonly system: string; readonly isServer: boolean; readonly text: string }

/** The signatures of p0f's database that are of systems known here. */
function signatures(): Signature[] {
  const found: Signature[] = []
  let [section, system] = ['', '']
  for (const line of readFileSync('/etc/p0f/p0f.fp', 'latin1').split('\n')) {
    const [, head] = /^\[(.+)\]/.exec(line) ?? []
    if (head) section = head
    const [, , name] = /^label\s*=\s*(\w):[^:]*:([^:]+):/.exec(line) ?? []
    if (name) system = name
    const [, text] = /^sig\s*=\s*(\S+)/.exec(line) ?? []
    const isTcp = section === 'tcp:request' || section === 'tcp:response'
    if (text && isTcp && FAMILY[system])
      found.push({ system, isServer: section === 'tcp:response', text })
  }
  return found
}

/** A SYN as a signature of p0f describes it; its README, section 5. */
function synOf(text: string): Syn {
  const [, ttl = '', , mss = '', windows = '', layout = '', quirks = ''] = text.split(':')
  const segment = mss === '*' ? 1460 : Number(mss)
  const [window = '', shift = ''] = windows.split(',')
  const [, times] = /^mss\*(\d+)$/.exec(window) ?? []
  return {
    ttl: Number.parseInt(ttl, 10),
    mss: segment,
    window: times ? segment * Number(times) : window === '*' ? 12345 : Number(window),
    shift: layout.includes('ws') ? (shift === '*' ? 5 : Number(shift)) : -1,
    layout: layout.replace(/\+\d+/, ''),
    dontFragment: quirks.split(',').includes('df'),
  }
}

test('of what p0f knows, no system is taken for another, and most are known', () => {
  const known = signatures().map((signature) => ({
    ...signature,
    guess: guessOs(endOf(synOf(signature.text)), signature.isServer),
  }))
  const wrong = known.filter(({ system, guess }) => guess && !FAMILY[system]?.test(guess.name))
  expect(wrong.map(({ system, text, guess }) => `${system} ${text} ${guess?.name}`)).toEqual([])
  const told = known.filter(({ guess }) => guess)
  expect(known.length).toBeGreaterThan(100)
  expect(told.length).toBeGreaterThan(known.length / 2)
})

test('each fingerprint is found by what it says itself', () => {
  for (const one of FINGERPRINTS) {
    const [layout] = one.opens
    if (!layout) continue
    const syn = {
      ttl: one.initialHopLimit,
      mss: 1460,
      window: one.window?.[0] ?? 1460 * (one.segments?.[0] ?? 7),
      shift: layout.includes('ws') ? (one.shifts?.[0] ?? 5) : -1,
      layout,
      dontFragment: one.dontFragment ?? false,
    }
    expect(guessOs(endOf(syn), false)?.name).toBe(one.name)
  }
})
