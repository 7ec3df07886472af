import { expect, test } from 'vitest'
import { probeSegment } from '../../../src/host/probe/segment.ts'

test('a segment is shown as nping would send it', async () => {
  const four = { address: '127.0.0.1', family: 4, port: 9 } as const
  const first = await probeSegment(four, { trafficClass: 0x10, flags: 'syn', timeoutMs: 200 })
  expect(first.command).toBe('nping --tcp --flags syn --tos 16 -p 9 -c 1 127.0.0.1')
  const six = { address: '::1', family: 6, port: 9 } as const
  const second = await probeSegment(six, {
    trafficClass: 0x10,
    flags: 'ack',
    ttl: 3,
    timeoutMs: 200,
  })
  expect(second.command).toBe(
    'nping -6 --tcp --flags ack --traffic-class 16 --hop-limit 3 -p 9 -c 1 ::1',
  )
})

test('what came back is told on one line, and so is that nothing may be sent', async () => {
  const to = { address: '127.0.0.1', family: 4, port: 9 } as const
  const { lines, possible } = await probeSegment(to, {
    trafficClass: 0x10,
    flags: 'ack',
    timeoutMs: 500,
  })
  expect(lines).toEqual([
    possible
      ? '127.0.0.1:9: reset, ttl=64, tos=0x10'
      : '127.0.0.1:9: no segment could be sent (needs root)',
  ])
})
