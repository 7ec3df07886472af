/**
 * `rungs read --count` of all packets, or of those that a filter selects: no header is looked at but by the filter, so that it
 * takes little longer than reading the files. Nothing is loaded here that this does not need.
 */
import { Tally } from '../capture/packet.ts'
import { FilterError } from '../filter/filter-error.ts'
import type { TakePackets } from '../host/capture-file.ts'
import { keepHeapSmall } from '../host/heap.ts'
import { EXIT } from './command.ts'
import { filterComplaint } from './filter-complaint.ts'
import type { ReadRequest } from './read.ts'
import { formatCount } from './reading/form-count.ts'
import { openFilter, type PacketFilter } from './reading/packet-filter.ts'
import { ReadProgress } from './reading/read-progress.ts'
import { complain, readThrough } from './reading/through.ts'
import type { Surroundings } from './surroundings.ts'

async function count(
  { files, first, json }: ReadRequest,
  filter: PacketFilter | null,
  progress: ReadProgress,
  around: Surroundings,
): Promise<number> {
  const most = first ?? Number.POSITIVE_INFINITY
  let packets = 0
  filter?.begin()
  const passage = { files, around, progress, sources: new Set<never>(), filter: null }
  const tally = new Tally(filter === null ? null : (of) => filter.predicateFor(of))
  const take: TakePackets = (batch, from, to, source) => {
    packets += filter === null ? to - from : filter.count(batch, from, to, source)
    return packets + tally.chosen < most
  }
  const reading = await readThrough(passage, take, tally)
  packets += tally.chosen
  progress.end()
  if (reading === null || reading.sources.length > 0)
    around.out.write(formatCount(Math.min(packets, most), json))
  if (reading === null) {
    // Thrown, it would not be known to who catches it: this file is bundled by itself.
    around.err.write('rungs: interrupted; what was read by then is shown\n')
    return EXIT.interrupted
  }
  complain(around, reading)
  return reading.sources.length === 0 ? EXIT.couldNotWork : EXIT.held
}

/** Counts and prints the answer; resolves to the exit code. */
export async function performCount(request: ReadRequest, around: Surroundings): Promise<number> {
  keepHeapSmall()
  const progress = new ReadProgress(around.err, Date.now)
  try {
    const filter = request.filter === null ? null : await openFilter(request.filter)
    return await count(request, filter, progress, around)
  } catch (error) {
    if (!(error instanceof FilterError) || request.filter === null) throw error
    progress.end()
    around.err.write(filterComplaint(error, request.filter))
    return EXIT.couldNotWork
  } finally {
    progress.end()
  }
}
