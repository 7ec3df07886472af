import { expect, test } from 'vitest'
import { ReplyReader } from '../../../src/dialog/application/reply-reader.ts'
import { readReplies } from '../../../src/dialog/reply.ts'
import { bytesOf } from './feed.ts'

const take = (reader: ReplyReader, text: string): { code: number; text: string }[] => {
  const bytes = bytesOf(text)
  return reader.take(new DataView(bytes.buffer), 0, bytes.length)
}

const STREAM =
  '220 hello\r\n250-mail\r\n250-SIZE 5\r\n250 HELP\r\n211-Features\r\n EPRT\r\n211 End\r\n221\r\n'

test('a stream in single bytes gives the replies that the whole text holds', () => {
  const reader = new ReplyReader()
  const pieces = [...STREAM].flatMap((byte) => take(reader, byte))
  expect(pieces.map(({ code }) => code)).toEqual(readReplies(STREAM).map(({ code }) => code))
  expect(pieces[1]?.text).toBe('250-mail SIZE 5 HELP')
})

test('text that is no reply is passed over, and a dropped beginning does not join what follows', () => {
  const reader = new ReplyReader()
  expect(take(reader, 'noise\r\n200 ok\r\n')).toEqual([{ code: 200, text: '200 ok' }])
  take(reader, '250-begun\r\n')
  reader.drop()
  expect(take(reader, '500 what\r\n')).toEqual([{ code: 500, text: '500 what' }])
})
