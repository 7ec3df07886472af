import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseNping } from '../../src/facts/nping.ts'
import { transcript, transcripts } from './data.ts'

const ran = transcripts('nping-ns.txt')

test('every pasted session is read', () => {
  const found = transcript('pasted-npings.txt')
    .split(/^root@\w+:~# (?=nping)/m)
    .slice(1)
    .map(parseNping)
  expect(
    found.map((each) => [each?.address, each?.port, each?.completed, each?.averageRttMs]),
  ).toEqual([
    ['147.83.2.135', 80, 1, 8.954],
    ['127.0.0.1', 80, 1, 0.017],
    ['127.0.0.1', 443, 1, 0.014],
  ])
  expect(found[1]?.targets[0]?.name).toBe('localhost')
  expect(found[0]?.targets[0]?.name).toBeNull()
})

test.for([
  ['--tcp-connect -p 80 -c 1 10.0.9.7', '10.0.9.7', 80, [1, 0, 0], []],
  ['--tcp-connect -p 82 -c 1 10.0.9.7', '10.0.9.7', 82, [0, 1, 0], ['Connection refused']],
  ['--tcp-connect -p 90 -c 2 --delay 200ms 10.0.9.7', '10.0.9.7', 90, [0, 0, 2], []],
  [
    '--tcp-connect -6 -p 82 -c 1 2001:db8:9::7',
    '2001:db8:9::7',
    82,
    [0, 1, 0],
    ['Connection refused'],
  ],
  ['--tcp-connect -p 80 -c 1 192.0.2.1', '192.0.2.1', 80, [0, 1, 0], ['Invalid argument']],
] as const)('nping %s', ([command, address, port, [completed, failed, timedOut], errors]) => {
  const found = parseNping(ran(`nping ${command}`))
  expect(found).toMatchObject({ address, port, completed, failed, timedOut, error: null })
  expect(found?.targets[0]?.errors).toEqual(errors)
  expect(found?.minRttMs === null).toBe(completed === 0)
})

test('several ports and several hosts are told apart', () => {
  const short = (command: string) =>
    parseNping(ran(command))?.targets.map((each) => [
      each.address,
      each.port,
      each.completed,
      each.failed,
      each.timedOut,
    ])
  expect(short('nping --tcp-connect -p 80,82 -c 1 10.0.9.7')).toEqual([
    ['10.0.9.7', 80, 1, 0, 0],
    ['10.0.9.7', 82, 0, 1, 0],
  ])
  expect(short('nping --tcp-connect -p 80 -c 1 10.0.9.7 10.0.9.55')).toEqual([
    ['10.0.9.7', 80, 1, 0, 0],
    ['10.0.9.55', 80, 0, 0, 1],
  ])
})

test('a name that does not resolve is said', () => {
  expect(parseNping(ran('nping --tcp-connect -p 80 -c 1 nosuch.invalid'))).toMatchObject({
    address: null,
    completed: 0,
    error: 'Failed to resolve given hostname/IP: nosuch.invalid',
  })
})

test('other text is null, and nothing makes it throw', () => {
  expect(parseNping('')).toBeNull()
  expect(parseNping('Starting Nmap 7.80 ( https://nmap.org )')).toBeNull()
  const line = fc.constantFrom(
    'SENT (1s) Starting TCP Handshake > a:1',
    'RCVD (1s) Handshake with a:1 completed',
    'RCVD (1s) Possible TCP RST received from a:1 (b:2) --> x',
    'Max rtt: 1ms | Min rtt: .ms | Avg rtt: 3ms',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(line, fc.string())),
      (lines) => void parseNping(lines.join('\n')),
    ),
  )
})
