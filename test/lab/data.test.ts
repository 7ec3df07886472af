import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dataNames, labDirectory, readData } from '../../src/lab/data.ts'

test('the directory of the lab is found, with everything in it', () => {
  for (const name of ['topologies', 'faults', 'oddities', 'tls/ca.pem'])
    expect(existsSync(join(labDirectory(), name)), name).toBe(true)
})

test('names come in alphabetical order and without their ending', () => {
  expect(dataNames('topologies')).toEqual(['standard'])
  const names = dataNames('faults')
  expect(names).toEqual(names.toSorted())
})

test('a name that there is not is told, with those that there are', () => {
  expect(() => readData('topologies', 'ring')).toThrow(/no ring; it has standard/)
  expect(() => readData('topologies', '../faults/server-frozen')).toThrow(/it has standard/)
})
