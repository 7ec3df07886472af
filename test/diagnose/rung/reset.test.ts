import { describe, expect, test } from 'vitest'
import type { SegmentSeen } from '../../../src/diagnose/probes.ts'
import { reset } from '../../../src/diagnose/rung/reset.ts'
import { bytes } from '../scripted-probes.ts'
import { type Asked, ask, only } from './ask.ts'
import { growing } from './counting.ts'

/** A service that resets after so many bytes, and what is heard of it when it is tried again. */
const resets = (
  heardBytes: number,
  heard: readonly Partial<SegmentSeen>[] | null,
  more: Asked = {},
) => {
  const reply = heardBytes && {
    command: 'nc',
    lines: [],
    firstByteMs: 1,
    bytes: bytes('HTTP/1.1 200 OK\r\n'),
  }
  const ending = { how: 'reset', afterMs: 12, bytes: heardBytes } as const
  const told = { reply: reply || null, told: null, silent: false, ending }
  return ask(reset, {
    probes: {
      exchange: { '10.77.2.2': told },
      heard: heard?.map((one) => segment(one)) ?? null,
    },
    ...more,
  })
}

const segment = (told: Partial<SegmentSeen>): SegmentSeen => ({
  port: 40_000,
  kind: 'reset',
  ttl: 62,
  trafficClass: 0,
  timed: false,
  ...told,
})
const OPENED = { kind: 'syn-ack', timed: true } as const

describe('a reset', () => {
  test('with another TTL than the SYN-ACK was made on the path', async () => {
    expect(only(await resets(0, [OPENED, { ttl: 64 }]))).toMatchObject({
      cause: 'tcp.reset',
      side: 'path',
      weight: 'proven',
      because: expect.stringContaining('TTL 62, the reset with 64'),
    })
  })

  test('that carries the time was made by the TCP of the connection', async () => {
    expect(only(await resets(17, [OPENED, { timed: true }]))).toMatchObject({
      cause: 'tcp.reset',
      side: 'server',
      weight: 'proven',
    })
  })

  test('of the service before its first byte is how it turns away', async () => {
    expect(only(await resets(0, [OPENED, { timed: true }]))).toMatchObject({
      cause: 'session.accepted-then-closed',
      weight: 'proven',
    })
  })

  test('from as far away as the server, and no more known of it, is not proven', async () => {
    expect(only(await resets(17, [OPENED, {}]))).toMatchObject({
      cause: 'tcp.reset',
      side: 'server',
      weight: 'likely',
    })
    expect(only(await resets(0, [OPENED, {}]))).toMatchObject({ weight: 'possible' })
  })

  test("that the server's kernel has counted is the server's", async () => {
    const ruling = await resets(17, null, { server: growing({ 'Tcp:OutRsts': 3 }) })
    expect(only(ruling)).toMatchObject({ cause: 'tcp.reset', side: 'server', weight: 'proven' })
    expect(ruling.evidence?.[0]?.delta).toMatchObject({ name: 'TcpOutRsts', before: 0, after: 3 })
  })

  test('that the server has not counted is told by its TTL', async () => {
    const ruling = await resets(0, [OPENED, { ttl: 61 }], { server: growing({}) })
    expect(only(ruling)).toMatchObject({ cause: 'tcp.reset', side: 'path' })
  })

  test('of another connection than the one that was opened tells nothing', async () => {
    const ruling = await resets(17, [OPENED, { port: 50_000, ttl: 64 }])
    expect(ruling.status).toBe('unknown')
  })

  test('that nobody may listen to is not known', async () => {
    expect(await resets(17, null)).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'root on the client' },
    })
  })
})

test('where no connection is reset, nobody is asked for', async () => {
  expect((await ask(reset, {})).status).toBe('skip')
})
