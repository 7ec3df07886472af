import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { capture, HTTP, REFUSED } from './reading/made-capture.ts'
import { reading } from './reading/reading.ts'
import { surroundings } from './surroundings.ts'

const path = capture('to-count.pcap', [...HTTP, ...REFUSED])

test.each([
  'tcp port 80',
  'src port 80',
  'port 25 or port 26',
  'tcp[tcpflags] & tcp-syn != 0',
  'udp',
])('%s selects as many packets as tcpdump does', async (expression) => {
  const tcpdump = execFileSync('tcpdump', ['-nr', path, '--count', expression], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  expect((await reading([path, '--count', '-f', expression])).out).toBe(tcpdump)
  expect((await reading([path, '--count', ...expression.split(' ')])).out).toBe(tcpdump)
})

test('of several files all packets count, of those no more than were asked for', async () => {
  expect((await reading([path, path, '--count'])).out).toBe('20 packets\n')
  expect((await reading([path, path, '--count', '-c', '3', 'src port 80'])).out).toBe('3 packets\n')
  expect((await reading([path, '--count', '-j', 'tcp'])).out).toBe('{"packets":10}\n')
})

test('a filter that cannot be compiled is shown with a caret, and nothing is counted', async () => {
  const answer = await reading([path, '--count', 'tcp', 'prot', '80'])
  expect(answer).toMatchObject({ code: 2, out: '' })
  expect(answer.err).toContain('\n  tcp prot 80\n      ^^^^\n')
})

test('it is 130 where it was interrupted', async () => {
  const around = surroundings()
  around.controller.abort()
  expect(await reading([path, '--count'], around)).toMatchObject({ code: 130, out: '0 packets\n' })
})
