import { expect, test } from 'vitest'
import { CommandDecoder } from '../../../src/dialog/application/command-decoder.ts'
import type { Payload } from '../../../src/dialog/application/decoder.ts'
import type { SpokenReply } from '../../../src/dialog/application/reply-reader.ts'
import { feed, payloadOf, told } from './feed.ts'

class Plain extends CommandDecoder {
  readonly service = 'plain'
  protected said(line: string, { timeNs, frame }: Payload): void {
    this.log.ask(line, timeNs, frame)
  }
  protected replied({ code, text }: SpokenReply, payload: Payload): void {
    if (this.answer(text, payload) === 'TLS' && code === 220) this.encryptedBy = 'TLS'
  }
}

test('what the server says first is its greeting, what follows answers', () => {
  const decoder = new Plain()
  feed(decoder, [
    ['<', '220 hello\r\n'],
    ['>', 'NOOP\r\n'],
    ['<', '250 ok\r\n'],
  ])
  expect(told(decoder)).toEqual([
    ['', '220 hello'],
    ['NOOP', '250 ok'],
  ])
  expect(decoder.facts()).toEqual({ greeting: '220 hello' })
})

test('nothing more is wanted once it is encrypted', () => {
  const decoder = new Plain()
  expect(
    feed(decoder, [
      ['>', 'TLS\r\n'],
      ['<', '220 go\r\n250 late\r\n'],
    ]),
  ).toEqual([true, false])
  expect(decoder.facts()).toEqual({ encrypted: 'TLS' })
  expect(told(decoder)).toEqual([['TLS', '220 go']])
})

test('a line of which bytes are missing is not told', () => {
  const decoder = new Plain()
  decoder.take(payloadOf(['>', 'MAIL FR'], 1))
  decoder.take(payloadOf(['>', 'NOOP\r\n'], 2, 20))
  expect(told(decoder)).toEqual([['NOOP', null]])
})
