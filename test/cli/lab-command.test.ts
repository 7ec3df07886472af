import { expect, test } from 'vitest'
import { type Command, UsageError } from '../../src/cli/command.ts'
import { labCommand } from '../../src/cli/lab-command.ts'
import { LabError } from '../../src/lab/surroundings.ts'
import { surroundings } from './surroundings.ts'

const throwing = (error: Error): Command => ({
  name: 'x',
  operands: '',
  mostOperands: 0,
  help: '',
  examples: [],
  flags: [],
  notes: [],
  run: () => Promise.reject(error),
})

const run = (error: Error) =>
  labCommand(throwing(error)).run({ flags: {}, operands: [] }, surroundings())

test('what the lab could not do is told as a mistake that can be mended', async () => {
  await expect(run(new LabError('unshare is missing'))).rejects.toThrow(
    new UsageError('unshare is missing'),
  )
})

test('any other failure stays what it is', async () => {
  await expect(run(new TypeError('x'))).rejects.toThrow(TypeError)
})
