import { createServer, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  explainStatus,
  type HttpHead,
  httpRequest,
  readHttpHead,
  redirectTarget,
  serverProduct,
} from '../../src/dialog/http.ts'
import { recordedText } from './recorded.ts'

function head(text: string): HttpHead {
  const read = readHttpHead(text)
  if (read === null) throw new Error('no head')
  return read
}

describe('a head', () => {
  test('of nginx is read, and the body begins after it', () => {
    const text = recordedText('nginxTo404')
    const read = head(text)
    expect(read).toMatchObject({ version: '1.1', status: 404, reason: 'Not Found', complete: true })
    expect(read.headers.get('content-type')).toBe('text/html')
    expect(text.slice(read.bodyAt)).toMatch(/^<html>/)
    expect(text.slice(read.bodyAt)).toHaveLength(Number(read.headers.get('content-length')))
  })

  test('keeps the whole headers of one that is cut', () => {
    const read = head('HTTP/1.1 200 OK\r\nServer: a\r\nContent-Le')
    expect(read).toMatchObject({ status: 200, complete: false })
    expect([...read.headers]).toEqual([['server', 'a']])
  })

  test('joins what is repeated and what is continued on the next line', () => {
    const read = head('HTTP/1.0 200\nVia: 1.1 a\nX: 1\n  2\nvia:1.1 b\n\nbody')
    expect(read.headers.get('via')).toBe('1.1 a, 1.1 b')
    expect(read.headers.get('x')).toBe('1 2')
    expect(read).toMatchObject({ version: '1.0', reason: '', complete: true })
  })

  test('may have no header at all', () => {
    expect(head('HTTP/1.1 204 No Content\r\n\r\n')).toMatchObject({ complete: true, bodyAt: 27 })
  })

  test('of a streaming server says ICY', () => {
    expect(head('ICY 200 OK\r\nicy-name: x\r\n\r\n')).toMatchObject({ version: 'ICY', status: 200 })
  })

  test.each([
    '',
    'HTTP',
    'HTTP/1.1',
    'HTTP/1.1 2',
    'HTTP/1.1 20x OK',
    'SSH-2.0-x',
    ' HTTP/1.1 200 OK',
  ])('is not in %j', (text) => {
    expect(readHttpHead(text)).toBeNull()
  })

  test('is looked for in text of any kind and size without harm', () => {
    fc.assert(fc.property(fc.string(), (text) => void readHttpHead(`HTTP/1.1 200 ${text}`)))
    fc.assert(fc.property(fc.string(), (text) => void readHttpHead(`HTTP/1.1 200 OK\r\n${text}`)))
    expect(head(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(200_000)}`).complete).toBe(false)
    expect(head(`HTTP/1.1 200 OK\r\n${' '.repeat(1 << 20)}`).complete).toBe(false)
  })
})

describe('a request', () => {
  test('is understood by Node’s server', async () => {
    const seen = await new Promise<IncomingMessage>((resolve) => {
      const server = createServer((request, response) => {
        response.end()
        server.close()
        resolve(request)
      })
      server.listen(0, '127.0.0.1', () => {
        const place = server.address()
        if (place === null || typeof place === 'string') return
        connect(place.port, '127.0.0.1').end(
          httpRequest({
            method: 'HEAD',
            path: '/a?b=c',
            host: 'www.example.org:81',
            userAgent: 'me',
            headers: { 'X-A': '1' },
          }),
        )
      })
    })
    expect(seen).toMatchObject({ method: 'HEAD', url: '/a?b=c', httpVersion: '1.1' })
    expect(seen.headers).toMatchObject({
      host: 'www.example.org:81',
      'user-agent': 'me',
      'x-a': '1',
      connection: 'close',
    })
  })

  test('asks for the root unless told otherwise', () => {
    expect(httpRequest({ host: 'a' })).toMatch(/^GET \/ HTTP\/1\.1\r\nHost: a\r\n.*\r\n\r\n$/s)
  })

  test('cannot be given a second line', () => {
    expect(() => httpRequest({ host: 'a\r\nX: y' })).toThrow(RangeError)
    expect(() => httpRequest({ host: 'a', path: '/\n' })).toThrow(RangeError)
  })
})

describe('a redirect', () => {
  const to = (location: string, status = 302): string | null =>
    redirectTarget(
      head(`HTTP/1.1 ${status} x\r\nLocation: ${location}\r\n\r\n`),
      'http://a.test/b/c?d',
    )

  test.each([
    ['http://a/there?x=1', 'http://a/there?x=1'],
    ['/x', 'http://a.test/x'],
    ['x', 'http://a.test/b/x'],
    ['//b.test', 'http://b.test/'],
    ['https://bücher.test/', 'https://xn--bcher-kva.test/'],
    ['ftp://b.test/', null],
    ['javascript:alert(1)', null],
    ['http://[', null],
  ])('to %s leads to %s', (location, target) => {
    expect(to(location)).toBe(target)
  })

  test('needs a redirecting status and a location', () => {
    expect(to('/x', 200)).toBeNull()
    expect(redirectTarget(head('HTTP/1.1 301 x\r\n\r\n'), 'http://a/')).toBeNull()
    expect(redirectTarget(head(recordedText('nginxRedirect')), 'http://a/go')).toBe(
      'http://a/there?x=1',
    )
  })

  test('with any location and base does no harm', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (location, base) => {
        const headers = new Map([['location', location]])
        redirectTarget({ ...head('HTTP/1.1 301 x\r\n\r\n'), headers }, base)
      }),
    )
  })
})

test.each([
  ['Server: nginx/1.22.1', { product: 'nginx', version: '1.22.1' }],
  ['Server: Apache/2.4.57 (Debian)', { product: 'Apache', version: '2.4.57' }],
  ['Server: cloudflare', { product: 'cloudflare', version: null }],
  ['X-Powered-By: PHP/8.2.7', { product: 'PHP', version: '8.2.7' }],
  ['Via: 1.1 proxy.example (squid/5.7)', { product: 'squid', version: '5.7' }],
  ['Via: 1.1 vegur', { product: 'vegur', version: null }],
  ['X: y', null],
])('%s names the product', (line, product) => {
  expect(serverProduct(head(`HTTP/1.1 200 OK\r\n${line}\r\n\r\n`))).toEqual(product)
})

test('codes are explained, unknown ones by their class', () => {
  expect(explainStatus(502)).toBe('the proxy got no valid answer from the server behind it')
  expect(explainStatus(418)).toBe('the server refuses the request')
  expect(explainStatus(600)).toBe('status 600, which is not an HTTP code')
})
