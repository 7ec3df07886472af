/** Does what a read request asks for: reads the captures, follows their connections, and prints one form of the answer. */
import { printable } from '../base/printable.ts'
import { FilterError } from '../filter/filter-error.ts'
import { tellStory } from '../flow/story.ts'
import { storyName } from '../flow/story-name.ts'
import type { CaptureReading } from '../host/capture-file.ts'
import { keepHeapSmall } from '../host/heap.ts'
import { ChecksumCounts, describeChecksums, Statistics } from '../report/read/statistics.ts'
import { EXIT, Interrupted } from './command.ts'
import { filterComplaint } from './filter-complaint.ts'
import type { ReadRequest } from './read.ts'
import { openForm } from './reading/open-form.ts'
import { openLoop } from './reading/open-loop.ts'
import { Output } from './reading/output.ts'
import { openFilter } from './reading/packet-filter.ts'
import type { LoopParts } from './reading/packet-loop.ts'
import { ReadProgress } from './reading/read-progress.ts'
import { Scene } from './reading/scene.ts'
import { isWanted, readsTwice } from './reading/selection.ts'
import { complain, type Passage, readThrough } from './reading/through.ts'
import type { Surroundings } from './surroundings.ts'
import { pageFor } from './terminal.ts'

/** What the first of two readings found: the connections that were asked for. */
type Chosen = {
  readonly ids: ReadonlySet<number>
  /** Their stories, by the frames that they begin with. */
  readonly comments: ReadonlyMap<number, string>
}

/** One command at work. */
type Run = Passage & { readonly request: ReadRequest; readonly scene: Scene }

/** The first of two readings. */
async function choose(run: Run): Promise<Chosen> {
  const { request } = run
  const ids = new Set<number>()
  const comments = new Map<number, string>()
  const loop = openLoop({
    most: request.first,
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

async function answer(run: Run, chosen: Chosen | null): Promise<Outcome> {
  const { request, scene } = run
  const { form, detail, json, flow, stories, strict, checksums } = request
  const all = flow === null && stories === null
  const needsConnections = !all || strict || checksums
  if (form === 'packets' && !detail && !json && !needsConnections) return await printLines(run)
  const statistics = new Statistics()
  if (request.checksums) statistics.checksums = new ChecksumCounts()
  const opened = await openForm(scene, statistics, chosen?.comments ?? new Map())
  scene.sources.clear()
  let fault = false
  const loop = openLoop({
    most: request.first,
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

/** Performs the reading and prints the answer; resolves to the exit code. */
export async function performRead(request: ReadRequest, around: Surroundings): Promise<number> {
  keepHeapSmall()
  const progress = new ReadProgress(around.err, () => performance.now())
  const output = new Output(around.out, () => progress.end())
  const scene = new Scene(request, pageFor(around, request), output)
  try {
    const filter = request.filter === null ? null : await openFilter(request.filter)
    const { files } = request
    const run: Run = { request, scene, files, around, progress, sources: scene.sources, filter }
    const chosen = readsTwice(request) ? await choose(run) : null
    const { reading, fault, failure, checksums: sums } = await answer(run, chosen)
    output.flush()
    progress.end()
    if (reading === null) throw new Interrupted('interrupted; what was read by then is shown')
    complain(around, reading)
    if (reading.sources.length === 0) return EXIT.couldNotWork
    if (sums !== null)
      around.err.write(`rungs: ${describeChecksums(sums) ?? 'all checksums hold'}\n`)
    if (failure !== null) {
      around.err.write(`rungs: ${printable(failure)}\n`)
      return EXIT.couldNotWork
    }
    return fault && request.strict ? EXIT.fault : EXIT.held
  } catch (error) {
    if (!(error instanceof FilterError) || request.filter === null) throw error
    progress.end()
    around.err.write(filterComplaint(error, request.filter))
    return EXIT.couldNotWork
  } finally {
    progress.end()
  }
}
