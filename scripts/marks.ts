/**
 * How far the marks of TCP segments agree with those of the installed tshark, kind by kind, over all
 * captures that are named: `npm run marks -- FILE…`. Frames that differ are named, so that each class
 * of difference can be looked at.
 */
import {
  type Agreement,
  compareMarks,
  KINDS,
  marksByFlows,
  marksByTshark,
} from '../test/flow/mark-oracle.ts'

/** Differing frames that are named of one kind in one file. */
const MOST_NAMED = 5

const sums = new Map(KINDS.map((kind) => [kind, { both: 0, ours: 0, theirs: 0 }]))

const name = (frames: readonly number[]): string =>
  frames.slice(0, MOST_NAMED).join(',') + (frames.length > MOST_NAMED ? ',…' : '')

function add(path: string, kind: (typeof KINDS)[number], { both, ours, theirs }: Agreement): void {
  const sum = sums.get(kind)
  if (sum === undefined) return
  sum.both += both
  sum.ours += ours.length
  sum.theirs += theirs.length
  if (ours.length > 0) console.log(`${path}: ${kind}: ours alone ${name(ours)}`)
  if (theirs.length > 0) console.log(`${path}: ${kind}: tshark alone ${name(theirs)}`)
}

for (const path of process.argv.slice(2)) {
  const agreements = compareMarks(await marksByFlows(path), marksByTshark(path))
  for (const [kind, agreement] of agreements) add(path, kind, agreement)
}
console.log('kind                        both    ours  tshark  agreement')
for (const [kind, { both, ours, theirs }] of sums) {
  const union = both + ours + theirs
  const share = union === 0 ? '-' : `${((100 * both) / union).toFixed(2)} %`
  const numbers = [both, ours, theirs].map((count) => String(count).padStart(8)).join('')
  console.log(`${kind.padEnd(24)}${numbers}  ${share}`)
}
