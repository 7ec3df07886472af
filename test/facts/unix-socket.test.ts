import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { unixListeners } from '../../src/facts/unix-socket.ts'

const [ss, proc] = unixListeners.sources

test('ss tells who listens on a path, and for how many', () => {
  const text = [
    'u_str LISTEN 0      5      /tmp/ux/app.sock 993320 * 0 users:(("python3",pid=19546,fd=3))',
    'u_str LISTEN 0      128    @/tmp/dbus-x 1234 * 0',
    'u_dgr UNCONN 0      0      /run/systemd/notify 12 * 0',
  ].join('\n')
  expect(ss?.parse(printed(text))).toEqual([
    { path: '/tmp/ux/app.sock', receiveQueue: 0, processes: [{ name: 'python3', pid: 19546 }] },
  ])
})

test('the kernel tells it without ss', () => {
  const text = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '00000000e5876a92: 00000002 00000000 00010000 0001 01 993320 /tmp/ux/app.sock',
    '00000000e5876a93: 00000003 00000000 00000000 0001 03 993321 /tmp/ux/app.sock',
    '00000000e5876a94: 00000002 00000000 00010000 0001 01 993322 @abstract',
  ].join('\n')
  expect(proc?.parse(printed(text))).toEqual([
    { path: '/tmp/ux/app.sock', receiveQueue: null, processes: [] },
  ])
})

test('what failed, or is another text, is no answer; any text is survived', () => {
  expect(ss?.parse(printed('', 1))).toBeNull()
  expect(proc?.parse(printed('cat: /proc/net/unix'))).toBeNull()
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const source of unixListeners.sources) source.parse(printed(`Num\n${text}`))
    }),
  )
})
