import { expect, test } from 'vitest'
import { capture, HTTP } from './made-capture.ts'
import { linesOf, reading } from './reading.ts'

test('a connection is told and drawn', async () => {
  const text = (await linesOf(capture('flow.pcap', HTTP), '--flow', '1')).join('\n')
  expect(text).toContain('connection 1: 192.0.2.1:40000 → 198.51.100.2:80 (tcp, http)')
  expect(text).toContain('✓ closed: ')
  expect(text).toContain('GET /a → 200 OK')
  expect(text).toContain('active open: the client asks for a connection')
  expect(text).toMatch(/4 {2}0\.003000 {2}├─ PSH, ACK {2}30 bytes, 1:31, ack 1 ─+▶│/)
  expect(text).toContain('closed in both directions')
})

test('a number that no connection has is told with what there is', async () => {
  expect(await reading([capture('few.pcap', HTTP), '--flow', '9'])).toMatchObject({
    code: 2,
    out: '',
    err: 'rungs: there is no connection 9; the capture has 1: rungs read FILE lists them\n',
  })
})

test('what is not TCP is drawn as well', async () => {
  const path = capture('udp.pcap', [{ way: '>', atMs: 0, text: 'hello', serverPort: 9999 }])
  expect((await linesOf(path, '--flow', '1')).join('\n')).toMatch(/├─ UDP, 5 bytes ─+▶│/)
})
