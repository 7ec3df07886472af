import { expect, test } from 'vitest'
import { keeper } from '../../../src/diagnose/persist/keeper.ts'
import { asked } from './ask.ts'

test('a keeper is asked only of what it keeps', async () => {
  const one = keeper('nothing', ['service'], async ({ name }) => `keeps ${name}`)
  expect(await asked(one, { kind: 'service', name: 'nginx' }, {})).toBe('keeps nginx')
  expect(await asked(one, { kind: 'module', module: 'e1000' }, {})).toBeNull()
})
