/** A reading from the first file to the last: progress, the filter, the wish to stop, and what is said of damage afterwards. */
import { printable } from '../../base/printable.ts'
import type { Tally } from '../../capture/packet.ts'
import {
  type CaptureReading,
  type CaptureSource,
  readCaptures,
  type TakePackets,
} from '../../host/capture-file.ts'
import type { Surroundings } from '../surroundings.ts'
import type { PacketFilter } from './packet-filter.ts'
import type { ReadProgress } from './read-progress.ts'

/** What is read, and who waits for it. */
export type Passage = {
  readonly files: readonly string[]
  readonly around: Surroundings
  readonly progress: ReadProgress
  /** The captures in the order in which they gave their first packets. */
  readonly sources: Set<CaptureSource>
  /** Only what it selects is handed on; null for everything. */
  readonly filter: PacketFilter | null
}

/** Resolves when the user wants to stop: a pipe may be silent for ever. */
const stopped = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(null)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })

/** Reads all files; `tally` may count the packets (see `readCaptures`). Null where it was interrupted before they were at their end. */
export async function readThrough(
  passage: Passage,
  take: TakePackets,
  tally: Tally | null = null,
): Promise<CaptureReading | null> {
  const { files, around, progress, sources, filter } = passage
  let packets = 0
  filter?.begin()
  const reading = readCaptures(
    files,
    (batch, from, to, source) => {
      if (around.signal.aborted) return false
      sources.add(source)
      packets += to - from
      progress.tell(source, packets + (tally?.packets ?? 0))
      const last = filter === null ? to : filter.keep(batch, from, to, source)
      if (last === from && tally === null) return true
      const more = take(batch, from, last, source)
      // Whoever reads the answer may be slower than this, and what it has not taken yet stays in memory.
      const drained = around.out.drained?.() ?? null
      return drained === null ? more : drained.then(async () => (await more) !== false)
    },
    undefined,
    tally,
  )
  const read = await Promise.race([reading, stopped(around.signal)])
  return around.signal.aborted ? null : read
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
export function complain(around: Surroundings, { sources, failures }: CaptureReading): void {
  const lines = [
    ...failures.map(({ path, reason }) => `${path === '-' ? 'stdin' : path}: ${reason}`),
    ...sources.flatMap(damageLines),
  ]
  for (const line of lines) around.err.write(`rungs: ${printable(line)}\n`)
}
