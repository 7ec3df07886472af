import { expect, test } from 'vitest'
import { isWanted } from '../../../src/cli/reading/selection.ts'
import { Connection } from '../../../src/flow/connection.ts'

test('a connection is wanted by its number and by its story, and without either always', () => {
  const connection = new Connection()
  connection.id = 3
  const wanted = (flow: number | null, stories: ReadonlySet<'reset' | 'closed'> | null) =>
    isWanted(connection, 'reset', { flow, stories })
  expect(wanted(null, null)).toBe(true)
  expect(wanted(3, null)).toBe(true)
  expect(wanted(4, null)).toBe(false)
  expect(wanted(null, new Set(['reset']))).toBe(true)
  expect(wanted(3, new Set(['closed']))).toBe(false)
})
