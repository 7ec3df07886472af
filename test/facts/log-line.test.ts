import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLogLine } from '../../src/facts/log-line.ts'
import { transcripts } from './data.ts'

const NOW = Date.UTC(2026, 10, 28, 2)
const section = transcripts('logs.txt')
const lines = (name: string) =>
  section(name)
    .trim()
    .split('\n')
    .map((line) => parseLogLine(line, NOW))
const CLIENT = '192.0.2.10'

describe.for([
  'nginx access',
  'nginx error',
  'apache access',
  'vsftpd',
  'xinetd',
  'haproxy',
] as const)('a line of %s', (name) => {
  test('tells when it was written', () => {
    for (const { text, time } of lines(name)) expect(time, text).not.toBeNull()
  })

  test('tells whom it is about', () => {
    const peers = lines(name).flatMap(({ peer }) => peer?.address ?? [])
    expect(peers.length).toBeGreaterThan(0)
    for (const peer of peers) expect(['192.0.2.10', '192.0.2.80']).toContain(peer)
  })
})

test('access logs tell the request and the status, and complain of nothing', () => {
  expect(
    lines('nginx access').map(({ request, status, complaint }) => [request, status, complaint]),
  ).toEqual([
    ['GET / HTTP/1.1', 200, null],
    ['GET /denied HTTP/1.1', 403, null],
    ['GET /cycle/ HTTP/1.1', 500, null],
    ['GET /up HTTP/1.1', 502, null],
    ['GET /list/ HTTP/1.1', 403, null],
    ['GET /secret HTTP/1.1', 403, null],
    ['GET /nope HTTP/1.1', 404, null],
    ['GET / HTTP/1.1', 200, null],
  ])
})

test('what nginx complains of is told apart, and it tells the request', () => {
  const found = lines('nginx error')
  expect(found.map(({ complaint }) => complaint)).toEqual([
    'denied',
    'error',
    'upstream',
    'denied',
    'denied',
    'error',
    'crash',
  ])
  expect(found[0]?.request).toBe('GET /denied HTTP/1.1')
  expect(found[6]?.peer).toBeNull()
})

test('sshd tells address and port, and which connection it dropped', () => {
  const found = lines('sshd')
  expect(found.at(-1)).toMatchObject({
    peer: { address: CLIENT, port: 52567 },
    complaint: 'connections',
    time: null,
  })
  expect(found[2]?.peer).toEqual({ address: CLIENT, port: 36517 })
  expect(found[0]).toMatchObject({ peer: null, complaint: null })
})

test('an IPv4 client of a socket for both families is told as IPv4', () => {
  expect(lines('xinetd')[1]).toMatchObject({
    peer: { address: CLIENT, port: null },
    complaint: 'access-list',
  })
})

test('tcp wrappers in vsftpd and a rule of Apache are told apart', () => {
  expect(lines('vsftpd').at(-2)?.complaint).toBe('access-list')
  expect(lines('apache error').at(-1)).toMatchObject({
    complaint: 'denied',
    peer: { address: CLIENT, port: 38484 },
  })
})

test.for([
  ['Nov 28 01:10:12 mx postfix/smtpd[9]: connect from unknown[192.0.2.10]', CLIENT, null],
  [
    'Nov 28 01:10:12 mx postfix/smtpd[9]: NOQUEUE: reject: RCPT from h.example[192.0.2.10]:4711: 554',
    CLIENT,
    4711,
  ],
  ['2026-11-28 01:10:12 SMTP connection from [192.0.2.10]:4711 (TCP/IP', CLIENT, 4711],
  ['2026-11-28 01:10:12 H=(rungs) [192.0.2.10] rejected EHLO', CLIENT, null],
  ['Nov 28 01:10:12 www sshd[9]: refused connect from h.example (192.0.2.10)', CLIENT, null],
  ['Nov 28 01:10:12 www vsftpd[9]: refused connect from 192.0.2.10', CLIENT, null],
  ['Connection from 2001:db8::10 port 4711 on 2001:db8::80 port 22', '2001:db8::10', 4711],
  ['[Sat Nov 28 01:43:19 2026] [error] [client 2001:db8::10] no', '2001:db8::10', null],
  ['connect from 999.1.1.1', null, null],
] as const)('whom it is about in: %s', ([line, address, port]) => {
  expect(parseLogLine(line, NOW).peer).toEqual(address === null ? null : { address, port })
})

test('no line makes it throw or takes it long', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (line) => {
      parseLogLine(line, NOW)
    }),
  )
  for (const part of ['from ', '[', ': [', 'client: ', '1.1.1.1:', 'a ', ' - - [28/', '"'])
    expect(parseLogLine(part.repeat(50_000), NOW).text.length).toBeLessThanOrEqual(2000)
})
