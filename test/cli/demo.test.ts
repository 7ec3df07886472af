import { expect, test, vi } from 'vitest'
import { demo } from '../../src/cli/demo.ts'
import { surroundings } from './surroundings.ts'

vi.mock('../../src/lab/demo.ts', () => ({ demo: async () => 7 }))

test('the exit code is that of the tour', async () => {
  expect(await demo.run({ flags: {}, operands: [] }, surroundings())).toBe(7)
})
