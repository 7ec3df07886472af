/** Does what a trace request asks for: traces, by one link or two, compares, keeps and prints. */
import { compareTraces, type TraceComparison } from '../diagnose/trace/compare.ts'
import { usualPacketBytes } from '../diagnose/trace/probe.ts'
import type { Trace } from '../diagnose/trace/trace.ts'
import type { AsnTable } from '../facts/asn-table.ts'
import { runTrace, type TraceFailure, type TraceOptions } from '../host/trace/run-trace.ts'
import { formatTrace } from '../report/trace/trace-table.ts'
import { familyOf } from '../wire/address.ts'
import { EXIT, Interrupted, UsageError } from './command.ts'
import { LiveTable } from './live-table.ts'
import type { Progress } from './progress.ts'
import type { Surroundings } from './surroundings.ts'
import { pageFor } from './terminal.ts'
import type { TraceRequest } from './trace.ts'

/** What is outside of this process; a test gives its own. */
export type TraceParts = {
  readonly runTrace: typeof runTrace
  /** The addresses of a name, the best first; none where it has none. */
  readonly resolve: (name: string) => Promise<readonly string[]>
  readonly readText: (path: string) => Promise<string>
  readonly writeText: (path: string, text: string) => Promise<void>
}

/** The system's own resolver is given up after this. */
const LOOKUP_MS = 10_000

/** The real ones, each loaded when it is needed. */
export const liveTraceParts: TraceParts = {
  runTrace,
  resolve: async (name) => {
    const { probeLookup } = await import('../host/probe/lookup.ts')
    return (await probeLookup(name, LOOKUP_MS)).addresses.map(({ address }) => address)
  },
  readText: async (path) => (await import('node:fs/promises')).readFile(path, 'utf8'),
  writeText: async (path, text) => (await import('node:fs/promises')).writeFile(path, text),
}

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'is not there'
  if (code === 'EACCES') return 'may not be read or written'
  if (code === 'EISDIR') return 'is a directory'
  return `cannot be used: ${code ?? message}`
}

async function readOf(path: string, parts: TraceParts): Promise<string> {
  try {
    return await parts.readText(path)
  } catch (error) {
    throw new UsageError(`${path} ${reasonOf(error)}`)
  }
}

async function readSaved(path: string, parts: TraceParts): Promise<Trace> {
  const { parseTrace } = await import('../report/trace/saved-trace.ts')
  const trace = parseTrace(await readOf(path, parts))
  if ('error' in trace) throw new UsageError(`${path} ${trace.error}`)
  return trace
}

async function readTable(path: string, around: Surroundings, parts: TraceParts): Promise<AsnTable> {
  const { AsnTable } = await import('../facts/asn-table.ts')
  const table = new AsnTable(await readOf(path, parts))
  if (table.size === 0)
    throw new UsageError(`${path} has no line such as 192.0.2.0/24 64500 EXAMPLE`)
  if (table.unread > 0)
    around.err.write(`rungs: ${path}: ${table.unread} lines are not understood\n`)
  return table
}

async function addressesOf(request: TraceRequest, parts: TraceParts): Promise<readonly string[]> {
  const { host, family } = request
  if (host === null) return []
  if (familyOf(host) !== null) return [host]
  const all = await parts.resolve(host)
  const fit = all.filter((address) => family === null || familyOf(address) === family)
  if (fit.length > 0) return fit
  throw new UsageError(
    all.length === 0
      ? `${host} has no address: no name server knows it, or none answers (rungs check ${host} says which)`
      : `${host} has no IPv${family} address, but ${all.join(', ')}`,
  )
}

/** The first address that packets can leave for; a name may have one of a family that this host has not. */
async function traceFirst(
  addresses: readonly string[],
  options: Omit<TraceOptions, 'address' | 'packetBytes'>,
  request: TraceRequest,
  parts: TraceParts,
): Promise<Trace> {
  let failure: TraceFailure | null = null
  for (const address of addresses) {
    const packetBytes = request.packetBytes ?? usualPacketBytes(familyOf(address) ?? 4)
    const traced = await parts.runTrace({ ...options, address, packetBytes })
    if (!('reason' in traced)) return traced
    failure ??= traced
    if (traced.reason !== 'no-route') break
  }
  throw new UsageError(failure?.text ?? 'there is nothing to trace')
}

/** One trace for each device, at the same time. */
async function traceAll(
  request: TraceRequest,
  around: Surroundings,
  parts: TraceParts,
  onTrace: TraceOptions['onTrace'],
): Promise<readonly Trace[]> {
  const table = request.asnTable === null ? null : await readTable(request.asnTable, around, parts)
  const addresses = await addressesOf(request, parts)
  const { protocol, port, flow, source, rounds, intervalMs, mostHops, waitMs, mtu, names, asn } =
    request
  return Promise.all(
    request.devices.map((device, index) =>
      traceFirst(
        addresses,
        {
          ...{ protocol, port, device, source, rounds, intervalMs, mostHops, mtu, onTrace },
          input: request.host ?? '',
          // Two at a time cannot have one port; by two links they are two flows anyway.
          flow: flow + index,
          mostWaitMs: waitMs,
          lookups: { names, asn, table },
          signal: around.signal,
        },
        request,
        parts,
      ),
    ),
  )
}

async function formatOne(
  trace: Trace,
  request: TraceRequest,
  around: Surroundings,
): Promise<string> {
  if (request.form === 'json') {
    const { formatAsJson } = await import('../report/json.ts')
    const { TRACE } = await import('../report/trace/trace-schema.ts')
    return formatAsJson(TRACE, trace)
  }
  if (request.form === 'report') {
    const { formatMtrReport } = await import('../report/trace/mtr-report.ts')
    const { hostname } = await import('node:os')
    return formatMtrReport(trace, hostname(), request.asn)
  }
  return formatTrace(trace, pageFor(around, { ...request, verbose: false }))
}

async function formatPair(
  comparison: TraceComparison,
  request: TraceRequest,
  around: Surroundings,
): Promise<string> {
  if (request.form === 'json') {
    const { formatAsJson } = await import('../report/json.ts')
    const { TRACE_COMPARISON } = await import('../report/trace/trace-schema.ts')
    return formatAsJson(TRACE_COMPARISON, comparison)
  }
  const { formatComparison } = await import('../report/trace/comparison-table.ts')
  return formatComparison(comparison, pageFor(around, { ...request, verbose: false }))
}

/** Keeps the trace; true where it went to the standard output, so that nothing else may. */
async function save(
  trace: Trace,
  request: TraceRequest,
  around: Surroundings,
  parts: TraceParts,
): Promise<boolean> {
  if (request.save === null) return false
  const { formatAsJson } = await import('../report/json.ts')
  const { TRACE } = await import('../report/trace/trace-schema.ts')
  const text = formatAsJson(TRACE, trace)
  if (request.save === '-') {
    around.out.write(text)
    return true
  }
  try {
    await parts.writeText(request.save, text)
  } catch (error) {
    throw new UsageError(`${request.save} ${reasonOf(error)}`)
  }
  return false
}

async function traces(
  request: TraceRequest,
  around: Surroundings,
  parts: TraceParts,
): Promise<readonly Trace[]> {
  if (request.read !== null) return [await readSaved(request.read, parts)]
  if (request.form !== 'live') return traceAll(request, around, parts, null)
  if (!around.out.isTerminal)
    throw new UsageError(
      '--live draws on a terminal, and this is none; --report and --json are for files',
    )
  const live = new LiveTable(around.out)
  try {
    const page = pageFor(around, { ...request, verbose: false })
    return await traceAll(request, around, parts, (trace) => live.draw(formatTrace(trace, page)))
  } finally {
    live.end()
  }
}

/** Answers the request; resolves to the exit code. */
export async function performTrace(
  request: TraceRequest,
  around: Surroundings,
  progress: Progress,
  parts: TraceParts = liveTraceParts,
): Promise<number> {
  const before = request.compare === null ? null : await readSaved(request.compare, parts)
  if (request.form === 'live') progress.end()
  const all = await traces(request, around, parts)
  progress.end()
  const [first, second] = before === null ? all : [before, all[0]]
  if (first === undefined) return EXIT.couldNotWork
  const latest = second ?? first
  if (!(await save(latest, request, around, parts)))
    around.out.write(
      second === undefined
        ? await formatOne(first, request, around)
        : await formatPair(compareTraces(first, second), request, around),
    )
  if (around.signal.aborted) throw new Interrupted('interrupted; what was seen by then is shown')
  return request.strict && latest.verdict.atFault ? EXIT.fault : EXIT.held
}
