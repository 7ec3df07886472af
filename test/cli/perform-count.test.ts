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
  const { code, err } = await reading([path, '--count'], around)
  expect([code, err]).toEqual([130, 'rungs: interrupted; what was read by then is shown\n'])
})

test('a large file, which is read ahead, is counted to its last packet', async () => {
  const rounds = Array.from({ length: 25_000 }, () => HTTP).flat()
  const large = capture('large.pcap', rounds)
  expect((await reading([large, '--count'])).out).toBe('200000 packets\n')
  expect((await reading([large, '--count', 'src', 'port', '80'])).out).toBe('75000 packets\n')
  expect((await reading([large, large, '--count', 'src', 'port', '80'])).out).toBe(
    '150000 packets\n',
  )
  expect((await reading([large, '--count', '-c', '70000', 'src port 80'])).out).toBe(
    '70000 packets\n',
  )
  expect((await reading([large, '--json', '--count', '--flow', '1'])).code).toBe(0)
})
