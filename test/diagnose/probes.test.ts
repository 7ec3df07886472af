import { expect, test } from 'vitest'
import { isAnswered } from '../../src/diagnose/probes.ts'
import { scriptedProbes } from './scripted-probes.ts'

test.for([
  ['connected', true],
  ['ECONNREFUSED', true],
  ['timeout', false],
  ['EHOSTUNREACH', false],
] as const)('who ends an attempt with %s has answered: %s', async ([how, answered]) => {
  const connect = how === 'connected' ? {} : { '10.77.2.2': how }
  const to = { address: '10.77.2.2', family: 4, port: 80 } as const
  expect(isAnswered(await scriptedProbes({ connect }).connect(to, 1))).toBe(answered)
})
