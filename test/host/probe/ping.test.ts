import { expect, test } from 'vitest'
import { pingArguments, probePing } from '../../../src/host/probe/ping.ts'

test.each([
  ['192.0.2.7', { timeoutMs: 900 }, 'ping -n -c 1 -W 1 192.0.2.7'],
  ['2001:db8::7', { timeoutMs: 2000 }, 'ping -6 -n -c 1 -W 2 2001:db8::7'],
  [
    '192.0.2.7',
    { timeoutMs: 1000, packetBytes: 1500, dontFragment: true },
    'ping -n -c 1 -W 1 -M do -s 1472 192.0.2.7',
  ],
  [
    '2001:db8::7',
    { timeoutMs: 1000, packetBytes: 1280 },
    'ping -6 -n -c 1 -W 1 -s 1232 2001:db8::7',
  ],
  [
    '192.0.2.7',
    { timeoutMs: 1000, ttl: 3, device: 'eth1' },
    'ping -n -c 1 -W 1 -t 3 -I eth1 192.0.2.7',
  ],
])('ping to %s with %j is %s', (address, options, words) => {
  expect(pingArguments(address, options).join(' ')).toBe(words)
})

test('what is no address is not pinged', async () => {
  const echo = await probePing('-f', { timeoutMs: 100 })
  expect(echo).toMatchObject({ possible: false, sent: 0, received: 0 })
  expect(echo.because).toContain('it is no address')
})
