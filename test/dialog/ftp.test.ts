import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainFtp, parseEpsv, parsePasv } from '../../src/dialog/ftp.ts'
import { readReplies } from '../../src/dialog/reply.ts'
import { recordedText } from './recorded.ts'

test('the places that vsftpd gave are read', () => {
  const said = (code: number): string =>
    readReplies(recordedText('vsftpdSession')).find((reply) => reply.code === code)?.lines[0] ?? ''
  // 177 × 256 + 207
  expect(parsePasv(said(227))).toEqual({ address: '127.0.0.1', port: 45519 })
  expect(parseEpsv(said(229))).toBe(12403)
})

test('the parentheses of 227 may be missing', () => {
  expect(parsePasv('227 Entering Passive Mode 10,0,0,5,4,1')).toEqual({
    address: '10.0.0.5',
    port: 1025,
  })
})

test.each(['', '227 ok', '(1,2,3,4,5)', '(256,0,0,1,1,1)', '(1,2,3,4,5,1000)'])(
  '%j is no passive place',
  (text) => {
    expect(parsePasv(text)).toBeNull()
  },
)

test.each(['', '(|||0|)', '(|||65536|)', '(||12403|)', '(|||12403)', '(|!|12403|)'])(
  '%j is no extended port',
  (text) => {
    expect(parseEpsv(text)).toBeNull()
  },
)

test('the delimiter of 229 may be another character', () => {
  expect(parseEpsv('(!!!6446!)')).toBe(6446)
})

test('codes are explained, unknown ones by their class', () => {
  expect(explainFtp(425)).toBe('the data connection cannot be opened')
  expect(explainFtp(299)).toBe('the command succeeded')
  expect(explainFtp(0)).toBe('reply 0, which is not an FTP code')
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parsePasv(text)
      parseEpsv(text)
    }),
  )
  expect(parsePasv('1,'.repeat(1 << 19))).not.toBeNull()
})
