import { expect, test, vi } from 'vitest'
import type { CheckRequest } from '../../src/cli/check.ts'
import { Interrupted, UsageError } from '../../src/cli/command.ts'
import { exitCodeOf, type Parts, performCheck, routerName } from '../../src/cli/perform.ts'
import type { ClimbOptions } from '../../src/diagnose/climb.ts'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import { type Host, MACHINE, type Role } from '../../src/diagnose/host.ts'
import { isNoTarget, parseTarget } from '../../src/diagnose/target.ts'
import { degraded, dropped, healthy, refused, undetermined } from '../report/diagnoses.ts'
import { surroundings } from './surroundings.ts'

const target = parseTarget('http://www.lab.example')
if (isNoTarget(target)) throw new Error(target.error)

const request: CheckRequest = {
  target,
  server: 'netns://db',
  routers: ['ssh://root@edge:22', 'netns://server'],
  form: 'short',
  verbose: false,
  strict: false,
  family: null,
  timeoutMs: 1000,
  idleMs: null,
  redact: false,
  count: 1,
  intervalMs: 1000,
  noColour: false,
  captures: false,
  captureFile: null,
}

/** Parts that give `diagnosis`, and a note of what was opened, asked and closed. */
function parts(diagnosis: Diagnosis | Promise<Diagnosis>) {
  const opened: [string, string, Role][] = []
  const closed: string[] = []
  const asked: ClimbOptions[] = []
  const given: Parts = {
    openHost: (spec, name, role): Host => {
      opened.push([spec, name, role])
      return {
        name,
        role,
        access: spec,
        limits: MACHINE,
        run: () => Promise.reject(new Error('nothing is run here')),
        close: async () => {
          closed.push(name)
        },
      }
    },
    probes: () => ({}) as ReturnType<Parts['probes']>,
    openTap: () => {
      throw new Error('nothing is captured here')
    },
    kernelWord: () => {
      throw new Error('no kernel is listened to here')
    },
    climb: async (options) => {
      asked.push(options)
      for (const finding of healthy.findings) options.onFinding?.(finding)
      return diagnosis
    },
  }
  return { given, opened, closed, asked }
}

const noProgress = { show: () => {}, end: () => {} }

test('it opens both ends and the routers, climbs, prints, and closes all of them', async () => {
  const around = surroundings()
  const { given, opened, closed, asked } = parts(refused)
  const shown: string[] = []
  const progress = { show: (text: string) => shown.push(text), end: () => shown.push('end') }
  expect(await performCheck(request, around, progress, given)).toBe(1)
  expect(opened).toEqual([
    ['local', 'client', 'client'],
    ['netns://db', 'server', 'server'],
    ['ssh://root@edge:22', 'edge', 'router'],
    ['netns://server', 'netns://server', 'router'],
  ])
  expect(asked[0]).toMatchObject({ target, timeoutMs: 1000, privilege: 'root', family: null })
  expect(asked[0]?.token).toMatch(/^[a-z][a-z2-7]{7}$/)
  expect(closed.toSorted()).toEqual(['client', 'edge', 'netns://server', 'server'])
  expect(around.written.out).toMatch(/^unreachable: service\.stopped .*\n$/)
  expect(shown[0]).toBe('1 physical: What is asked?')
  expect(shown.at(-1)).toBe('end')
})

test.for(['json', 'terminal'] as const)('the answer can be %s', async (form) => {
  const around = surroundings()
  await performCheck({ ...request, form }, around, noProgress, parts(refused).given)
  expect(around.written.out).toContain(form === 'json' ? '"rungs.diagnosis/1"' : '✗ unreachable')
})

test.for([
  [healthy, false, 0],
  [healthy, true, 0],
  [degraded, false, 0],
  [degraded, true, 1],
  [refused, false, 1],
  [dropped, true, 1],
  [undetermined, false, 3],
] as const)('exit code of %#', ([diagnosis, strict, code]) => {
  expect(exitCodeOf(diagnosis, strict)).toBe(code)
})

test('a host that cannot be opened is a mistake of usage', async () => {
  const given: Parts = { ...parts(healthy).given, openHost: () => ({ error: 'no such scheme' }) }
  await expect(performCheck(request, surroundings(), noProgress, given)).rejects.toThrow(
    new UsageError('no such scheme'),
  )
})

test('an interrupt closes the hosts and says that nothing was changed', async () => {
  const around = surroundings()
  const { given, closed } = parts(new Promise(() => {}))
  const performing = performCheck(request, around, noProgress, given)
  around.controller.abort()
  await expect(performing).rejects.toThrow(Interrupted)
  expect(closed).toHaveLength(4)
})

test('a climb that overstays is given up as undecided', async () => {
  vi.useFakeTimers()
  try {
    const around = surroundings()
    const performing = performCheck(request, around, noProgress, parts(new Promise(() => {})).given)
    await vi.advanceTimersByTimeAsync(4000)
    expect(await performing).toBe(3)
    expect(around.written.err).toContain('had not ended after 1 s')
    expect(around.written.out).toBe('')
  } finally {
    vi.useRealTimers()
  }
})

test.for([
  ['ssh://root@edge:22', 'edge'],
  ['netns://r1', 'r1'],
  ['local', 'local'],
  ['ssh://[2001:db8::1]:22', '[2001:db8::1]'],
] as const)('a router at %s is called %s', ([spec, name]) => {
  expect(routerName(spec)).toBe(name)
})

test('what tells who it was is replaced when that is asked for', async () => {
  const around = surroundings()
  await performCheck(
    { ...request, form: 'json', redact: true },
    around,
    noProgress,
    parts(refused).given,
  )
  expect(around.written.out).not.toContain('lab.example')
  expect(around.written.out).toContain('http://host-1.example')
})

/** Parts that give one diagnosis after the other. */
const inTurn = (...diagnoses: Diagnosis[]): Parts => ({
  ...parts(healthy).given,
  climb: async () => diagnoses.shift() ?? healthy,
})

test('a repeated check pauses between two, and says how often it failed', async () => {
  vi.useFakeTimers()
  try {
    const around = surroundings()
    const shown: string[] = []
    const progress = { show: (text: string) => shown.push(text), end: () => {} }
    const given = { ...inTurn(healthy, refused, healthy) }
    const repeated = { ...request, count: 3, intervalMs: 5000 }
    const performing = performCheck(repeated, around, progress, given)
    await vi.advanceTimersByTimeAsync(9999)
    expect(around.written.out).toBe('')
    await vi.advanceTimersByTimeAsync(1)
    expect(await performing).toBe(0)
    expect(around.written.out).toMatch(
      /^degraded: service\.stopped .*It fails 1 of 3 times\. When it does: /,
    )
  } finally {
    vi.useRealTimers()
  }
})

test.for([
  [[refused, refused], false, 1],
  [[healthy, refused], false, 0],
  [[healthy, refused], true, 1],
  [[healthy, healthy], true, 0],
  [[undetermined, undetermined], false, 3],
] as const)('the exit code of rounds %#', async ([diagnoses, strict, code]) => {
  vi.useFakeTimers()
  try {
    const repeated = { ...request, count: diagnoses.length, strict }
    const performing = performCheck(repeated, surroundings(), noProgress, inTurn(...diagnoses))
    await vi.advanceTimersByTimeAsync(5000)
    expect(await performing).toBe(code)
  } finally {
    vi.useRealTimers()
  }
})

test('an interrupt between two rounds prints what is known', async () => {
  const around = surroundings()
  const repeated = { ...request, count: 5, intervalMs: 60_000 }
  const performing = performCheck(repeated, around, noProgress, inTurn(healthy))
  setTimeout(() => around.controller.abort(), 50)
  await expect(performing).rejects.toThrow(Interrupted)
  expect(around.written.out).toMatch(/^reachable: /)
})
