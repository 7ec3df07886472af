import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recogniseText } from '../../src/dialog/greeting-text.ts'

test.each([
  ['SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u5\r\n', 'ssh', 'OpenSSH', '9.2p1'],
  ['SSH-2.0-dropbear_2022.83\r\n', 'ssh', 'dropbear', '2022.83'],
  ['220 mail ESMTP Postfix (Debian/GNU)\r\n', 'smtp', 'Postfix', null],
  [
    '220 mail.example.org ESMTP Exim 4.96 Sat, 21 Nov 2026 01:04:12 +0000\r\n',
    'smtp',
    'Exim',
    '4.96',
  ],
  [
    '220 a.example.org ESMTP Sendmail 8.17.1.9/8.17.1.9/Debian-2; Sat\r\n',
    'smtp',
    'Sendmail',
    '8.17.1.9',
  ],
  [
    '220 ex.example.org Microsoft ESMTP MAIL Service ready at Sat\r\n',
    'smtp',
    'Microsoft Exchange',
    null,
  ],
  ['220 ftp.example.org ESMTP ready\r\n', 'smtp', null, null],
  ['554 5.7.1 You are not allowed to connect.\r\n', 'smtp', null, null],
  ['220 (vsFTPd 3.0.3)\r\n', 'ftp', 'vsFTPd', '3.0.3'],
  ['220 ProFTPD 1.3.8 Server (Debian) [::ffff:192.0.2.7]\r\n', 'ftp', 'ProFTPD', '1.3.8'],
  ['220 ProFTPD Server (Debian) [192.0.2.7]\r\n', 'ftp', 'ProFTPD', null],
  [
    '220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\r\n220 You\r\n',
    'ftp',
    'Pure-FTPd',
    null,
  ],
  [
    '220-FileZilla Server 1.7.0\r\n220 Please visit https://filezilla-project.org/\r\n',
    'ftp',
    'FileZilla Server',
    '1.7.0',
  ],
  ['220 Microsoft FTP Service\r\n', 'ftp', 'Microsoft FTP Service', null],
  ['220 mail.example.org FTP server ready\r\n', 'ftp', null, null],
  [
    '* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS] Dovecot (Debian) ready.\r\n',
    'imap',
    'Dovecot',
    null,
  ],
  ['* BYE too many connections\r\n', 'imap', null, null],
  ['+OK Dovecot (Debian) ready.\r\n', 'pop3', 'Dovecot', null],
  ['+OK POP3 ready <1896.697170952@dbc.mtview.ca.us>\r\n', 'pop3', null, null],
  ["-ERR unknown command 'GET', with args beginning with: '/'\r\n", 'redis', null, null],
  ['-NOAUTH Authentication required.\r\n', 'redis', null, null],
  ['-DENIED Redis is running in protected mode\r\n', 'redis', null, null],
  ['$3000\r\n# Server\r\nredis_version:7.0.15\r\n', 'redis', 'Redis', '7.0.15'],
  [
    'HTTP/1.1 400 Bad Request\r\nServer: Apache/2.4.57 (Debian)\r\n\r\n',
    'http',
    'Apache',
    '2.4.57',
  ],
  ['ICY 200 OK\r\nicy-notice1:<BR>\r\n', 'http', null, null],
  ['<!DOCTYPE html><html>', 'http', null, null],
  ['RFB 003.008\n', 'vnc', null, '003.008'],
  ['ERROR\r\n', 'memcached', null, null],
  ['VERSION 1.6.18\r\n', 'memcached', 'memcached', '1.6.18'],
])('%j is %s', (text, service, product, version) => {
  const { product: seen = null, version: told = null, ...found } = recogniseText(text, null) ?? {}
  expect(found).toMatchObject({ service })
  expect([seen, told]).toEqual([product, version])
})

test('an error that two services could send goes to the expected one', () => {
  expect(recogniseText('-ERR no\r\n', 'pop3')?.service).toBe('pop3')
  expect(recogniseText('-ERR no\r\n', null)?.service).toBe('redis')
  expect(recogniseText('+OK\r\n', 'redis')?.service).toBe('redis')
})

test.each(['', 'hello', '999 x', 'RFB x', '*', '+PLUS'])('%j is none of them', (text) => {
  expect(recogniseText(text, null)).toBeNull()
})

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void recogniseText(text, null)))
  for (const start of ['220 ', '* OK ', 'SSH-2.0-', 'HTTP/1.1 200 OK\r\nVia: ']) {
    for (const piece of ['a', 'a.', '(', 'v', ' ', 'Exim ', '1.']) {
      recogniseText(start + piece.repeat(100_000), null)
    }
  }
})
