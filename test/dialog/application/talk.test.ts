import fc from 'fast-check'
import { expect, test } from 'vitest'
import { APPLICATIONS, Talk } from '../../../src/dialog/application/talk.ts'
import { bytesOf, feed, payloadOf, type Said, told } from './feed.ts'

test('what came before the protocol was known is given to its decoder', () => {
  const talk = new Talk('tcp')
  feed(talk, [
    ['<', '220 welcome\r\n'],
    ['>', 'USER ann\r\n'],
    ['<', '331 password please\r\n'],
  ])
  expect(talk.decoder?.service).toBe('ftp')
  expect(talk.decoder === null ? [] : told(talk.decoder)).toEqual([
    ['', '220 welcome'],
    ['USER ann', '331 password please'],
  ])
})

test('a kept beginning is a copy: the caller uses its bytes again', () => {
  const talk = new Talk('tcp')
  const greeting = payloadOf(['<', '220 welcome\r\n'], 1)
  talk.take(greeting)
  new Uint8Array(greeting.view.buffer).fill(0)
  talk.take(payloadOf(['>', 'EHLO client\r\n'], 2))
  expect(talk.decoder?.facts()).toEqual({ greeting: '220 welcome' })
})

test('a talk that nobody understands is given up, and claims nothing', () => {
  const talk = new Talk('tcp')
  const lines = Array.from({ length: 12 }, (): Said => ['>', 'xyzzy'])
  const more = feed(talk, lines)
  expect(more.indexOf(false)).toBe(7)
  expect(feed(talk, [['<', 'HTTP/1.1 200 OK\r\n\r\n']])).toEqual([false])
  expect([talk.decoder, talk.finding()]).toEqual([null, null])
})

const STARTS = [
  '',
  'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  '\x16\x03\x01\0\x05\x01',
  'SSH-2.0-x\r\n',
  '220 x ESMTP\r\n',
  '220 x FTP\r\n',
  'EHLO x\r\n',
  '\0\x1c\0\x01\x01\0\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01',
]

test.for(['tcp', 'udp'] as const)('no decoder of %s throws or hangs on any bytes', (transport) => {
  const piece = fc.record({
    side: fc.constantFrom('>' as const, '<' as const),
    start: fc.constantFrom(...STARTS),
    rest: fc.uint8Array({ maxLength: 64 }),
    gap: fc.constantFrom(0, 0, 0, 1, 1e9),
  })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const talk = new Talk(transport)
      pieces.forEach(({ side, start, rest, gap }, index) => {
        talk.take(payloadOf([side, start + String.fromCharCode(...rest)], index, gap))
      })
      talk.finding()
      talk.decoder?.facts()
    }),
    { numRuns: 500 },
  )
})

test.for(APPLICATIONS.map(({ name, transport, open }) => ({ name, transport, open })))(
  '$name over $transport never throws when it is given what is not its own',
  ({ open }) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 8 }), (pieces) => {
        const decoder = open()
        pieces.forEach((bytes, index) => {
          decoder.take(
            payloadOf([index % 2 === 0 ? '>' : '<', String.fromCharCode(...bytes)], index),
          )
        })
        decoder.facts()
        decoder.finding()
      }),
    )
  },
)

test('a stream of a hundred megabytes without an end of line stays small', () => {
  const bytes = bytesOf('EHLO x\r\n'.padEnd(65_536, 'x'))
  const talk = new Talk('tcp')
  const before = process.memoryUsage().heapUsed
  for (let turn = 0; turn < 1600; turn++)
    talk.take({
      ...payloadOf(['>', ''], turn),
      view: new DataView(bytes.buffer),
      at: turn === 0 ? 0 : 8,
      end: bytes.length,
    })
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 << 20)
})

test('a first piece that nobody understands is not kept longer than an opening', () => {
  const talk = new Talk('tcp')
  expect(feed(talk, [['>', '\0'.repeat(1400)]])).toEqual([false])
  expect(feed(new Talk('tcp'), [['>', '\0'.repeat(100)]])).toEqual([false])
  const short = new Talk('tcp')
  expect(
    feed(short, [
      ['>', 'x'.repeat(300)],
      ['<', 'x'.repeat(300)],
    ]),
  ).toEqual([true, false])
})
