import { describe, expect, test } from 'vitest'
import { talkPostgres } from '../../../src/dialog/talk/postgres.ts'
import { bytes, play } from '../playbook.ts'
import { endsOnAnyBytes } from './any-bytes.ts'

const talk = () => talkPostgres('rungs_token')

/** An ErrorResponse as PostgreSQL 15 writes it. */
function error(code: string, message: string): Uint8Array {
  const fields = `SFATAL\0VFATAL\0C${code}\0M${message}\0Fauth.c\0L335\0RClientAuthentication\0\0`
  const length = 4 + fields.length
  return bytes(`E\0\0${String.fromCharCode(length >> 8, length & 0xff)}${fields}`)
}
const PASSWORD = 'R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0'
const OK = 'R\0\0\0\x08\0\0\0\0'

describe('PostgreSQL', () => {
  test('that asks for a password is there, and is left without a word', () => {
    const { told, said, acts } = play(talk(), ['N', PASSWORD])
    expect(told).toMatchObject({ reception: 'served', code: null })
    expect(said[1]).toBe(
      '\0\0\0\x46\0\x03\0\0user\0rungs_token\0database\0rungs_token\0application_name\0rungs\0\0',
    )
    expect(acts.at(-1)).toMatchObject({ do: 'leave', bytes: new Uint8Array() })
  })

  test('that lets everybody in is left in order', () => {
    expect(play(talk(), ['N', OK]).said.at(-1)).toBe('X\0\0\0\x04')
  })

  test('is spoken to in TLS where it has it', () => {
    const { acts } = play(talk(), ['S', PASSWORD])
    expect(acts.map((act) => act.do)).toEqual(['say', 'hear', 'secure', 'say', 'hear', 'leave'])
    expect(play(talk(), ['S'], { secure: true }).told).toBeNull()
  })

  test.for([
    ['28P01', 'password authentication failed for user "rungs_token"', 'served'],
    ['28000', 'role "rungs_token" does not exist', 'served'],
    [
      '28000',
      'no pg_hba.conf entry for host "192.0.2.10", user "rungs_token", database "rungs_token", no encryption',
      'denied',
    ],
    ['3D000', 'database "rungs_token" does not exist', 'served'],
    ['53300', 'sorry, too many clients already', 'exhausted'],
    ['57P03', 'the database system is starting up', 'starting'],
    ['XX000', 'something else', 'refused'],
  ] as const)('%s %s', ([code, message, reception]) => {
    const told = { reception, code, line: `FATAL: ${message}` }
    expect(play(talk(), ['N', error(code, message)]).told).toMatchObject(told)
  })

  test('may say its error before any word of TLS', () => {
    expect(play(talk(), [error('53300', 'sorry, too many clients already')]).told).toMatchObject({
      reception: 'exhausted',
    })
  })

  test('is not what says other words', () => {
    expect(play(talk(), ['HTTP/1.1 400 Bad Request\r\n\r\n']).told).toBeNull()
    expect(play(talk(), ['N', 'Z\0\0\0\x05I']).told).toBeNull()
  })
})

test('any bytes end the conversation', () =>
  endsOnAnyBytes(talk, ['N', 'S', error('28000', 'no'), PASSWORD, OK]))
