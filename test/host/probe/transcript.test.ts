import { expect, test } from 'vitest'
import { Transcript } from '../../../src/host/probe/transcript.ts'

const words = (text: string) => ({ bytes: Buffer.from(text), shown: null })

test('turns are told apart, and the pieces of one are put together', () => {
  const transcript = new Transcript()
  transcript.heard(Buffer.from('220 re'))
  transcript.heard(Buffer.from('ady\r\n'))
  transcript.said(words('EHLO x\r\n'))
  transcript.heard(Buffer.from('250-a\r\n250 b\r\n'))
  transcript.said({ bytes: Buffer.alloc(8), shown: 'SSLRequest' })
  transcript.said(words(''))
  expect(transcript.lines).toEqual([
    '< 220 ready',
    '> EHLO x',
    '< 250-a',
    '< 250 b',
    '> SSLRequest',
  ])
})

test('bytes that are no text are shown by the words in them', () => {
  const transcript = new Transcript()
  transcript.heard(
    Buffer.from('J\0\0\0\n11.4.2-MariaDB\0\x01\x02ab\0mysql_native_password\0', 'latin1'),
  )
  expect(transcript.lines).toEqual(['< (47 bytes) 11.4.2-MariaDB mysql_native_password'])
})

test('no control character reaches the terminal, and no more lines than fit', () => {
  const transcript = new Transcript()
  transcript.heard(Buffer.from(`\u001b[2J\r\n${'x\n'.repeat(100)}`))
  expect(transcript.lines[0]).toBe('< \\x1b[2J')
  expect(transcript.lines).toHaveLength(41)
})

test('the secret of a proxy is not shown', () => {
  const transcript = new Transcript()
  transcript.said(words('GET / HTTP/1.1\r\nProxy-Authorization: Basic dTpw\r\n\r\n'))
  expect(transcript.lines).toEqual(['> GET / HTTP/1.1', '> Proxy-Authorization: Basic …'])
})
