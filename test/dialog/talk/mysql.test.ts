import { describe, expect, test } from 'vitest'
import { talkMysql } from '../../../src/dialog/talk/mysql.ts'
import { play } from '../playbook.ts'
import { endsOnAnyBytes } from './any-bytes.ts'

const talk = () => talkMysql('rungs_token')

const packet = (number: number, body: string): string =>
  String.fromCharCode(body.length & 0xff, body.length >> 8, 0, number) + body
const error = (number: number, code: number, text: string): string =>
  packet(number, `\xff${String.fromCharCode(code & 0xff, code >> 8)}${text}`)

const GREETING = packet(
  0,
  '\n5.5.5-10.11.14-MariaDB-0+deb12u2\0\x1f\0\0\0rK3<[{.t\0\xfe\xf7-\x02\0\xff\x81\x15\0\0\0\0\0\0\x1d\0\0\0r>4r;f%G;3Yn\0mysql_native_password\0',
)
const DENIED = error(2, 1045, "#28000Access denied for user 'rungs_token'@'h' (using password: NO)")

describe('MySQL and MariaDB', () => {
  test('refuse a user that nobody is, and so are there', () => {
    const { told, said } = play(talk(), [GREETING, DENIED])
    expect(told).toMatchObject({ reception: 'served', code: '1045' })
    expect(told?.line).toMatch(/^5\.5\.5-10\.11\.14-MariaDB\S*; ERROR 1045: Access denied/)
    expect(said[0]?.slice(3)).toContain('rungs_token\0\0mysql_native_password\0')
  })

  test('may ask for another way to log in first', () => {
    const other = packet(2, '\xfecaching_sha2_password\0aaaaaaaaaaaaaaaaaaaa\0')
    const { told, said } = play(talk(), [GREETING, other, error(4, 1045, '#28000no')])
    expect(told?.reception).toBe('served')
    expect(said[1]).toBe('\0\0\0\x03')
  })

  test('that let everybody in are left in order', () => {
    const { told, said } = play(talk(), [GREETING, packet(2, '\0\0\0\x02\0\0\0')])
    expect(told).toMatchObject({ reception: 'served', code: null })
    expect(said.at(-1)).toBe('\x01\0\0\0\x01')
  })

  test.for([
    [1040, 'Too many connections', 'exhausted'],
    [1129, "Host '192.0.2.10' is blocked because of many connection errors", 'denied'],
    [1130, "Host '192.0.2.10' is not allowed to connect to this MariaDB server", 'denied'],
    [1203, 'already more than max_user_connections', 'exhausted'],
    [1226, "User 'u' has exceeded the 'max_connections_per_hour' resource", 'limited'],
    [1999, 'something else', 'refused'],
  ] as const)('%d %s', ([code, text, reception]) => {
    const told = { reception, code: String(code), line: `ERROR ${code}: ${text}` }
    expect(play(talk(), [error(0, code, text)]).told).toMatchObject(told)
    expect(play(talk(), [GREETING, error(2, code, text)]).told).toMatchObject(told)
  })

  test('are not what says other words', () => {
    expect(play(talk(), ['SSH-2.0-OpenSSH_9.2p1\r\n', null]).told).toBeNull()
    expect(play(talk(), [packet(0, '\x09old')]).told).toBeNull()
    expect(play(talk(), [GREETING, null]).told).toBeNull()
  })

  test('do not keep asking for ever', () => {
    const again = packet(2, '\xfex\0')
    expect(play(talk(), [GREETING, again, again, again, again, again]).told).toMatchObject({
      reception: 'served',
    })
  })
})

test('any bytes end the conversation', () => endsOnAnyBytes(talk, [GREETING, DENIED]))
