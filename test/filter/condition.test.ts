import { expect, test } from 'vitest'
import { isEnd } from '../../src/filter/block.ts'
import {
  and,
  andMaybe,
  type Condition,
  equal,
  firstTest,
  link,
  not,
  or,
  step,
} from '../../src/filter/condition.ts'

const YES = { wantedBytes: 1 }
const NO = { wantedBytes: 0 }

/** Runs the graph, each test `k` being true if `values` has it. */
function decide(condition: Condition, values: ReadonlySet<number>): number {
  let block = link(condition, YES, NO)
  while (!isEnd(block)) block = values.has(block.k) ? block.yes : block.no
  return block.wantedBytes
}

const is = (k: number): Condition => equal([], k)

test('joints lead to what their truth tables say', () => {
  const condition = or(and(is(1), not(is(2))), not(or(is(3), is(1))))
  for (let bits = 0; bits < 8; bits++) {
    const values = new Set([1, 2, 3].filter((each) => (bits & (1 << (each - 1))) !== 0))
    const [one, two, three] = [1, 2, 3].map((each) => values.has(each))
    const holds = (one && !two) || !(three || one)
    expect(decide(condition, values)).toBe(holds ? 1 : 0)
  }
})

test('the first test is the leftmost one', () => {
  const first = equal([step(1, -1)], 7)
  expect(firstTest(and(not(or(first, is(1))), is(2)))).toBe(first)
  expect(first.steps[0]?.k).toBe(0xffff_ffff)
  expect(andMaybe(null, first)).toBe(first)
})

test('a chain of ten thousand needs no stack', () => {
  let condition = is(0)
  for (let k = 1; k < 10_000; k++) condition = or(condition, is(k))
  expect(decide(condition, new Set([9999]))).toBe(1)
  expect(decide(condition, new Set())).toBe(0)
})
