import { expect, test } from 'vitest'
import { Interrupted, parseInvocation } from '../../src/cli/command.ts'
import { liveTraceParts, performTrace, type TraceParts } from '../../src/cli/perform-trace.ts'
import { readTraceRequest, trace } from '../../src/cli/trace.ts'
import type { Trace } from '../../src/diagnose/trace/trace.ts'
import type { TraceOptions } from '../../src/host/trace/run-trace.ts'
import { formatAsJson } from '../../src/report/json.ts'
import { TRACE } from '../../src/report/trace/trace-schema.ts'
import { rounds } from '../diagnose/trace/attempts.ts'
import { FRAME, traceOf } from '../diagnose/trace/traces.ts'
import { surroundings } from './surroundings.ts'

const GOOD = traceOf(rounds([['198.51.100.254'], ['203.0.113.1'], ['192.0.2.7']]))
const OTHER = traceOf(rounds([['198.51.100.254'], ['203.0.113.9'], ['192.0.2.7']]))
const LOST = traceOf(rounds([['198.51.100.254'], [null]], true))

type Told = { readonly options: TraceOptions[]; readonly files: Map<string, string> }

/** Parts that trace nothing: the results are given, one for each call. */
function parts(results: readonly (Trace | 'no-route')[], names: readonly string[] = ['192.0.2.7']) {
  const told: Told = { options: [], files: new Map() }
  const made: TraceParts = {
    runTrace: async (options) => {
      const result = results[told.options.length] ?? GOOD
      told.options.push(options)
      options.onTrace?.(GOOD)
      return result === 'no-route'
        ? { reason: 'no-route', errno: 'ENETUNREACH', text: `no way to ${options.address}` }
        : result
    },
    resolve: async () => names,
    readText: async (path) => {
      const text = told.files.get(path)
      if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' })
      return text
    },
    writeText: async (path, text) => {
      if (path.startsWith('/full')) throw Object.assign(new Error(path), { code: 'ENOSPC' })
      told.files.set(path, text)
    },
  }
  return { made, told }
}

async function perform(words: string, { made }: { readonly made: TraceParts }, terminal = false) {
  const around = surroundings({ terminal })
  const request = readTraceRequest(parseInvocation(trace, words.split(' ')))
  const code = await performTrace(request, around, { show: () => {}, end: () => {} }, made)
  return { code, ...around.written }
}

test('a trace is printed, and its fault counts only where it is asked for', async () => {
  const { out, code } = await perform('www.example.org', parts([GOOD]))
  expect(code).toBe(0)
  expect(out).toContain('203.0.113.1')
  expect((await perform('www.example.org', parts([LOST]))).code).toBe(0)
  expect((await perform('www.example.org --strict', parts([LOST]))).code).toBe(1)
  expect((await perform('www.example.org --strict', parts([GOOD]))).code).toBe(0)
})

test('a name is tried by its addresses until packets can leave for one', async () => {
  const { made, told } = parts(['no-route', GOOD], ['2001:db8::7', '192.0.2.7'])
  await perform('www.example.org', { made })
  expect(told.options.map(({ address, packetBytes }) => [address, packetBytes])).toEqual([
    ['2001:db8::7', 80],
    ['192.0.2.7', 60],
  ])
  await expect(perform('www.example.org', parts(['no-route']))).rejects.toThrow(
    'no way to 192.0.2.7',
  )
})

test('only addresses of the family that was asked for are tried', async () => {
  const { made, told } = parts([GOOD], ['2001:db8::7', '192.0.2.7'])
  await perform('www.example.org -4', { made })
  expect(told.options.map(({ address }) => address)).toEqual(['192.0.2.7'])
  await expect(perform('www.example.org -6', parts([]))).rejects.toThrow(
    'no IPv6 address, but 192.0.2.7',
  )
  await expect(perform('www.example.org', parts([], []))).rejects.toThrow('has no address')
})

test('JSON is the trace, and what was saved is the same', async () => {
  const { made, told } = parts([GOOD, GOOD])
  const { out } = await perform('www.example.org --json --save f.json', { made })
  expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(GOOD)))
  expect(told.files.get('f.json')).toBe(out)
  const shown = await perform('--read f.json --json', { made })
  expect(shown.out).toBe(out)
})

test('saved to the standard output, nothing else is written there', async () => {
  const { out } = await perform('www.example.org --save -', parts([GOOD]))
  expect(JSON.parse(out).schema).toBe('rungs.trace/1')
})

test('a saved trace stands beside the new one', async () => {
  const { made, told } = parts([OTHER, OTHER])
  told.files.set('f.json', formatAsJson(TRACE, GOOD))
  const { out } = await perform('www.example.org --compare f.json', { made })
  expect(out).toContain('they part after hop 1 (198.51.100.254)')
  const json = JSON.parse((await perform('www.example.org --compare f.json --json', { made })).out)
  expect(json).toMatchObject({ schema: 'rungs.trace-comparison/1', same: false, partAfter: 1 })
})

test('two devices are traced as two flows and laid side by side', async () => {
  const { made, told } = parts([GOOD, OTHER])
  const { out } = await perform('www.example.org --via eth0 --via wlan0 --flow 5', { made })
  expect(told.options.map(({ device, flow }) => [device, flow])).toEqual([
    ['eth0', 5],
    ['wlan0', 6],
  ])
  expect(out).toContain('they part after hop 1')
})

test('the report is that of mtr', async () => {
  const { out } = await perform('www.example.org --report', parts([GOOD]))
  expect(out).toMatch(/^Start: .*\nHOST: .* Loss% {3}Snt {3}Last {3}Avg {2}Best {2}Wrst StDev\n/)
})

test('live is drawn on a terminal, whose last picture stays, and elsewhere refused', async () => {
  const { out } = await perform('www.example.org --live -c 2', parts([GOOD]), true)
  expect(out).toMatch(/\u001b\[\?1049h.*\u001b\[\?1049l.*203\.0\.113\.1/s)
  await expect(perform('www.example.org --live', parts([GOOD]))).rejects.toThrow(
    '--live draws on a terminal',
  )
})

test('what is interrupted shows what was seen by then', async () => {
  const around = surroundings()
  const request = readTraceRequest(parseInvocation(trace, ['www.example.org']))
  around.controller.abort()
  const done = performTrace(request, around, { show: () => {}, end: () => {} }, parts([GOOD]).made)
  await expect(done).rejects.toBeInstanceOf(Interrupted)
  expect(around.written.out).toContain('203.0.113.1')
})

test.each([
  ['www.example.org --compare nosuch', /nosuch is not there/],
  ['www.example.org --compare bad', /bad is no JSON/],
  ['--read shape', /shape is no trace as rungs trace --save writes it/],
  ['www.example.org --asn-table bad', /bad has no line such as 192\.0\.2\.0\/24 64500 EXAMPLE/],
  ['www.example.org --save /full/f', /\/full\/f cannot be used: ENOSPC/],
])('a file that cannot be used is told: %s', async (words, said) => {
  const { made, told } = parts([GOOD])
  told.files.set('bad', 'nonsense')
  told.files.set('shape', JSON.stringify({ ...FRAME, schema: 'rungs.trace/1' }))
  await expect(perform(words, { made })).rejects.toThrow(said)
})

test('the real parts know this host', async () => {
  expect(await liveTraceParts.resolve('localhost')).toContain('127.0.0.1')
})
