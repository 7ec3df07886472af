import { expect, test } from 'vitest'
import { HTTP } from '../../../src/dialog/application/http.ts'
import { feed, inPieces, payloadOf, type Said, told } from './feed.ts'

const PIPELINE: readonly Said[] = [
  [
    '>',
    'GET /a HTTP/1.1\r\nHost: www.example.org\r\n\r\nHEAD /b HTTP/1.1\r\nHost: www.example.org\r\n\r\n',
  ],
  ['>', 'POST /c HTTP/1.1\r\nHost: www.example.org\r\nContent-Length: 5\r\n\r\nHTTP/'],
  ['<', 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['<', '4\r\nGET \r\nA;x=y\r\n0123456789\r\n0\r\n\r\n'],
  ['<', 'HTTP/1.1 404 Not Found\r\nContent-Length: 153\r\n\r\n'],
  ['<', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\nabc'],
]
const ANSWERS = [
  ['GET /a', '200 OK'],
  ['HEAD /b', '404 Not Found'],
  ['POST /c', '201 Created'],
]

test('requests and statuses are paired in their order, over bodies of every kind', () => {
  const decoder = HTTP.open()
  feed(decoder, PIPELINE)
  expect(told(decoder)).toEqual(ANSWERS)
  expect(decoder.facts()).toEqual({ host: 'www.example.org', server: 'nginx/1.22.1' })
})

test.for([1, 2, 3, 7, 16, 50])('pieces of %i bytes tell the same as whole messages', (size) => {
  const decoder = HTTP.open()
  expect(feed(decoder, inPieces(PIPELINE, size))).not.toContain(false)
  expect(told(decoder)).toEqual(ANSWERS)
})

test('an answer takes the time from its request’s last frame', () => {
  const decoder = HTTP.open()
  feed(decoder, PIPELINE)
  expect(decoder.log.kept.map(({ askedNs, answeredNs }) => (answeredNs - askedNs) / 1e6)).toEqual([
    2, 4, 4,
  ])
})

test('a body without a length goes on until the connection ends, whatever it holds', () => {
  const decoder = HTTP.open()
  feed(decoder, [
    ['>', 'GET / HTTP/1.0\r\n\r\n'],
    ['<', 'HTTP/1.0 200 OK\r\n\r\n'],
    ['<', 'HTTP/1.1 500 not a status\r\n\r\n'],
  ])
  expect(told(decoder)).toEqual([['GET /', '200 OK']])
  expect(decoder.finding()).toBeNull()
})

test.for([
  ['403 Forbidden', 'service.denied'],
  ['404 Not Found', 'http.not-found'],
  ['429 Too Many Requests', 'service.rate-limited'],
  ['500 Internal Server Error', 'http.server-error'],
  ['502 Bad Gateway', 'http.upstream-down'],
  ['503 Service Unavailable', 'http.upstream-down'],
  ['301 Moved Permanently', null],
] as const)('%s supports %s', ([status, cause]) => {
  const decoder = HTTP.open()
  feed(decoder, [
    ['>', 'GET /x HTTP/1.1\r\n\r\n'],
    ['<', `HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`],
  ])
  expect(decoder.finding()?.cause ?? null).toBe(cause)
  if (cause !== null) expect(decoder.finding()?.frames).toEqual([2])
})

test('bytes that are missing from a body are passed over, from a head they end the reading', () => {
  const head: Said[] = [
    ['>', 'GET / HTTP/1.1\r\n\r\nGET /next HTTP/1.1\r\n\r\n'],
    ['<', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'],
  ]
  const decoder = HTTP.open()
  feed(decoder, head)
  expect(
    decoder.take(payloadOf(['<', `${'x'.repeat(10)}HTTP/1.1 204 No Content\r\n\r\n`], 9, 90)),
  ).toBe(true)
  expect(told(decoder)[1]).toEqual(['GET /next', '204 No Content'])
  expect(decoder.take(payloadOf(['<', 'x'], 10, 1))).toBe(false)
})

test('after CONNECT or an upgrade nothing more is HTTP', () => {
  for (const [asked, answer] of [
    ['CONNECT example.org:443 HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 Connection established\r\n\r\n'],
    [
      'GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    ],
  ] as const) {
    const decoder = HTTP.open()
    expect(
      feed(decoder, [
        ['>', asked],
        ['<', answer],
      ]),
    ).toEqual([true, false])
  }
})

test('a request line is recognised at any port, other text is not', () => {
  const client = 'GET / HTTP/1.1\r\n'
  expect(HTTP.recognise({ client, server: '' })).toBe(true)
  expect(HTTP.recognise({ client: '', server: 'HTTP/1.1 400 Bad Request\r\n' })).toBe(true)
  expect(HTTP.recognise({ client: 'GET lost\r\n', server: '' })).toBe(false)
  expect(HTTP.recognise({ client: 'EHLO x\r\n', server: 'HTTP/1.1 400 Bad Request\r\n' })).toBe(
    false,
  )
})
