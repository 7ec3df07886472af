import { expect, test } from 'vitest'
import { parseDig } from '../../src/facts/dig.ts'
import { expectSurvival } from './hostile.ts'

const answered = `
; <<>> DiG 9.16.37-Debian <<>> www.upc.edu
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 18616
;; flags: qr rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 0

;; QUESTION SECTION:
;www.upc.edu.                IN      A

;; ANSWER SECTION:
www.upc.edu.                 66747  IN      CNAME   www.upc.es.
www.upc.es.                  2962   IN      A       147.83.2.135

;; Query time: 16 msec
;; SERVER: 10.1.1.1#53(10.1.1.1)
;; WHEN: Wed Mar 15 12:49:41 CET 2023
;; MSG SIZE rcvd: 69
`

test('an answer has its records, its server and its time', () => {
  expect(parseDig(answered)).toEqual({
    status: 'NOERROR',
    question: { name: 'www.upc.edu.', type: 'A' },
    answers: [
      { name: 'www.upc.edu.', ttlSeconds: 66747, type: 'CNAME', data: 'www.upc.es.' },
      { name: 'www.upc.es.', ttlSeconds: 2962, type: 'A', data: '147.83.2.135' },
    ],
    server: '10.1.1.1',
    queryTimeMs: 16,
    flags: ['qr', 'rd', 'ra'],
  })
})

test('a refusal of version 9.18, with its EDNS section, is read', () => {
  const text = `
; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> @127.0.0.1 -p 5399 nope.example
; (1 server found)
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: REFUSED, id: 57693
;; flags: qr rd ra; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 1

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags:; udp: 1232
; EDE: 14 (Not Ready)
;; QUESTION SECTION:
;nope.example.			IN	A

;; Query time: 0 msec
;; SERVER: 127.0.0.1#5399(127.0.0.1) (UDP)
;; WHEN: Sat Nov 21 00:52:42 UTC 2026
;; MSG SIZE  rcvd: 47
`
  expect(parseDig(text)).toEqual({
    status: 'REFUSED',
    question: { name: 'nope.example.', type: 'A' },
    answers: [],
    server: '127.0.0.1',
    queryTimeMs: 0,
    flags: ['qr', 'rd', 'ra'],
  })
})

test('records of other types keep their data whole', () => {
  const mx = `;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1
;; flags: qr rd ra ad; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1
;; QUESTION SECTION:
;protonmail.com.			IN	MX

;; ANSWER SECTION:
protonmail.com.		1200	IN	MX	5 mail.protonmail.ch.
protonmail.com.		1200	IN	TXT	"v=spf1 include:_spf.protonmail.ch ~all" "; no comment"

;; AUTHORITY SECTION:
protonmail.com.		900	IN	NS	ns1.example.
`
  expect(parseDig(mx)?.answers.map(({ type, data }) => [type, data])).toEqual([
    ['MX', '5 mail.protonmail.ch.'],
    ['TXT', '"v=spf1 include:_spf.protonmail.ch ~all" "; no comment"'],
  ])
})

test.for([
  [
    ';; communications error to 127.0.0.1#9: connection refused\n\n; <<>> DiG 9.18.49 <<>> @127.0.0.1\n;; global options: +cmd\n;; no servers could be reached\n',
    'connection refused',
    '127.0.0.1',
  ],
  [
    ';; communications error to 2001:db8::1#53: timed out\n;; no servers could be reached\n',
    'timed out',
    '2001:db8::1',
  ],
  [
    '; <<>> DiG 9.16.37-Debian <<>> www.upc.edu\n;; global options: +cmd\n;; connection timed out; no servers could be reached\n',
    'timed out',
    null,
  ],
  [
    ';; Connection to 10.1.1.1#53(10.1.1.1) for www.upc.edu failed: host unreachable.\n',
    'host unreachable',
    '10.1.1.1',
  ],
] as const)('%j: %s', ([text, status, server]) => {
  expect(parseDig(text)).toMatchObject({ status, server, answers: [], question: null })
})

test('an answer after a failed first try is the answer', () => {
  const text = `;; communications error to 10.1.1.9#53: timed out\n${answered}`
  expect(parseDig(text)).toMatchObject({ status: 'NOERROR', server: '10.1.1.1' })
})

test('of several answers the first is taken', () => {
  const text = `${answered}\n${answered.replace('NOERROR', 'SERVFAIL')}`
  expect(parseDig(text)?.answers).toHaveLength(2)
  expect(parseDig(text)?.status).toBe('NOERROR')
})

test('other text is nothing', () => {
  expect(parseDig('')).toBeNull()
  expect(parseDig('147.83.2.135\n')).toBeNull()
  expect(parseDig('bash: dig: command not found\n')).toBeNull()
})

test('any text is survived', () => expectSurvival(({ stdout }) => parseDig(stdout), answered))
