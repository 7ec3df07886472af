import { expect, test } from 'vitest'
import { readHttpHead } from '../../src/dialog/http.ts'
import { readFrontError } from '../../src/dialog/http-front.ts'

const read = (status: number, headers: string, body: string) => {
  const head = readHttpHead(`HTTP/1.1 ${status} X\r\n${headers}\r\n`)
  if (!head) throw new Error('no head')
  return readFrontError(head, body)
}

/** Pages as the programs of Debian 12 send them. */
test.for([
  [502, 'Server: nginx/1.22.1\r\n', '<hr><center>nginx/1.22.1</center>', 'nginx', null],
  [
    503,
    '',
    '<h1>503 Service Unavailable</h1>\nNo server is available to handle this request.',
    'HAProxy',
    'none-left',
  ],
  [
    504,
    '',
    "<h1>504 Gateway Time-out</h1>\nThe server didn't respond in time.",
    'HAProxy',
    'timeout',
  ],
  [
    502,
    'Server: Apache/2.4.62 (Debian)\r\n',
    '<p>The proxy server received an invalid\nresponse from an upstream server.<br />',
    'Apache',
    null,
  ],
  [
    503,
    'server: envoy\r\n',
    'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
    'Envoy',
    'refused',
  ],
  [502, 'Server: Caddy\r\n', '', 'Caddy', null],
  [503, 'Via: 1.1 varnish\r\n', '', '1.1 varnish', null],
] as const)('%d of %j %j was written by %s', ([status, headers, body, front, tells]) => {
  expect(read(status, headers, body)).toEqual({ front, tells })
})

test('an application writes its own errors, and says when to come back', () => {
  expect(read(500, 'Server: nginx\r\n', '<center>nginx</center>')).toBeNull()
  expect(read(503, 'Server: gunicorn\r\n', 'Maintenance')).toBeNull()
  expect(read(503, 'Server: nginx\r\nRetry-After: 60\r\n', 'Maintenance')).toBeNull()
})
