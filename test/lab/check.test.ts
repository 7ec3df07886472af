import { expect, test } from 'vitest'
import { authorityFile, checkCommand, checkWords } from '../../src/lab/check.ts'
import { loadFault } from '../../src/lab/fault.ts'

test('a check has access to the server, and to the routers that the fault opens', () => {
  expect(checkWords(loadFault('server-frozen'), true).slice(1)).toEqual([
    ...['--server', 'netns://rungs-server'],
  ])
  expect(checkWords(loadFault('router-forwarding-off'), true).slice(1)).toEqual([
    ...['--server', 'netns://rungs-server'],
    ...['--router', 'netns://rungs-r1'],
  ])
  expect(checkWords(loadFault('host-off'), true)).toHaveLength(1)
  expect(checkWords(loadFault('server-frozen'), false)).toHaveLength(1)
})

test("a fault's own flags come with and without access", () => {
  for (const withAccess of [true, false])
    expect(checkWords(loadFault('path-forgets-resting'), withAccess).slice(0, 3)).toEqual([
      ...['http://www.lab.example/', '--idle', '4'],
    ])
})

test('a check runs on the client, trusts the authority of the lab, and asks no proxy', () => {
  const words = ['https://www.lab.example/', '--json']
  const command = checkCommand(['node', 'rungs.js'], words, loadFault('healthy'))
  expect(command.slice(0, 5)).toEqual(['ip', 'netns', 'exec', 'rungs-client', 'env'])
  expect(command).toContain(`SSL_CERT_FILE=${authorityFile()}`)
  expect(command.join(' ')).toContain('-u https_proxy')
  expect(command.slice(-5)).toEqual([
    ...['node', 'rungs.js', 'check'],
    ...['https://www.lab.example/', '--json'],
  ])
})

test("a fault's own variables are set over those that are taken away", () => {
  const environment = { https_proxy: 'http://203.0.113.81:3128' }
  const command = checkCommand(['rungs.js'], [], { ...loadFault('healthy'), environment })
  const set = command.indexOf('https_proxy=http://203.0.113.81:3128')
  expect(set).toBeGreaterThan(command.lastIndexOf('-u'))
  expect(set).toBeLessThan(command.indexOf('rungs.js'))
})
