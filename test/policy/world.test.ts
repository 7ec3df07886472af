import { describe, expect, test } from 'vitest'
import { after, merge, type Step, stepsOf } from '../../src/policy/world.ts'
import { start } from './world.ts'

const step: Step = {
  hook: 'input',
  did: 'matched',
  place: null,
  says: 'accepts it',
  into: null,
  counts: true,
}
const doubt = { place: null, because: 'nobody tells' }

describe('worlds', () => {
  test('that nothing can tell apart become one, with all that is doubted of it', () => {
    const one = { ...start, main: false, doubts: [doubt] }
    const other = after({ ...start, doubts: [{ ...doubt }] }, step)
    const [merged, ...more] = merge([one, other])
    expect(more).toEqual([])
    expect(merged).toMatchObject({ main: true })
    expect(merged?.doubts).toHaveLength(2)
    expect(stepsOf(merged ?? start)).toHaveLength(1)
  })

  test('that a later rule can tell apart stay two', () => {
    expect(merge([start, { ...start, mark: 1 }])).toHaveLength(2)
    expect(merge([start, { ...start, packet: { ...start.packet, source: '' } }])).toHaveLength(2)
  })
})

describe('steps', () => {
  test('come in their order', () => {
    const two = after(after(start, step), { ...step, says: 'drops it' })
    expect(stepsOf(two).map(({ says }) => says)).toEqual(['accepts it', 'drops it'])
  })

  test('in a world that is doubted do not surely count', () => {
    const world = { ...start, doubts: [doubt] }
    expect(stepsOf(after(world, step))[0]?.counts).toBeNull()
    expect(stepsOf(after(world, { ...step, counts: false }))[0]?.counts).toBe(false)
  })
})
