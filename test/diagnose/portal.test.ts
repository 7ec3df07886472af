import { expect, test } from 'vitest'
import { findPortal } from '../../src/diagnose/portal.ts'
import { inFakeTime, type Outputs, witnessOf } from './scene.ts'
import type { Script } from './scripted-probes.ts'

const to = (url: string): string => `HTTP/1.1 302 Found\r\nLocation: ${url}\r\n\r\n`
const LOGIN = to('http://10.77.1.1:8080/login')
const SHUT = { '192.0.0.8': 'timeout', '100::1': 'timeout' }
const client: Outputs = {}
const find = (target: string, probes: Script, told: Outputs = client) =>
  inFakeTime(() => findPortal(witnessOf({ target, client: told, probes })))

const route = (dst: string, gateway?: string): Outputs => ({
  [`ip -j route get ${dst}`]: JSON.stringify([
    { dst, ...(gateway && { gateway }), dev: 'eth0', prefsrc: '10.77.1.2', flags: [] },
  ]),
})

test('an address that nobody has is answered by a portal alone', async () => {
  const exchange = { '10.77.2.2': LOGIN, '192.0.0.8': LOGIN }
  const found = await find('http://10.77.2.2', { exchange })
  expect(found?.nobody?.endpoint.address).toBe('192.0.0.8')
  expect(found?.login).toBe('http://10.77.1.1:8080/login')
})

test('a site that sends to another one is no portal where nobody answers', async () => {
  expect(
    await find('http://10.77.2.2', { exchange: { '10.77.2.2': LOGIN }, connect: SHUT }),
  ).toBeNull()
})

test('TLS that is shut is looked behind, too', async () => {
  const exchange = { '192.0.0.8': LOGIN }
  const connect = { '10.77.2.2': 'ECONNREFUSED' }
  expect(await find('https://10.77.2.2', { exchange, connect })).toMatchObject({
    login: 'http://10.77.1.1:8080/login',
  })
})

test('what does not pass the portal is not answered by it', async () => {
  const exchange = { '192.0.0.8': LOGIN }
  const connect = { '10.77.2.2': 'ECONNREFUSED' }
  const out = route('192.0.0.8', '10.77.1.1')
  const by = (gateway?: string) =>
    find('https://10.77.2.2', { exchange, connect }, { ...out, ...route('10.77.2.2', gateway) })
  expect(await by()).toBeNull()
  expect(await by('10.77.1.9')).toBeNull()
  expect(await by('10.77.1.1')).not.toBeNull()
})

test('a network that wants a login says so by 511, and needs no control', async () => {
  const exchange = { '10.77.2.2': 'HTTP/1.1 511 Network Authentication Required\r\n\r\n' }
  expect(await find('http://10.77.2.2', { exchange, connect: SHUT })).toMatchObject({
    nobody: null,
  })
})

test('where all is well nobody is asked', async () => {
  expect(await find('http://10.77.2.2', { exchange: { '192.0.0.8': LOGIN } })).toBeNull()
  const aside = to('http://10.77.2.2/a')
  const sequence = { '10.77.2.2': aside, '192.0.0.8': LOGIN }
  expect(await find('http://10.77.2.2', { exchange: sequence })).toBeNull()
})
