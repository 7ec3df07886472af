import { expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'

const stop = { stopped: true, layer: 'dns', at: 12, need: 4, have: 1 } as const

test('a stop is told from what was decoded', () => {
  expect(isStopped(stop)).toBe(true)
  expect(isStopped({ port: 53 })).toBe(false)
})

test('it says where it stopped and what was missing', () => {
  expect(explainStopped(stop)).toBe('dns at 12: needs 4 bytes, has 1')
})
