import { expect, test } from 'vitest'
import { portal } from '../../../src/diagnose/rung/portal.ts'
import { diagnose } from '../scene.ts'
import { ask, only, told } from './ask.ts'

const LOGIN = 'HTTP/1.1 302 Found\r\nLocation: http://10.77.1.1:8080/login\r\n\r\n'
const captive = { exchange: { '10.77.2.2': LOGIN, '192.0.0.8': LOGIN } }

test('a portal that answers in place of the server is proven, though its page is well', async () => {
  const ruling = await ask(portal, { probes: captive })
  expect(only(ruling)).toMatchObject({
    cause: 'portal.captive',
    side: 'path',
    weight: 'proven',
    blocks: true,
  })
  expect(only(ruling).because).toContain('the login is at http://10.77.1.1:8080/login')
  const { verdict } = await diagnose({
    target: 'http://10.77.2.2',
    client: told('client'),
    probes: captive,
  })
  expect(verdict).toMatchObject({ state: 'unreachable', cause: 'portal.captive' })
})

test('a network without one passes, and other services are not asked', async () => {
  expect(await ask(portal)).toMatchObject({ status: 'pass' })
  expect(await ask(portal, { target: 'ssh://10.77.2.2' })).toMatchObject({ status: 'skip' })
})
