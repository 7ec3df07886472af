import { expect, test } from 'vitest'
import { Applications, tellTalk } from '../../src/dialog/applications.ts'
import { Connection } from '../../src/flow/connection.ts'
import { payloadOf, type Said } from './application/feed.ts'

function connection(id: number, server: readonly number[], port: number): Connection {
  const made = new Connection()
  made.id = id
  made.protocol = 6
  made.client.address = Uint8Array.of(192, 0, 2, 10)
  made.server.address = Uint8Array.from(server)
  made.server.port = port
  return made
}

const say = (applications: Applications, to: Connection, lines: readonly Said[]): boolean[] =>
  lines.map((line, index) => {
    const { fromClient, view, at, end, timeNs, frame } = payloadOf(line, index + 1)
    return applications.payload(to, fromClient, view, at, end, timeNs, frame, 0)
  })

const SERVER = [192, 0, 2, 7]

test('the service is what was recognised, and its talk is told in lines', () => {
  const http = connection(0, SERVER, 9999)
  say(new Applications(), http, [
    ['>', 'GET /x HTTP/1.1\r\nHost: www.example.org\r\n\r\n'],
    ['<', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'],
  ])
  expect(http.service).toBe('http')
  expect(tellTalk(http)).toEqual({
    lines: ['host: www.example.org', 'GET /x → 404 Not Found'],
    facts: { host: 'www.example.org' },
    asked: 1,
    answered: 1,
    meanMs: 1,
    slowestMs: 1,
  })
})

test('a data connection of FTP is tied to the control connection that arranged it', () => {
  const applications = new Applications()
  const control = connection(3, SERVER, 21)
  say(applications, control, [
    ['<', '220 (vsFTPd 3.0.3)\r\n'],
    ['>', 'EPSV\r\n'],
    ['<', '229 Entering Extended Passive Mode (|||12403|)\r\n'],
  ])
  const data = connection(4, SERVER, 12403)
  applications.opened(data)
  expect(data.service).toBe('ftp-data')
  expect(tellTalk(data)?.lines).toEqual(['data of the control connection 3'])
  expect(say(applications, data, [['<', 'GET / HTTP/1.1\r\n']])).toEqual([false])
  expect(data.service).toBe('ftp-data')
  const later = connection(5, SERVER, 12403)
  applications.opened(later)
  expect(later.service).toBe('')
})

test('an active data connection goes to where the client told', () => {
  const applications = new Applications()
  const control = connection(0, SERVER, 21)
  say(applications, control, [
    ['<', '220 FTP\r\n'],
    ['>', 'PORT 192,0,2,10,4,1\r\n'],
  ])
  const data = connection(1, [192, 0, 2, 10], 1025)
  applications.opened(data)
  expect(data.service).toBe('ftp-data')
})

test('a connection that said nothing is told nothing of', () => {
  expect(tellTalk(connection(0, SERVER, 80))).toBeNull()
})

test('a talk that nobody understands leaves nothing behind, and stays unknown', () => {
  const applications = new Applications()
  const [one, other] = [connection(0, SERVER, 9), connection(1, SERVER, 9)]
  for (const unknown of [one, other])
    expect(say(applications, unknown, [['>', '\0'.repeat(100)]])).toEqual([false])
  expect(one.application).toBe(other.application)
  expect(say(applications, one, [['<', 'SSH-2.0-x\r\n']])).toEqual([false])
  expect([one.service, tellTalk(one)]).toEqual(['', null])
})
