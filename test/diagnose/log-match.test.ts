import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Attempted, matchLog } from '../../src/diagnose/log-match.ts'
import type { LogPage } from '../../src/diagnose/logbook.ts'
import { parseLogLine } from '../../src/facts/log-line.ts'
import { printed } from '../../src/facts/source.ts'

const AT = Date.UTC(2026, 10, 28, 1, 10, 12)
const HOUR = 3_600_000

const page = (...lines: readonly string[]): LogPage => ({
  source: '/var/log/x.log',
  lines: lines.map((line) => parseLogLine(line, AT)),
  output: printed(lines.join('\n')),
})

const sent = (more: Partial<Attempted> = {}): Attempted => ({
  token: 'k3vxw2ab',
  address: '192.0.2.10',
  port: 4711,
  fromMs: AT,
  toMs: AT + 40,
  ...more,
})

const access = (address: string, zone = '+0000', hour = '01', token = 'k3vxw2ab'): string =>
  `${address} - - [28/Nov/2026:${hour}:10:12 ${zone}] "GET /x HTTP/1.1" 200 5 "-" "rungs/0.1.0 (${token})"`

const clock = (zoneMs = 0, aheadMs = 0) => ({
  server: { epochMs: AT + aheadMs, zoneMs },
  clientMs: AT,
})

describe('the attempt', () => {
  test('is found by its token, whatever its address', () => {
    const { match, aheadMs } = matchLog([page(access('203.0.113.9'))], sent(), null)
    expect(match).toMatchObject({ by: 'token', line: { peer: { address: '203.0.113.9' } } })
    expect(aheadMs).toBe(0)
  })

  test('is found among those of the same check by its own address, then by its family', () => {
    const lines = [access('2001:db8::10'), access('192.0.2.10'), access('2001:db8::99')]
    const found = (address: string) =>
      matchLog([page(...lines)], sent({ address }), null).match?.line.peer?.address
    expect(found('2001:db8:0::10')).toBe('2001:db8::10')
    expect(found('192.168.0.7')).toBe('192.0.2.10')
    expect(found('2001:db8::1')).toBe('2001:db8::99')
  })

  test('is not found by a part of another word', () => {
    const line = access('192.0.2.10', '+0000', '01', 'k3vxw2abc')
    expect(matchLog([page(line)], sent(), null).match).toBeNull()
  })

  test('without a token is found by address and port, and that is said', () => {
    const line = 'Connection closed by 192.0.2.10 port 4711 [preauth]'
    const { match, aheadMs } = matchLog([page(line)], sent({ token: null }), null)
    expect(match).toMatchObject({ by: 'address and port' })
    expect(aheadMs).toBeNull()
    expect(matchLog([page(line)], sent({ token: null, port: 4712 }), null).match).toBeNull()
  })
})

describe('the clocks', () => {
  test.for([
    ['+0200', '03', 0],
    ['+0000', '03', 2 * HOUR],
    ['-0100', '01', HOUR],
    ['+0000', '00', -HOUR],
  ] as const)('are told in one zone: %s %s', ([zone, hour, ahead]) => {
    const { aheadMs } = matchLog([page(access('192.0.2.10', zone, hour))], sent({ toMs: AT }), null)
    expect(aheadMs).toBe(ahead)
  })

  test('of a line without a zone are in the zone of the server', () => {
    const line = '2026/11/28 06:40:12 [info] 9#9: k3vxw2ab'
    expect(matchLog([page(line)], sent(), clock(5.5 * HOUR)).aheadMs).toBe(0)
  })
})

describe('a complaint', () => {
  const denied = (client: string, time = '01:10:12', request = 'GET /x HTTP/1.1'): string =>
    `2026/11/28 ${time} [error] 9#9: *2 access forbidden by rule, client: ${client}, server: , request: "${request}", host: "h"`

  const ties = (pages: readonly LogPage[], more: Partial<Attempted> = {}, server = clock()) =>
    matchLog(pages, sent(more), server).complaints.map(({ tie }) => tie)

  test('is tied by the request, as the server saw it', () => {
    expect(ties([page(denied('203.0.113.9')), page(access('203.0.113.9'))])).toEqual(['request'])
  })

  test('of another request of that address is tied by the address', () => {
    expect(ties([page(denied('192.0.2.10', '01:10:12', 'GET /y HTTP/1.1'))])).toEqual(['address'])
  })

  test('of somebody else is tied by the time, and by nothing at another time', () => {
    expect(ties([page(denied('198.51.100.7'))])).toEqual(['time'])
    expect(ties([page(denied('192.0.2.10', '01:09:12'))])).toEqual([])
  })

  test('of a daemon in another zone than its host is of the time that its access log tells', () => {
    const line = denied('192.0.2.10', '06:40:12')
    const own = access('192.0.2.10', '+0530', '06').replace('06:10:12', '06:40:12')
    expect(ties([page(line), page(own)])).toEqual(['request'])
  })

  test('with address and port needs no time, and comes first', () => {
    const drop = 'drop connection #2 from [192.0.2.10]:4711 on [192.0.2.80]:22 past MaxStartups'
    expect(ties([page(denied('192.0.2.10')), page(drop)])).toEqual(['connection', 'address'])
  })

  test("is of the attempt's time by a clock that is wrong", () => {
    const line = denied('192.0.2.10', '03:10:12')
    expect(ties([page(line), page(access('192.0.2.10', '+0000', '03'))])).toEqual(['request'])
    expect(ties([page(line)], {}, clock(0, 2 * HOUR))).toEqual(['address'])
    expect(ties([page(line)])).toEqual([])
  })
})

test('no line makes it throw', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 100 }), { maxLength: 5 }), (lines) => {
      matchLog([page(...lines)], sent(), clock())
    }),
  )
})
