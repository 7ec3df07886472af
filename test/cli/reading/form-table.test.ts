import { expect, test } from 'vitest'
import { capture, HTTP, REFUSED } from './made-capture.ts'
import { linesOf } from './reading.ts'

test('each connection has its line, what happened, and all of them a last one', async () => {
  const lines = await linesOf(capture('table.pcap', [...HTTP, ...REFUSED]))
  expect(lines[0]).toBe(
    '#  start         client           server           service   lasted  bytes',
  )
  expect(lines[1]).toMatch(
    /^1 {2}\d\d:\d\d:32\.000 {2}192\.0\.2\.1:40000 {2}198\.51\.100\.2:80 {2}http +16\.0 ms {3}70 B$/,
  )
  expect(lines[2]).toMatch(/^ {6}✓ closed: /)
  expect(lines.find((line) => line.startsWith('2 '))).toMatch(
    / 192\.0\.2\.1:40001 +198\.51\.100\.2:25 +smtp /,
  )
  expect(lines.find((line) => line.includes('refused'))).toMatch(/^ {6}✗ refused: /)
  expect(lines).toContain(
    ' 10 packets (470 B), 2 connections, 101 ms from 2007-05-31T21:06:32.000000Z on',
  )
})

test('only the stories that were asked for are shown', async () => {
  const path = capture('stories.pcap', [...HTTP, ...REFUSED])
  const lines = await linesOf(path, '--story', 'refused')
  expect(lines.filter((line) => /^\d /.test(line))).toHaveLength(1)
  expect(lines.join('\n')).toContain('refused')
})

test('ports have no names where numbers are asked for', async () => {
  const lines = await linesOf(capture('numeric.pcap', REFUSED), '-n')
  expect(lines.join('\n')).not.toContain('smtp')
})
