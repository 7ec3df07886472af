import { expect, test } from 'vitest'
import { SSH } from '../../../src/dialog/application/ssh.ts'
import { feed } from './feed.ts'

test('both sides’ software is told, and then nothing more is wanted', () => {
  const decoder = SSH.open()
  const more = feed(decoder, [
    ['<', 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7\r\n'],
    ['>', 'SSH-2.0-OpenSSH_8.4\r\n\0\0\x05'],
  ])
  expect(more).toEqual([true, false])
  expect(decoder.facts()).toEqual({
    server: 'OpenSSH_9.2p1 Debian-2+deb12u7',
    client: 'OpenSSH_8.4',
  })
})

test('lines before the identification are passed over, binary bytes end the waiting', () => {
  const decoder = SSH.open()
  feed(decoder, [['<', 'Keep out\r\nSSH-2.0-dropbear_2022.83\r\n']])
  expect(decoder.facts()).toEqual({ server: 'dropbear_2022.83' })
  expect(feed(decoder, [['>', '\n'.repeat(100)]])).toEqual([false])
})

test('SSH is recognised by either side, nothing else is', () => {
  expect(SSH.recognise({ client: 'SSH-2.0-x\r\n', server: '' })).toBe(true)
  expect(SSH.recognise({ client: '', server: 'hi\r\nSSH-2.0-x\r\n' })).toBe(true)
  expect(SSH.recognise({ client: 'GET /SSH-2.0-x', server: '' })).toBe(false)
})
