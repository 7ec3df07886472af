import { expect, test } from 'vitest'
import { Output } from '../../../src/cli/reading/output.ts'

test('small pieces are written together, and what comes first is told before', () => {
  const calls: string[] = []
  const output = new Output(
    { write: (text) => calls.push(text), isTerminal: false, columns: null },
    () => calls.push('first'),
  )
  output.flush()
  expect(calls).toEqual([])
  output.write('a')
  output.write('b')
  expect(calls).toEqual([])
  output.write('c'.repeat(70_000))
  output.write('d')
  output.flush()
  expect(calls).toEqual(['first', `ab${'c'.repeat(70_000)}`, 'd'])
})
