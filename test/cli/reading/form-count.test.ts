import { expect, test } from 'vitest'
import { capture, HTTP, REFUSED } from './made-capture.ts'
import { linesOf } from './reading.ts'

test('packets are counted: all, the first, or those of a connection', async () => {
  const path = capture('count.pcap', [...HTTP, ...REFUSED])
  expect(await linesOf(path, '--count')).toEqual(['10 packets'])
  expect(await linesOf(path, '--count', '-c', '1')).toEqual(['1 packet'])
  expect(await linesOf(path, path, '--count')).toEqual(['20 packets'])
  expect(await linesOf(path, '--count', '--flow', '1')).toEqual(['8 packets'])
  expect(await linesOf(path, '--count', '--story', 'refused', '--json')).toEqual(['{"packets":2}'])
})
