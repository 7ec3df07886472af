import { expect, test } from 'vitest'
import { otherOwners, owners, parseArping } from '../../src/facts/arping.ts'
import { printed } from '../../src/facts/source.ts'
import { transcripts } from './data.ts'
import { expectSurvival } from './hostile.ts'

const said = transcripts('arping.txt')

test.for([
  ['iputils answered', ['02:00:00:00:00:0b']],
  ['iputils taken', ['02:00:00:00:00:0c']],
  ['iputils silent', []],
  ['habets answered', ['02:00:00:00:00:0b']],
  ['habets silent', []],
  ['habets with -D', null],
] as const)('%s', ([name, macs]) => {
  expect(parseArping(printed(said(name)))).toEqual(macs)
})

test('two owners of an address are two', () => {
  const text = `${said('habets answered')}${said('habets answered').replace(':0b', ':0c')}`
  expect(parseArping(printed(text))).toEqual(['02:00:00:00:00:0b', '02:00:00:00:00:0c'])
})

test('who else has an own address is asked from no address', () => {
  expect(otherOwners('10.0.0.1', 'e0').sources.map(({ argv }) => argv[1])).toEqual(['-D', '-0'])
  expect(owners('10.0.0.2', 'e0').sources[0]?.argv).toEqual([
    ...['arping', '-c', '2', '-w', '1', '-I', 'e0', '10.0.0.2'],
  ])
})

test('no text makes it throw, and none takes it long', () => {
  expectSurvival(parseArping, said('iputils answered'))
  expectSurvival(parseArping, said('habets answered'))
})
