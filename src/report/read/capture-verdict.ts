/** What a capture comes to as a whole: the verdict in its frame, which connections say so, what else it may be. */
import type { CaptureVerdict } from '../../diagnose/capture-verdict.ts'
import { hang, type Line } from '../line.ts'
import { eachText, type Page, readableColumns, showOn } from '../page.ts'
import { HEADING_COLUMNS, section } from '../section.ts'
import { candidateLines, mending, verdictFrame } from '../verdict.ts'

const MOST_COLUMNS = 100

/** `connections 2, 3 and 4`, and the frames of the first of them. */
function whichLines({ ids, agreeing, proof }: CaptureVerdict, columns: number): Line[] {
  if (ids.length === 0) return []
  const more = agreeing > ids.length ? ` and ${agreeing - ids.length} more` : ''
  const frames =
    proof.length === 0 ? '' : `; ${proof.length === 1 ? 'frame' : 'frames'} ${proof.join(', ')}`
  return hang([], `connection ${ids.join(', ')}${more}${frames}`, columns)
}

/** The verdict; nothing but one line where nothing is wrong. */
export function captureVerdictLines(given: CaptureVerdict, page: Page): Line[] {
  const verdict = eachText(given, (text) => showOn(page, text))
  const columns = readableColumns(page, MOST_COLUMNS)
  const width = columns - HEADING_COLUMNS
  const { cause, side, candidates, excluded, behind } = verdict
  const others = candidates.filter((one) => one.cause !== cause || one.side !== side)
  const own = candidates.filter((one) => one.cause === cause && one.side === side)
  const asked = verdict.confidence === 'proven' ? [] : own
  return [
    ...verdictFrame(verdict, columns, page),
    ...section('seen in', whichLines(verdict, width)),
    ...section(
      'it is',
      asked.flatMap((one) => candidateLines(one, width)),
    ),
    ...section(
      'or',
      others.flatMap((one) => candidateLines(one, width)),
    ),
    ...section(
      'not',
      excluded.flatMap((one) => hang([], `${one.cause}: ${one.because}`, width, 'dim')),
    ),
    ...section(
      'beside',
      behind.flatMap((one) => hang([], `${one.cause} (${one.side}): ${one.because}`, width)),
    ),
    ...section('mend', mending(verdict, width)),
  ]
}
