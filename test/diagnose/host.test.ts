import { expect, test } from 'vitest'
import { CONTAINER, MACHINE, NAMESPACE } from '../../src/diagnose/host.ts'
import { service } from '../../src/diagnose/rung/address.ts'
import { driver } from '../../src/diagnose/rung/physical.ts'
import { ask, told } from './rung/ask.ts'

test.each([
  ['a machine', MACHINE, 'own', 'unknown'],
  ['a network namespace', NAMESPACE, 'machine', 'unknown'],
  ['a container', CONTAINER, 'machine', 'skip'],
])('%s answers for its own devices and units only', async (_, limits, devices, units) => {
  const client = { ...told('client') }
  const card = await ask(driver, { client, limits })
  expect(card.summary.includes('machine around')).toBe(devices === 'machine')
  expect(await ask(service, { client, limits })).toMatchObject({ status: units })
})
