/** The values within a node: what each step makes, and the steps that become simpler because a value is known. */
import { calculate } from './arithmetic.ts'
import type { Step } from './block.ts'
import { FilterError } from './filter-error.ts'
import * as bpf from './instruction.ts'
import { A_REGISTER, MEMORY_REGISTER, REMOVED, X_REGISTER } from './optimise-graph.ts'
import type { ValueTable } from './optimise-value.ts'

const OPERATION = 0xf0

/** Where a place in the expression is not known; who compiles puts it in. */
const refuse = (message: string): FilterError => new FilterError(message, 0, 0)

/** Follows the values through the steps of one node; with `alter`, simplifies them. */
export class StepValues {
  /** Whether something was made simpler, so that another pass may find more. */
  improved = false
  private readonly table: ValueTable
  private readonly alter: boolean

  constructor(table: ValueTable, alter: boolean) {
    this.table = table
    this.alter = alter
  }

  /** A step that writes what the register holds already is removed. */
  private write(step: Step, values: number[], register: number, value: number): void {
    if (this.alter && value !== 0 && values[register] === value) step.code = REMOVED
    else values[register] = value
  }

  step(step: Step, values: number[]): void {
    const { code, k } = step
    if (code === REMOVED) return
    switch (code & 0x07) {
      case bpf.LD:
        this.load(step, values)
        break
      case bpf.LDX:
        this.loadIndex(step, values)
        break
      case bpf.ST:
        this.write(step, values, k + MEMORY_REGISTER, values[A_REGISTER] as number)
        break
      case bpf.STX:
        this.write(step, values, k + MEMORY_REGISTER, values[X_REGISTER] as number)
        break
      case bpf.ALU:
        this.compute(step, values)
        break
      case bpf.MISC:
        if ((code & 0xf8) === bpf.TXA)
          this.write(step, values, A_REGISTER, values[X_REGISTER] as number)
        else this.write(step, values, X_REGISTER, values[A_REGISTER] as number)
        break
    }
  }

  private load(step: Step, values: number[]): void {
    const { table } = this
    const mode = step.code & 0xe0
    let value = 0
    if (mode === bpf.IMM) value = table.constant(step.k)
    else if (mode === bpf.LEN) value = table.number(step.code, 0, 0)
    else if (mode === bpf.ABS) value = table.number(step.code, step.k, 0)
    else if (mode === bpf.MEM) value = this.known(step, values, bpf.LD | bpf.IMM)
    else {
      value = values[X_REGISTER] as number
      const index = this.alter ? table.constantOf(value) : null
      if (index !== null) {
        step.code = bpf.LD | bpf.ABS | (step.code & 0x18)
        step.k = (step.k + index) >>> 0
        this.improved = true
        value = 0
      }
      value = table.number(step.code, step.k, value)
    }
    this.write(step, values, A_REGISTER, value)
  }

  private loadIndex(step: Step, values: number[]): void {
    const { table } = this
    const mode = step.code & 0xe0
    let value = 0
    if (mode === bpf.IMM) value = table.constant(step.k)
    else if (mode === bpf.MEM) value = this.known(step, values, bpf.LDX | bpf.IMM)
    else value = table.number(step.code, step.k, 0)
    this.write(step, values, X_REGISTER, value)
  }

  /** The value of a word of memory; one that is a constant is loaded as that. */
  private known(step: Step, values: number[], immediate: number): number {
    const value = values[step.k + MEMORY_REGISTER] as number
    const constant = this.alter ? this.table.constantOf(value) : null
    if (constant !== null) {
      step.code = immediate
      step.k = constant
      this.improved = true
    }
    return value
  }

  private compute(step: Step, values: number[]): void {
    const a = values[A_REGISTER] as number
    if ((step.code & OPERATION) === bpf.NEG) {
      const constant = this.alter ? this.table.constantOf(a) : null
      if (constant === null) values[A_REGISTER] = this.table.number(step.code, a, 0)
      else this.becomeConstant(step, values, -constant >>> 0)
    } else if ((step.code & bpf.X) === 0) {
      this.computeWithConstant(step, values)
    } else {
      this.computeWithIndex(step, values)
    }
  }

  private becomeConstant(step: Step, values: number[], k: number): void {
    step.code = bpf.LD | bpf.IMM
    step.k = k
    values[A_REGISTER] = this.table.constant(k)
  }

  private fold(step: Step, values: number[], a: number, b: number): void {
    const operation = step.code & OPERATION
    const result = calculate(operation, a, b)
    if (result === null)
      throw refuse(operation === bpf.DIV ? 'division by zero' : 'modulus by zero')
    this.becomeConstant(step, values, result)
    this.improved = true
  }

  private computeWithConstant(step: Step, values: number[]): void {
    const { table } = this
    const { code, k } = step
    const operation = code & OPERATION
    const a = values[A_REGISTER] as number
    if (this.alter && k === 0) {
      if (operation === bpf.DIV || operation === bpf.MOD) this.fold(step, values, 0, 0)
      if (operation === bpf.MUL || operation === bpf.AND) {
        this.becomeConstant(step, values, 0)
        return
      }
      // “sub #0” is kept: a jump may be made of it (optimise-peephole.ts).
      if (operation !== bpf.SUB) {
        step.code = REMOVED
        return
      }
    }
    const constant = this.alter ? table.constantOf(a) : null
    if (constant !== null) this.fold(step, values, constant, k)
    else values[A_REGISTER] = table.number(code, a, table.constant(k))
  }

  private computeWithIndex(step: Step, values: number[]): void {
    const { table } = this
    const operation = step.code & OPERATION
    const a = values[A_REGISTER] as number
    const x = values[X_REGISTER] as number
    const [left, right] = this.alter ? [table.constantOf(a), table.constantOf(x)] : [null, null]
    if (left !== null && right !== null) {
      this.fold(step, values, left, right)
      return
    }
    if (right !== null) {
      if ((operation === bpf.LSH || operation === bpf.RSH) && right > 31)
        throw refuse('shift by more than 31 bits')
      step.code = bpf.ALU | bpf.K | operation
      step.k = right
      this.improved = true
      values[A_REGISTER] = table.number(step.code, a, table.constant(right))
      return
    }
    if (left === 0) {
      if (operation === bpf.ADD || operation === bpf.OR || operation === bpf.XOR) {
        step.code = bpf.MISC | bpf.TXA
        this.write(step, values, A_REGISTER, x)
        return
      }
      if (operation !== bpf.SUB) {
        step.code = bpf.LD | bpf.IMM
        step.k = 0
        this.write(step, values, A_REGISTER, table.constant(0))
        return
      }
    }
    values[A_REGISTER] = table.number(step.code, a, x)
  }
}
