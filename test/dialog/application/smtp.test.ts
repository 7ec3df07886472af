import { expect, test } from 'vitest'
import { SMTP } from '../../../src/dialog/application/smtp.ts'
import { feed, inPieces, type Said, told } from './feed.ts'

const DELIVERY: readonly Said[] = [
  ['<', '220 mail.example.org ESMTP Postfix (Debian/GNU)\r\n'],
  ['>', 'EHLO client.example.org\r\n'],
  ['<', '250-mail.example.org\r\n250-SIZE 10240000\r\n250 SMTPUTF8\r\n'],
  ['>', 'MAIL FROM:<a@example.org>\r\n'],
  ['<', '250 2.1.0 Ok\r\n'],
  ['>', 'RCPT TO:<b@example.net>\r\n'],
  ['<', '554 5.7.1 <b@example.net>: Relay access denied\r\n'],
  ['>', 'RCPT TO:<c@example.org>\r\nDATA\r\n'],
  ['<', '250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n'],
  ['>', 'Subject: QUIT\r\n\r\nQUIT\r\n.\r\n'],
  ['<', '250 2.0.0 Ok: queued as 4B2\r\n'],
  ['>', 'QUIT\r\n'],
  ['<', '221 2.0.0 Bye\r\n'],
]

test.for([1000, 1, 5])(
  'commands and replies are paired, and the message is no command (pieces of %i)',
  (size) => {
    const decoder = SMTP.open()
    feed(decoder, inPieces(DELIVERY, size))
    expect(told(decoder).map(([asked]) => asked)).toEqual([
      '',
      'EHLO client.example.org',
      'MAIL FROM:<a@example.org>',
      'RCPT TO:<b@example.net>',
      'RCPT TO:<c@example.org>',
      'DATA',
      '(message)',
      'QUIT',
    ])
    expect(decoder.log.kept.at(-1)?.answered).toBe('221 2.0.0 Bye')
    expect(decoder.facts()).toEqual({ greeting: '220 mail.example.org ESMTP Postfix (Debian/GNU)' })
  },
)

test('the first refusal is the finding, with what was asked and answered', () => {
  const decoder = SMTP.open()
  feed(decoder, DELIVERY)
  expect(decoder.finding()).toEqual({
    cause: 'smtp.refused',
    sentence:
      'the mail server answered RCPT TO:<b@example.net> with 554 5.7.1 <b@example.net>: Relay access denied',
    frames: [7],
  })
})

test('a name and a password are not told, and their refusal is a refused login', () => {
  const decoder = SMTP.open()
  feed(decoder, [
    ['<', '220 x ESMTP\r\n'],
    ['>', 'AUTH LOGIN\r\n'],
    ['<', '334 VXNlcm5hbWU6\r\n'],
    ['>', 'c2VjcmV0\r\n'],
    ['<', '535 5.7.8 Error: authentication failed\r\n'],
    ['>', 'AUTH PLAIN AHNlY3JldA==\r\n'],
    ['<', '535 5.7.8 no\r\n'],
  ])
  expect(decoder.finding()?.cause).toBe('session.login-refused')
  expect(JSON.stringify(told(decoder))).not.toMatch(/c2VjcmV0|AHNl/)
})

test('after STARTTLS nothing can be read', () => {
  const decoder = SMTP.open()
  const more = feed(decoder, [
    ['<', '220 x ESMTP\r\n'],
    ['>', 'STARTTLS\r\n'],
    ['<', '220 2.0.0 Ready to start TLS\r\n'],
  ])
  expect(more).toEqual([true, true, false])
  expect(decoder.facts()).toMatchObject({ encrypted: 'STARTTLS' })
})

test('a greeting that names SMTP, or a command that only SMTP has, is recognised; FTP is not', () => {
  expect(SMTP.recognise({ client: '', server: '220 mail.example.org ESMTP\r\n' })).toBe(true)
  expect(SMTP.recognise({ client: 'EHLO x\r\n', server: '220 hello\r\n' })).toBe(true)
  expect(SMTP.recognise({ client: '', server: '220 hello\r\n' })).toBe(false)
  expect(SMTP.recognise({ client: 'USER x\r\n', server: '220 hello\r\n' })).toBe(false)
})
