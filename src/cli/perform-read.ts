/** Does what a read request asks for: reads the captures, follows their connections, and prints one form of the answer. */
import { printable } from '../base/printable.ts'
import { Applications } from '../dialog/applications.ts'
import type { Connection } from '../flow/connection.ts'
import { Flows } from '../flow/flows.ts'
import { tellStory } from '../flow/story.ts'
import { storyName } from '../flow/story-name.ts'
import {
  type CaptureReading,
  type CaptureSource,
  readCaptures,
  type TakePackets,
} from '../host/capture-file.ts'
import { keepHeapSmall } from '../host/heap.ts'
import { ChecksumCounts, describeChecksums, Statistics } from '../report/read/statistics.ts'
import { EXIT, Interrupted } from './command.ts'
import type { ReadRequest } from './read.ts'
import { Output } from './reading/output.ts'
import { type LoopParts, PacketLoop } from './reading/packet-loop.ts'
import { ReadProgress } from './reading/read-progress.ts'
import { type Form, Scene } from './reading/scene.ts'
import { isWanted, readsTwice } from './reading/selection.ts'
import type { Surroundings } from './surroundings.ts'
import { pageFor } from './terminal.ts'

/** What the first of two readings found: the connections that were asked for. */
type Chosen = {
  readonly ids: ReadonlySet<number>
  /** Their stories, by the frames that they begin with. */
  readonly comments: ReadonlyMap<number, string>
}

/** One command at work. */
type Run = {
  readonly request: ReadRequest
  readonly around: Surroundings
  readonly scene: Scene
  readonly progress: ReadProgress
}

/** The form that was asked for; what only it needs is loaded now. */
async function openForm(
  scene: Scene,
  statistics: Statistics,
  chosen: Chosen | null,
): Promise<Form> {
  const { form, json, detail, writeTo } = scene.request
  if (form === 'stats')
    return (await import('./reading/form-stats.ts')).statsForm(scene, statistics)
  if (form === 'count') return (await import('./reading/form-count.ts')).countForm(scene)
  if (form === 'zeek') return (await import('./reading/form-zeek.ts')).zeekForm(scene)
  if (form === 'write') {
    const { writeForm } = await import('./reading/form-write.ts')
    return writeForm(scene, writeTo ?? '-', chosen?.comments ?? new Map())
  }
  if (form === 'packets') {
    if (detail) return (await import('./reading/form-detail.ts')).detailForm(scene)
    const { linesForm, packetJsonForm } = await import('./reading/form-packets.ts')
    return json ? packetJsonForm(scene) : linesForm(scene)
  }
  if (json) return (await import('./reading/form-json.ts')).jsonForm(scene)
  if (form === 'flow') return (await import('./reading/form-flow.ts')).flowForm(scene)
  return (await import('./reading/form-table.ts')).tableForm(scene, statistics)
}

/** Resolves when the user wants to stop: a pipe may be silent for ever. */
const stopped = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(null)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })

/** Reads all files; null where it was interrupted before they were at their end. */
async function readThrough(run: Run, take: TakePackets): Promise<CaptureReading | null> {
  const { request, around, scene, progress } = run
  let packets = 0
  const reading = readCaptures(request.files, (batch, from, to, source) => {
    if (around.signal.aborted) return false
    scene.sources.add(source)
    packets += to - from
    progress.tell(source, packets)
    const more = take(batch, from, to, source)
    // Whoever reads the answer may be slower than this, and what it has not taken yet stays in memory.
    const drained = around.out.drained?.() ?? null
    return drained === null ? more : drained.then(async () => (await more) !== false)
  })
  const read = await Promise.race([reading, stopped(around.signal)])
  return around.signal.aborted ? null : read
}

/** Connections out of packets, and what is done with them. */
function openLoop(
  { request }: Run,
  parts: Pick<LoopParts, 'statistics' | 'after' | 'only'> & {
    readonly ended: ((connection: Connection) => void) | null
    readonly needsPayload: boolean
  },
): PacketLoop {
  const applications = parts.needsPayload ? new Applications() : null
  const flows =
    parts.ended === null && parts.only === null && parts.after === null
      ? null
      : new Flows({
          onEnd: parts.ended ?? (() => {}),
          ...(applications && {
            onPayload: (connection, fromClient, view, at, end, _offset, missing) =>
              applications.payload(
                connection,
                fromClient,
                view,
                at,
                end,
                loop.timeNs,
                loop.frame,
                missing,
              ),
          }),
        })
  const loop = new PacketLoop({
    flows,
    statistics: parts.statistics,
    opened: applications && ((connection) => applications.opened(connection)),
    after: parts.after,
    only: parts.only,
    most: request.first ?? Number.POSITIVE_INFINITY,
  })
  return loop
}

/** The first of two readings. */
async function choose(run: Run): Promise<Chosen> {
  const { request } = run
  const ids = new Set<number>()
  const comments = new Map<number, string>()
  const loop = openLoop(run, {
    statistics: null,
    after: null,
    only: null,
    needsPayload: request.form === 'write',
    ended: (connection) => {
      if (!isWanted(connection, storyName(connection), request)) return
      ids.add(connection.id)
      if (request.form !== 'write') return
      const { name, summary } = tellStory(connection)
      comments.set(connection.firstFrame, `connection ${connection.id}, ${name}: ${summary}`)
    },
  })
  await readThrough(run, (batch, from, to, source) => loop.take(batch, from, to, source))
  loop.flows?.finish()
  return { ids, comments }
}

/** Which packets a form of single packets is about; null for all. */
function onlyThose({ form, flow, stories }: ReadRequest, chosen: Chosen | null): LoopParts['only'] {
  const ofPackets = form === 'packets' || form === 'write' || form === 'count' || form === 'stats'
  if (!ofPackets) return null
  if (stories !== null && chosen !== null)
    return (connection) => connection !== null && chosen.ids.has(connection.id)
  return flow === null ? null : (connection) => connection?.id === flow
}

/** What the reading came to. */
type Outcome = {
  readonly reading: CaptureReading | null
  /** Whether a connection that was asked for is at fault; only looked at where that matters. */
  readonly fault: boolean
  readonly failure: string | null
  /** Null where checksums were not verified, or the form tells of them itself. */
  readonly checksums: ChecksumCounts | null
}

/** Lines of all packets need no connections. */
async function printLines(run: Run): Promise<Outcome> {
  const { AllLines } = await import('./reading/form-packets.ts')
  const lines = new AllLines(run.scene)
  const reading = await readThrough(run, (batch, from, to, source) =>
    lines.take(batch, from, to, source),
  )
  lines.finish()
  return { reading, fault: false, failure: null, checksums: null }
}

/** All packets are counted without a look at them. */
async function countAll(run: Run): Promise<Outcome> {
  const { formatCount } = await import('./reading/form-count.ts')
  const { first, json } = run.request
  let count = 0
  const most = first ?? Number.POSITIVE_INFINITY
  const reading = await readThrough(run, (_, from, to) => {
    count = Math.min(count + to - from, most)
    return count < most
  })
  if (reading === null || reading.sources.length > 0)
    run.scene.output.write(formatCount(count, json))
  return { reading, fault: false, failure: null, checksums: null }
}

async function answer(run: Run, chosen: Chosen | null): Promise<Outcome> {
  const { request, scene } = run
  const { form, detail, json, flow, stories, strict, checksums } = request
  const all = flow === null && stories === null
  const needsConnections = !all || strict || checksums
  if (form === 'packets' && !detail && !json && !needsConnections) return await printLines(run)
  if (form === 'count' && !needsConnections) return await countAll(run)
  const statistics = new Statistics()
  if (request.checksums) statistics.checksums = new ChecksumCounts()
  const opened = await openForm(scene, statistics, chosen)
  scene.sources.clear()
  let fault = false
  const loop = openLoop(run, {
    statistics,
    after: opened.after,
    only: onlyThose(request, chosen),
    needsPayload: opened.needsPayload || strict,
    ended:
      opened.ended === null && !strict
        ? null
        : (connection) => {
            const name = storyName(connection)
            if (strict && !fault && isWanted(connection, name, request))
              fault = tellStory(connection).fault
            opened.ended?.(connection, name)
          },
  })
  const reading = await readThrough(run, (batch, from, to, source) =>
    loop.take(batch, from, to, source),
  )
  loop.flows?.finish()
  const isNothing = reading !== null && reading.sources.length === 0
  const tells = form === 'stats' || (form === 'table' && !json)
  return {
    reading,
    fault,
    failure: isNothing ? null : opened.finish(loop),
    checksums: tells ? null : statistics.checksums,
  }
}

/** Places that are told of one file. */
const MOST_DAMAGES = 5

function damageLines({ path, reader, failure }: CaptureSource): string[] {
  const name = path === '-' ? 'stdin' : path
  const { damages, damageCount } = reader
  const more = damageCount - Math.min(damages.length, MOST_DAMAGES)
  return [
    ...damages
      .slice(0, MOST_DAMAGES)
      .map(({ offset, reason }) => `${name}: at byte ${offset}: ${reason}`),
    ...(more > 0 ? [`${name}: ${more} more places that could not be read`] : []),
    ...(failure === null ? [] : [`${name} ended early: ${failure}`]),
  ]
}

/** Tells what could not be read. */
function complain({ around }: Run, { sources, failures }: CaptureReading): void {
  const lines = [
    ...failures.map(({ path, reason }) => `${path === '-' ? 'stdin' : path}: ${reason}`),
    ...sources.flatMap(damageLines),
  ]
  for (const line of lines) around.err.write(`rungs: ${printable(line)}\n`)
}

/** Performs the reading and prints the answer; resolves to the exit code. */
export async function performRead(request: ReadRequest, around: Surroundings): Promise<number> {
  keepHeapSmall()
  const progress = new ReadProgress(around.err, () => performance.now())
  const output = new Output(around.out, () => progress.end())
  const scene = new Scene(request, pageFor(around, request), output)
  const run: Run = { request, around, scene, progress }
  try {
    const chosen = readsTwice(request) ? await choose(run) : null
    const { reading, fault, failure, checksums: sums } = await answer(run, chosen)
    output.flush()
    progress.end()
    if (reading === null) throw new Interrupted('interrupted; what was read by then is shown')
    complain(run, reading)
    if (reading.sources.length === 0) return EXIT.couldNotWork
    if (sums !== null)
      around.err.write(`rungs: ${describeChecksums(sums) ?? 'all checksums hold'}\n`)
    if (failure !== null) {
      around.err.write(`rungs: ${printable(failure)}\n`)
      return EXIT.couldNotWork
    }
    return fault && request.strict ? EXIT.fault : EXIT.held
  } finally {
    progress.end()
  }
}
