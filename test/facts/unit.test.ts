import { expect, test } from 'vitest'
import { bareUnit, missingUnit } from '../../src/facts/unit.ts'

test('a unit of which little is known says so in every other field', () => {
  expect(bareUnit('nginx', ['loaded', 'active', 'running'])).toEqual({
    name: 'nginx',
    loadState: 'loaded',
    activeState: 'active',
    subState: 'running',
    result: null,
    mainPid: null,
    exitStatus: null,
    restarts: null,
    enabled: null,
    since: null,
    journal: [],
  })
})

test('a unit that does not exist is not found, and not active', () => {
  expect(missingUnit('nope.service')).toMatchObject({
    loadState: 'not-found',
    activeState: 'inactive',
  })
})
