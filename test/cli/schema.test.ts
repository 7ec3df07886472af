import { expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { surroundings } from './surroundings.ts'

test.for(['diagnosis', 'catalogue', 'firewall'])(
  'the schema of %s is a document of its own',
  async (name) => {
    const around = surroundings()
    expect(await run(['schema', name], around)).toBe(0)
    const read = JSON.parse(around.written.out)
    expect(read.$schema).toBe('https://json-schema.org/draft/2020-12/schema')
    expect(read.title).toBe(`rungs.${name}/1`)
  },
)

test.for([
  [
    [],
    'rungs: the schema of what?; rungs schema takes diagnosis, catalogue, firewall, connection, packet, statistics, trace, trace-comparison\n',
  ],
  [
    ['x'],
    'rungs: there is no schema of x; rungs schema takes diagnosis, catalogue, firewall, connection, packet, statistics, trace, trace-comparison\n',
  ],
] as const)('%j is refused with what to do', async ([words, err]) => {
  const around = surroundings()
  expect(await run(['schema', ...words], around)).toBe(2)
  expect(around.written.err).toBe(err)
})
