import { describe, expect, test } from 'vitest'
import { talkImap, talkLine, talkPop3 } from '../../../src/dialog/talk/line.ts'
import { play } from '../playbook.ts'
import { endsOnAnyBytes } from './any-bytes.ts'

describe('any port', () => {
  test('is heard for one line, and left without a word', () => {
    const { told, said } = play(talkLine(), ['hel', 'lo\r\nmore'])
    expect(told).toMatchObject({ reception: 'served', line: 'hello' })
    expect(said).toEqual([])
  })

  test('that never ends its line has said enough after 512 characters', () => {
    expect(play(talkLine(), ['x'.repeat(600)]).told?.line).toHaveLength(600)
  })

  test('that says nothing has told nothing', () => {
    expect(play(talkLine(), [null]).told).toBeNull()
  })
})

describe('IMAP and POP3', () => {
  test('are greeted and left politely', () => {
    const imap = play(talkImap(), ['* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n'])
    expect(imap).toMatchObject({ told: { reception: 'served' }, said: ['r1 LOGOUT\r\n'] })
    const pop3 = play(talkPop3(), ['+OK Dovecot ready.\r\n'])
    expect(pop3).toMatchObject({ told: { reception: 'served' }, said: ['QUIT\r\n'] })
  })

  test('may turn the client away', () => {
    const imap = play(talkImap(), ['* BYE Too many connections\r\n'])
    expect(imap).toMatchObject({ told: { reception: 'refused', code: 'BYE' }, said: [] })
    const pop3 = play(talkPop3(), ['-ERR [SYS/TEMP] no\r\n'])
    expect(pop3).toMatchObject({ told: { reception: 'refused', code: '-ERR' }, said: [] })
  })

  test('are not what answers with other words', () => {
    expect(play(talkImap(), ['220 ESMTP\r\n']).told).toBeNull()
    expect(play(talkPop3(), ['220 ESMTP\r\n']).told).toBeNull()
  })
})

test('any bytes end the conversations', () => {
  endsOnAnyBytes(talkLine, ['hello\r\n'])
  endsOnAnyBytes(talkImap, ['* OK\r\n'])
  endsOnAnyBytes(talkPop3, ['+OK\r\n'])
})
