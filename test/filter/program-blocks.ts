/** A program without loops back into the graph that it was laid out from: the way to give libpcap's own code to our optimiser. */
import type { Block, Step } from '../../src/filter/block.ts'
import { JA, JMP, type Program, RET } from '../../src/filter/instruction.ts'

/** The block that begins at an instruction, and all that it leads to. The program must end on every way. */
export function blocksOf(program: Program): Block {
  const blocks = new Map<number, Block>()
  // Jumps lead forwards: what lies behind is known.
  const blockAt = (start: number): Block => {
    const known = blocks.get(start)
    if (known !== undefined) return known
    const steps: Step[] = []
    let at = start
    for (;;) {
      const instruction = program[at]
      if (instruction === undefined) throw new Error(`no instruction ${at}`)
      const { code, k, jt, jf } = instruction
      at++
      if (code === (JMP | JA)) {
        // A long jump: nothing stands before it.
        return blockAt(at + k)
      }
      if ((code & 0x07) === RET) {
        const end = { wantedBytes: k }
        blocks.set(start, end)
        return end
      } else if ((code & 0x07) === JMP) {
        const block = { steps, code, k, yes: blockAt(at + jt), no: blockAt(at + jf) }
        blocks.set(start, block)
        return block
      } else {
        steps.push({ code, k })
      }
    }
  }
  for (let at = program.length - 1; at > 0; at--) {
    const before = program[at - 1]
    if (before !== undefined && ((before.code & 0x07) === JMP || (before.code & 0x07) === RET))
      blockAt(at)
  }
  return blockAt(0)
}
