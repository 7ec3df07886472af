import { describe, expect, test } from 'vitest'
import { talkSmtp } from '../../../src/dialog/talk/smtp.ts'
import { play } from '../playbook.ts'
import { endsOnAnyBytes } from './any-bytes.ts'

const GREETING = '220 mail.example.org ESMTP Postfix\r\n'
const HELLO = '250-mail.example.org\r\n250-STARTTLS\r\n250 8BITMIME\r\n'
const PLAIN = '250-mail.example.org\r\n250 8BITMIME\r\n'
const READY = '220 2.0.0 Ready to start TLS\r\n'
const talk = () => talkSmtp('token.example')

describe('a mail server', () => {
  test('is greeted by name and left politely', () => {
    const { said, told } = play(talk(), [GREETING, PLAIN])
    expect(said).toEqual(['EHLO token.example\r\n', 'QUIT\r\n'])
    expect(told).toMatchObject({ reception: 'served', code: 220 })
  })

  test('that offers TLS is asked for it, and greeted again inside it (RFC 3207 §4.2)', () => {
    const { said, acts } = play(talk(), [GREETING, HELLO, READY, PLAIN])
    expect(said).toEqual([
      'EHLO token.example\r\n',
      'STARTTLS\r\n',
      'EHLO token.example\r\n',
      'QUIT\r\n',
    ])
    expect(acts.find((act) => act.do === 'secure')).toMatchObject({ starttls: 'smtp' })
  })

  test('of which something was heard in clear after the handshake was agreed is not believed', () => {
    const injected = `${READY}250 I am somebody else\r\n`
    const { told } = play(talk(), [GREETING, HELLO, injected, null])
    expect(told).toBeNull()
  })

  test('where TLS does not come to stand has greeted all the same', () => {
    const { told, said } = play(talk(), [GREETING, HELLO, READY], { secure: true })
    expect(told).toMatchObject({ reception: 'served', code: 220 })
    expect(said.at(-1)).toBe('STARTTLS\r\n')
  })

  test('that turns the client away in its greeting is not asked further', () => {
    const { told, said } = play(talk(), ['554 5.7.1 No SMTP service here\r\n'])
    expect(told).toMatchObject({
      reception: 'refused',
      code: 554,
      meaning: 'not permitted by policy',
    })
    expect(said).toEqual(['QUIT\r\n'])
  })

  test('that is busy limits', () => {
    const told = play(talk(), ['421 4.7.0 Too many connections from 192.0.2.1\r\n']).told
    expect(told).toMatchObject({ reception: 'limited', code: 421 })
  })

  test('that refuses at EHLO says the reason there', () => {
    const { told } = play(talk(), [GREETING, '550 5.7.1 blocked using zen.spamhaus.org\r\n'])
    expect(told).toMatchObject({ reception: 'refused', code: 550 })
    expect(told?.line).toContain('zen.spamhaus.org')
  })

  test('that does not answer to its end has told nothing', () => {
    expect(play(talk(), [GREETING, null]).told).toBeNull()
    expect(play(talk(), [null]).told).toBeNull()
  })
})

test('any bytes end the conversation', () => endsOnAnyBytes(talk, [GREETING, HELLO, READY, PLAIN]))
