/**
 * A graph of blocks → a program. The order is libpcap's (convert_code_r): the end of the filter comes last, a block stands
 * right before the one that it leads to on “yes” wherever that was not placed before. A conditional jump reaches 255
 * instructions; what is farther away is reached through an unconditional one behind it.
 */
import { type Block, type Branch, isEnd, type Step } from './block.ts'
import { type Instruction, JA, JMP, K, type Program, RET } from './instruction.ts'

/** The most instructions that a conditional jump can skip. */
const FARTHEST = 255

/** Blocks from the last to the first: what a block leads to on “no” before what it leads to on “yes”, and both before itself. */
function fromTheEnd(root: Block): Block[] {
  const order: Block[] = []
  const entered = new Set<Block>()
  const left = new Set<Block>()
  const stack: Block[] = [root]
  for (let block = stack.at(-1); block !== undefined; block = stack.at(-1)) {
    if (!entered.has(block)) {
      entered.add(block)
      if (!isEnd(block)) stack.push(block.yes, block.no)
      continue
    }
    stack.pop()
    if (left.has(block)) continue
    left.add(block)
    order.push(block)
  }
  return order
}

const instruction = (code: number, k: number, jt = 0, jf = 0): Instruction => ({ code, jt, jf, k })

/** The steps in a row; a jump among them skips what lies between it and the step that it names. */
function layOutSteps(steps: readonly Step[]): Instruction[] {
  const distance = (from: number, to: Step): number => steps.indexOf(to) - from - 1
  return steps.map((step, at) =>
    step.yes !== undefined && step.no !== undefined
      ? instruction(step.code, step.k, distance(at, step.yes), distance(at, step.no))
      : instruction(step.code, step.k),
  )
}

/** `toYes` and `toNo` are how many instructions lie between the end of this block and where it leads to. */
function layOutBranch(branch: Branch, toYes: number, toNo: number): Instruction[] {
  // One long jump makes the other way longer.
  let isFarYes = toYes > FARTHEST
  const isFarNo = toNo + (isFarYes ? 1 : 0) > FARTHEST
  if (isFarNo) isFarYes = toYes + 1 > FARTHEST
  const added = (isFarYes ? 1 : 0) + (isFarNo ? 1 : 0)
  const long: Instruction[] = []
  if (isFarYes) long.push(instruction(JMP | JA | K, toYes + added - 1))
  if (isFarNo) long.push(instruction(JMP | JA | K, toNo))
  const jt = isFarYes ? 0 : toYes + added
  const jf = isFarNo ? added - 1 : toNo + added
  return [...layOutSteps(branch.steps), instruction(branch.code, branch.k, jt, jf), ...long]
}

/** Writes the blocks that `root` leads to as one program that begins with it. */
export function layOut(root: Block): Program {
  const pieces: Instruction[][] = []
  /** How many instructions there are from the beginning of a block to the end of the program. */
  const toEnd = new Map<Block, number>()
  let length = 0
  const between = (block: Block): number => length - (toEnd.get(block) ?? 0)
  for (const block of fromTheEnd(root)) {
    const piece = isEnd(block)
      ? [instruction(RET | K, block.wantedBytes)]
      : layOutBranch(block, between(block.yes), between(block.no))
    pieces.push(piece)
    length += piece.length
    toEnd.set(block, length)
  }
  return pieces.reverse().flat()
}
