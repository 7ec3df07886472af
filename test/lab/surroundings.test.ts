import { expect, test } from 'vitest'
import { LabError } from '../../src/lab/surroundings.ts'

test('an error of the lab is told apart by its name', () => {
  const error = new LabError('no namespaces here')
  expect(error).toBeInstanceOf(Error)
  expect(`${error}`).toBe('LabError: no namespaces here')
})
