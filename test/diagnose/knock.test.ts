import { expect, test } from 'vitest'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { connectFrom } from '../../src/diagnose/knock.ts'
import { type Outputs, scriptedHost } from './scene.ts'

const knock = (outputs: Outputs, address = '10.0.0.7') =>
  connectFrom(inquire(scriptedHost({ outputs })), address, 80)

test('the first program that is there tells', async () => {
  const bash = 'timeout 1 bash -c exec 3<>/dev/tcp/10.0.0.7/80'
  const curl = 'curl -s -o /dev/null -m 1 telnet://10.0.0.7:80'
  expect(await knock({ 'nc -z -w 1 10.0.0.7 80': '' })).toMatchObject({ connected: true })
  expect(await knock({ [bash]: { code: 1 } })).toMatchObject({ connected: false })
  expect(await knock({ [curl]: { code: 28 } })).toMatchObject({ connected: true })
  expect(await knock({ [curl]: { code: 7 } })).toMatchObject({ connected: false })
})

test('an IPv6 address has its brackets where a URL wants them', async () => {
  const curl = 'curl -s -o /dev/null -m 1 telnet://[2001:db8::7]:80'
  expect(await knock({ [curl]: { code: 0 } }, '2001:db8::7')).toMatchObject({ connected: true })
})

test('without any of them nothing is known', async () => {
  expect(await knock({})).toBeNull()
})
