import { describe, expect, test } from 'vitest'
import { talkFtp } from '../../../src/dialog/talk/ftp.ts'
import { play } from '../playbook.ts'
import { endsOnAnyBytes } from './any-bytes.ts'

describe('a file server', () => {
  test('greets and is left politely', () => {
    expect(play(talkFtp(), ['220-Welcome\r\n', '220 (vsFTPd 3.0.3)\r\n'])).toMatchObject({
      told: { reception: 'served', code: 220, line: '220 Welcome (vsFTPd 3.0.3)' },
      said: ['QUIT\r\n'],
    })
  })

  test.for([
    ['421 There are too many connected users, please try later.', 'limited'],
    ['530 Sorry, you are not allowed', 'login'],
    ['500 OOPS: vsftpd: refusing to run with writable root', 'denied'],
  ])('%s', ([line, reception]) => {
    expect(play(talkFtp(), [`${line}\r\n`]).told).toMatchObject({ reception, line })
  })

  test('that is none has told nothing', () => {
    expect(play(talkFtp(), ['SSH-2.0-OpenSSH_9.2p1\r\n']).told).toBeNull()
    expect(play(talkFtp(), ['220 half', null]).told).toBeNull()
  })
})

test('any bytes end the conversation', () => endsOnAnyBytes(talkFtp, ['220 (vsFTPd 3.0.3)\r\n']))
