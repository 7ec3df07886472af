import { describe, expect, test } from 'vitest'
import { talkFtpData } from '../../../src/dialog/talk/ftp-data.ts'
import { play } from '../playbook.ts'
import { endsOnAnyBytes } from './any-bytes.ts'

const OWN = '203.0.113.80'
const talk = (own = OWN) => talkFtpData(own, 'token@rungs.invalid')
const LOGIN = [
  '220 (vsFTPd 3.0.3)\r\n',
  '331 Please specify the password.\r\n',
  '230 Login successful.\r\n',
]
const EPSV = '229 Entering Extended Passive Mode (|||40001|)\r\n'
const NO_EPSV = '500 Unknown command.\r\n'
const PASV = '227 Entering Passive Mode (203,0,113,80,156,65).\r\n'
const INNER = '227 Entering Passive Mode (10,0,0,5,156,65).\r\n'

describe('the data connection', () => {
  test('is tried by the extended mode first, and that is enough', () => {
    const { told, said } = play(talk(), [...LOGIN, EPSV])
    expect(told?.data).toMatchObject([
      { mode: 'EPSV', place: { address: null, port: 40001 }, reached: true },
    ])
    expect(said).toEqual([
      'USER anonymous\r\n',
      'PASS token@rungs.invalid\r\n',
      'EPSV\r\n',
      'QUIT\r\n',
    ])
  })

  test('is tried by the old mode where the other one fails', () => {
    const { told } = play(talk(), [...LOGIN, NO_EPSV, PASV])
    expect(told?.data).toMatchObject([
      { mode: 'EPSV', place: null, reached: false },
      { mode: 'PASV', place: { address: OWN, port: 40001 }, reached: true },
    ])
  })

  test('is tried at the address that is spoken to where the server names another', () => {
    const reach = ({ address }: { address: string | null }) => address === null
    const { told } = play(talk(), [...LOGIN, NO_EPSV, INNER], { reach })
    expect(told?.data?.slice(1)).toMatchObject([
      { place: { address: '10.0.0.5' }, reached: false, elsewhere: false },
      { reached: true, elsewhere: true },
    ])
  })

  test('has no old mode over IPv6', () => {
    const { said } = play(talk('2001:db8::80'), [...LOGIN, EPSV], { reach: () => false })
    expect(said).not.toContain('PASV\r\n')
  })

  test('cannot be tried without a login', () => {
    const { told, said } = play(talk(), [...LOGIN.slice(0, 2), '530 Login incorrect.\r\n'])
    expect(told).toMatchObject({ reception: 'login', code: 530 })
    expect(told?.data).toBeUndefined()
    expect(said.at(-1)).toBe('QUIT\r\n')
    expect(play(talk(), ['220 x\r\n', '530 no anonymous\r\n']).told?.reception).toBe('login')
  })
})

test('any bytes end the conversation', () =>
  endsOnAnyBytes(talk, [...LOGIN, EPSV, NO_EPSV, PASV, INNER]))
