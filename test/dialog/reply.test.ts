import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readReplies, readReply, replyOutcome, takeReply } from '../../src/dialog/reply.ts'
import { recordedText } from './recorded.ts'

test('a session with vsftpd falls into its replies', () => {
  const replies = readReplies(recordedText('vsftpdSession'))
  expect(replies.map(({ code }) => code)).toEqual([220, 211, 331, 230, 227, 229, 221])
  expect(replies[1]?.lines).toEqual([
    'Features:',
    ' EPRT',
    ' EPSV',
    ' MDTM',
    ' PASV',
    ' REST STREAM',
    ' SIZE',
    ' TVFS',
    'End',
  ])
})

test('the lines of an SMTP reply lose their codes', () => {
  expect(readReply('250-mail.example.org\r\n250-SIZE 10240000\r\n250 SMTPUTF8\r\n')).toMatchObject({
    code: 250,
    lines: ['mail.example.org', 'SIZE 10240000', 'SMTPUTF8'],
    complete: true,
  })
})

test('a line in the middle that begins with another number belongs to the reply, RFC 959 §4.2', () => {
  expect(
    readReply('123-First line\r\n 234 begins with numbers\r\n234 too\r\n123 The last\r\n'),
  ).toMatchObject({
    lines: ['First line', ' 234 begins with numbers', '234 too', 'The last'],
    complete: true,
  })
})

test.each([
  ['220 mail', ['mail'], false],
  ['220-first\r\n', ['first'], false],
  ['220-first\r\n220', ['first', ''], false],
  ['220\r\n', [''], true],
  ['220 \n', [''], true],
])('%j is read as far as it goes', (text, lines, complete) => {
  expect(readReply(text)).toMatchObject({ code: 220, lines, complete })
})

test.each(['', '22', '2200 x', 'HTTP/1.1 200 OK', ' 220 x', '+OK', '220_x'])(
  '%j is no reply',
  (text) => {
    expect(readReply(text)).toBeNull()
  },
)

test('the first digit says how it went', () => {
  expect([125, 250, 354, 421, 554, 700].map(replyOutcome)).toEqual([
    'preliminary',
    'done',
    'continue',
    'later',
    'no',
    null,
  ])
})

test('no text makes it throw, and a megabyte of lines is soon read', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readReply(`220-${text}`)))
  expect(readReply('220-x\r\n'.repeat(150_000))?.complete).toBe(false)
  expect(readReplies('220 x\r\n'.repeat(150_000))).toHaveLength(150_000)
})

test('a reply is taken once it is whole, and another service is told soon', () => {
  const take = (text: string) => takeReply(Uint8Array.from(Buffer.from(text)))
  expect(take('220-a\r\n220 b\r\nrest')).toMatchObject({ value: { code: 220 }, length: 14 })
  for (const text of ['2', '220', '220-a\r\n', '220 a']) expect(take(text), text).toBe('more')
  for (const text of ['SSH-2.0-x\r\n', 'x'.repeat(600)]) expect(take(text)).toBe('foreign')
})
