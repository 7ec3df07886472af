import { expect, test } from 'vitest'
import { FTP, FtpDecoder } from '../../../src/dialog/application/ftp.ts'
import { feed, inPieces, type Said, told } from './feed.ts'

const SESSION: readonly Said[] = [
  ['<', '220 (vsFTPd 3.0.3)\r\n'],
  ['>', 'USER ann\r\n'],
  ['<', '331 Please specify the password.\r\n'],
  ['>', 'PASS secret\r\n'],
  ['<', '230 Login successful.\r\n'],
  ['>', 'FEAT\r\n'],
  ['<', '211-Features:\r\n EPRT\r\n EPSV\r\n211 End\r\n'],
  ['>', 'EPSV\r\n'],
  ['<', '229 Entering Extended Passive Mode (|||12403|)\r\n'],
  ['>', 'LIST\r\n'],
  ['<', '150 Here comes the directory listing.\r\n226 Directory send OK.\r\n'],
]

test.for([1000, 1, 4])(
  'commands and their last replies are paired, without the password (pieces of %i)',
  (size) => {
    const decoder = FTP.open()
    feed(decoder, inPieces(SESSION, size))
    expect(told(decoder)).toEqual([
      ['', '220 (vsFTPd 3.0.3)'],
      ['USER ann', '331 Please specify the password.'],
      ['PASS …', '230 Login successful.'],
      ['FEAT', expect.stringMatching(/^211-Features: .*End$/)],
      ['EPSV', '229 Entering Extended Passive Mode (|||12403|)'],
      ['LIST', '226 Directory send OK.'],
    ])
    expect(decoder.facts()).toEqual({ greeting: '220 (vsFTPd 3.0.3)', user: 'ann' })
    expect(decoder.finding()).toBeNull()
  },
)

test.for([
  ['>', 'PORT 192,0,2,1,4,1\r\n', { address: '192.0.2.1', port: 1025, toClient: true }],
  ['>', 'EPRT |1|192.0.2.1|1025|\r\n', { address: '192.0.2.1', port: 1025, toClient: true }],
  ['>', 'EPRT |2|2001:db8::1|1025|\r\n', { address: '2001:db8::1', port: 1025, toClient: true }],
  [
    '<',
    '227 Entering Passive Mode (10,0,0,9,177,207).\r\n',
    { address: '10.0.0.9', port: 45519, toClient: false },
  ],
  ['<', '229 Entering (|||12403|)\r\n', { address: null, port: 12403, toClient: false }],
] as const)('%s %j arranges a data connection, told once', ([side, text, expected]) => {
  const decoder = new FtpDecoder()
  feed(decoder, [[side, text]])
  expect(decoder.takeExpected()).toMatchObject([expected])
  expect(decoder.takeExpected()).toEqual([])
})

test.for([
  ['530 Login incorrect.', 'session.login-refused'],
  ['425 Failed to establish connection.', 'ftp.data-channel'],
  ['550 Failed to open file.', null],
] as const)('%s supports %s', ([reply, cause]) => {
  const decoder = FTP.open()
  feed(decoder, [
    ['>', 'LIST\r\n'],
    ['<', `${reply}\r\n`],
  ])
  expect(decoder.finding()?.cause ?? null).toBe(cause)
})

test('after AUTH TLS nothing can be read', () => {
  expect(
    feed(FTP.open(), [
      ['>', 'AUTH TLS\r\n'],
      ['<', '234 Proceed.\r\n'],
    ]),
  ).toEqual([true, false])
})

test('a greeting that names FTP, or a login after a 220, is recognised', () => {
  expect(FTP.recognise({ client: '', server: '220 (vsFTPd 3.0.3)\r\n' })).toBe(true)
  expect(FTP.recognise({ client: 'USER ann\r\n', server: '220 welcome\r\n' })).toBe(true)
  expect(FTP.recognise({ client: 'EHLO x\r\n', server: '220 welcome\r\n' })).toBe(false)
})
