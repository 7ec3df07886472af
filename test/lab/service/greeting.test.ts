import type { AddressInfo, Socket } from 'node:net'
import { expect, test } from 'vitest'
import { type Dialog, greeter, verbOf } from '../../../src/lab/service/greeting.ts'
import { BINDS, converse } from './loopback.ts'

const echo: Dialog = () => (line) => (line === 'GO AWAY' ? null : `heard ${verbOf(line)}`)

/** Greets so on a free port. */
async function greets(delayMs: number): Promise<number> {
  const server = greeter('220 hello', { port: 0, binds: BINDS, delayMs, greeting: null }, echo)()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref().on('connection', (socket: Socket) => socket.unref())
  return (server.address() as AddressInfo).port
}

test('lines are answered one by one, and the last closes', async () => {
  expect(await converse(await greets(0), 'noop x\r\nQUIT\r\n', 2000)).toBe(
    '220 hello\r\nheard NOOP\r\nheard QUIT\r\n',
  )
  expect(await converse(await greets(0), 'GO AWAY\r\n', 2000)).toBe('220 hello\r\n')
})

test('a slow greeting comes, but late', async () => {
  const port = await greets(400)
  expect(await converse(port, '', 150)).toBe('')
  expect(await converse(port, '', 900)).toMatch(/^220 /)
})
