import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readReply } from '../../src/dialog/reply.ts'
import {
  enhancedCode,
  explainEnhanced,
  explainSmtp,
  smtpCapabilities,
} from '../../src/dialog/smtp.ts'

test('the example of RFC 3463 §2 is read', () => {
  expect(enhancedCode('5.7.1 Relaying denied')).toEqual({
    class: 5,
    subject: 7,
    detail: 1,
    text: 'Relaying denied',
  })
  expect(enhancedCode('2.0.0')).toMatchObject({ class: 2, text: '' })
})

test.each(['', 'Ok', '3.1.1 x', '5.7 x', '5.7.1x', '15.7.1 x'])(
  '%j has no enhanced code',
  (line) => {
    expect(enhancedCode(line)).toBeNull()
  },
)

test('what Postfix says to EHLO is read', () => {
  const reply = readReply(
    '250-mail.example.org\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-STARTTLS\r\n' +
      '250-AUTH PLAIN LOGIN\r\n250-AUTH=PLAIN LOGIN\r\n250-8BITMIME\r\n250 CHUNKING\r\n',
  )
  const capabilities = reply && smtpCapabilities(reply)
  expect(capabilities?.domain).toBe('mail.example.org')
  expect(capabilities?.keywords.get('SIZE')).toBe('10240000')
  expect(capabilities?.keywords.get('AUTH')).toBe('PLAIN LOGIN')
  expect(capabilities?.keywords.has('STARTTLS')).toBe(true)
  expect(capabilities?.keywords.has('DSN')).toBe(false)
})

test('a refusal has no capabilities', () => {
  const reply = readReply('502 5.5.2 Error: command not recognized\r\n')
  expect(reply && smtpCapabilities(reply)).toBeNull()
})

test('codes are explained, unknown ones by their class', () => {
  expect(explainSmtp(421)).toBe('the service is not available and the connection is closed')
  expect(explainSmtp(599)).toBe('the command failed for good')
  expect(explainSmtp(999)).toBe('reply 999, which is not an SMTP code')
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      enhancedCode(text)
      smtpCapabilities({ code: 250, lines: text.split('\n'), complete: true, length: 0 })
    }),
  )
})

test.each([
  ['5.7.1 no', 'not permitted by policy'],
  ['5.7.99 no', 'about security or policy'],
  ['4.3.2 later', 'the system takes no messages from the network now'],
  ['5.9.1 what', null],
])('%s is explained', (line, meaning) => {
  const code = enhancedCode(line)
  expect(code && explainEnhanced(code)).toBe(meaning)
})
