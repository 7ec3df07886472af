import { expect, test } from 'vitest'
import { explainNoCapture, findFormat } from '../../src/capture/open.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { hex } from '../wire/hex.ts'

test.each([
  ['d4c3b2a1', 'pcap'],
  ['a1b23c4d', 'pcap'],
  ['7f454c46', null],
])('what begins with %s is %s', (text, name) => {
  const view = hex(text)
  expect(findFormat(view, 0, view.byteLength)?.name ?? null).toBe(name)
})

test('bytes that are no capture are shown, with control characters escaped', () => {
  const view = viewOf(new TextEncoder().encode('\x7fELF\x1b[31m'))
  const told = explainNoCapture(view, 0, view.byteLength)
  expect(told).toContain('7f 45 4c 46 1b')
  expect(told).toContain('\\x7fELF\\x1b[31m')
  expect(told).toContain('editcap')
})
