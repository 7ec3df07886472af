import { expect, test } from 'vitest'
import { connectionRoutes, managedDevices, splitTerse } from '../../src/facts/nmcli.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

// NetworkManager 1.42.4
const status = `br7:connecting (getting IP configuration):Wired\\: office 1
eth0:unmanaged:
lo:unmanaged:
`

test('a device has its state and its connection', () => {
  expect(answer(managedDevices, printed(status))).toEqual([
    {
      device: 'br7',
      state: 'connecting (getting IP configuration)',
      connection: 'Wired: office 1',
    },
    { device: 'eth0', state: 'unmanaged', connection: null },
    { device: 'lo', state: 'unmanaged', connection: null },
  ])
  expect(
    answer(managedDevices, printed('', 8, 'Error: NetworkManager is not running.\n')),
  ).toBeNull()
})

test('routes are as nmcli writes them', () => {
  const routes = '203.0.113.0/24 192.0.2.9, 198.51.100.0/24 192.0.2.9 50\n\n'
  expect(answer(connectionRoutes('x'), printed(routes))).toBe(routes)
  expect(answer(connectionRoutes('x'), printed('', 10))).toBeNull()
})

test('a colon within a field is no end of it', () => {
  expect(splitTerse('a\\:b:c\\\\')).toEqual(['a:b', 'c\\'])
})

test('no text makes it throw', () => expectQuestionSurvives(managedDevices, status))
