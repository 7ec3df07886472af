import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  httpHeadPlaces,
  lineFeedAt,
  readHttpHeadPlaces,
} from '../../../src/dialog/application/http-head.ts'
import { readHttpHead } from '../../../src/dialog/http.ts'
import { bytesOf } from './feed.ts'

const read = (text: string) => {
  const bytes = bytesOf(text)
  const places = httpHeadPlaces()
  const bodyAt = readHttpHeadPlaces(new DataView(bytes.buffer), 0, bytes.length, places)
  const told = (at: number, end: number): string | null => (at < 0 ? null : text.slice(at, end))
  return {
    bodyAt,
    line: text.slice(0, places.lineEnd),
    host: told(places.hostAt, places.hostEnd),
    server: told(places.serverAt, places.serverEnd),
    length: places.contentLength,
    chunked: places.chunked,
  }
}

test('the fields that matter are found by their names in any case', () => {
  expect(
    read(
      'GET / HTTP/1.1\r\nHOST: \twww.example.org\r\nContent-length: 12 \r\nCookie: host: x\r\n\r\nbody',
    ),
  ).toEqual({
    bodyAt: 16 + 24 + 21 + 17 + 2,
    line: 'GET / HTTP/1.1',
    host: 'www.example.org',
    server: null,
    length: 12,
    chunked: false,
  })
})

test.for([
  ['Transfer-Encoding: chunked', true],
  ['transfer-encoding: gzip, CHUNKED ', true],
  ['Transfer-Encoding: chunked, gzip', false],
  ['Content-Length: 1x', false],
])('%s', ([field, chunked]) => {
  expect(read(`HTTP/1.1 200 OK\r\n${field}\r\n\r\n`)).toMatchObject({ chunked, length: -1 })
})

test('a head that goes on beyond the bytes is not complete', () => {
  const head = 'HTTP/1.1 200 OK\nServer: nginx\n\n'
  for (let length = 0; length < head.length; length++)
    expect(read(head.slice(0, length)).bodyAt).toBe(-1)
  expect(read(head)).toMatchObject({ bodyAt: head.length, server: 'nginx' })
})

test('it agrees with the reader of whole heads about any fields', () => {
  const field = fc.tuple(
    fc.constantFrom('Server', 'server', 'Content-Length', 'X-Server', 'Accept'),
    fc.constantFrom('nginx', '5', '77', ' spaced', ''),
  )
  fc.assert(
    fc.property(fc.uniqueArray(field, { selector: ([name]) => name.toLowerCase() }), (fields) => {
      const head = `HTTP/1.1 200 OK\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\nbody`
      const whole = readHttpHead(head)
      const length = whole?.headers.get('content-length') ?? ''
      expect(read(head)).toMatchObject({
        bodyAt: whole?.bodyAt,
        server: whole?.headers.get('server') ?? null,
        length: /^\d+$/.test(length) ? Number(length) : -1,
      })
    }),
  )
})

test('the first line feed is found wherever it lies', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(10, 11, 9, 0, 0x8a, 0x0d, 255), { maxLength: 40 }),
      fc.nat({ max: 40 }),
      fc.nat({ max: 40 }),
      (values, from, length) => {
        const bytes = Uint8Array.from(values)
        const end = Math.min(bytes.length, from + length)
        const found = bytes.subarray(0, end).indexOf(10, from)
        expect(lineFeedAt(new DataView(bytes.buffer), from, end)).toBe(from > end ? -1 : found)
      },
    ),
  )
})
