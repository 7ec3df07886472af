/** `rungs demo`: the tour in a private world of its own; nothing of the machine is touched. */
import { run } from './run.ts'
import type { LabSurroundings } from './surroundings.ts'
import { INSIDE, inNewWorld, requireWorlds } from './world.ts'

/** Far longer than the tour takes. */
const TOUR_TIMEOUT_MS = 300_000

/** Runs the tour; 0 where all that it broke was mended by what rungs printed. */
export async function demo(around: LabSurroundings): Promise<number> {
  await requireWorlds(around.isRoot)
  const { code } = await run(inNewWorld(around.isRoot, [...around.program, 'lab', 'tour']), {
    shown: true,
    timeoutMs: TOUR_TIMEOUT_MS,
    environment: { ...around.environment, [INSIDE]: '1' },
    signal: around.signal,
  })
  around.signal.throwIfAborted()
  return code ?? 2
}
