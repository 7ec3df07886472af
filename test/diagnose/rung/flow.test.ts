import { describe, expect, test } from 'vitest'
import type { Exchange, Standing } from '../../../src/diagnose/probes.ts'
import { flow } from '../../../src/diagnose/rung/flow.ts'
import { recorded } from '../scene.ts'
import { type Asked, ask, only } from './ask.ts'

/** A dialog that fell silent while the kernel saw it so. */
const silent = (standing: Partial<Standing> | null): Partial<Exchange> => ({
  reply: null,
  told: null,
  silent: true,
  standing: standing && {
    unacknowledgedBytes: 0,
    waitsFor: null,
    retransmissions: 0,
    ...standing,
  },
})
const decide = (standing: Partial<Standing> | null, more: Asked = {}) =>
  ask(flow, { probes: { exchange: { '10.77.2.2': silent(standing) } }, ...more })

const AGAIN = { unacknowledgedBytes: 80, waitsFor: 'acknowledgment', retransmissions: 4 } as const

describe('what is sent', () => {
  test('and acknowledged, and not answered, is the service that is silent', async () => {
    const ruling = await decide({})
    expect(ruling.status).toBe('pass')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('again and again without an acknowledgment is stalled', async () => {
    const ruling = await decide(AGAIN)
    expect(only(ruling)).toMatchObject({
      cause: 'tcp.stalled',
      side: 'path',
      weight: 'likely',
      because: expect.stringContaining('the last 80 bytes were sent again 4 times'),
    })
  })

  test('again only once may be one lost packet', async () => {
    const ruling = await decide({ ...AGAIN, retransmissions: 1 })
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('and has no room is before a closed window', async () => {
    const ruling = await decide({ unacknowledgedBytes: 152, waitsFor: 'window' })
    expect(only(ruling)).toMatchObject({
      cause: 'tcp.zero-window',
      side: 'server',
      weight: 'proven',
    })
  })

  test('is not asked about where the service answers, or nothing is known', async () => {
    expect((await ask(flow, {})).status).toBe('skip')
    expect((await decide(null)).status).toBe('skip')
  })
})

describe('what the server answers', () => {
  const server = (line: string) => ({
    server: { ...recorded('healthy-server'), 'ss -H -tan': line },
  })

  test('and is not acknowledged stalls as well', async () => {
    const ruling = await decide({}, server('FIN-WAIT-1 0 1201 10.77.2.2:80 10.77.1.2:40000\n'))
    expect(only(ruling)).toMatchObject({
      cause: 'tcp.stalled',
      side: 'path',
      because: expect.stringContaining('1201 bytes of it are not acknowledged'),
    })
  })

  test.for([
    'FIN-WAIT-1 0 1 10.77.2.2:80 10.77.1.2:40000\n',
    'FIN-WAIT-1 0 1201 10.77.2.2:80 10.77.1.2:50000\n',
    'ESTAB 80 0 10.77.2.2:80 10.77.1.2:40000\n',
  ])('is not what %s tells', async (line) => {
    expect((await decide({}, server(line))).status).toBe('pass')
  })
})
