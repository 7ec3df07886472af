import { expect, test } from 'vitest'
import { parseInvocation } from '../../../src/cli/command.ts'
import { read, readReadRequest } from '../../../src/cli/read.ts'
import { openForm } from '../../../src/cli/reading/open-form.ts'
import { Output } from '../../../src/cli/reading/output.ts'
import { Scene } from '../../../src/cli/reading/scene.ts'
import { Statistics } from '../../../src/report/read/statistics.ts'
import { pageOf } from '../../report/read/pages.ts'

/** Which of packets and connections a form wants to see. */
async function wanted(...words: string[]): Promise<[packets: boolean, connections: boolean]> {
  const request = readReadRequest(parseInvocation(read, ['a', ...words]))
  const output = new Output({ write: () => {}, isTerminal: false, columns: null }, () => {})
  const form = await openForm(new Scene(request, pageOf(80), output), new Statistics(), new Map())
  return [form.after !== null, form.ended !== null]
}

test.for([
  [[], [false, true]],
  [['--json'], [false, true]],
  [['--zeek'], [false, true]],
  [['--stats'], [false, true]],
  [['--packets'], [true, false]],
  [
    ['--packets', '--json'],
    [true, false],
  ],
  [['--detail'], [true, false]],
] as const)('%j sees what it tells of, and no more', async ([words, sees]) => {
  expect(await wanted(...words)).toEqual(sees)
})
