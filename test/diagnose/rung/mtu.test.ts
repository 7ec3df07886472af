import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import type { Echo, EchoOptions, Probes } from '../../../src/diagnose/probes.ts'
import { path } from '../../../src/diagnose/rung/mtu.ts'
import { type Script, scriptedProbes } from '../scripted-probes.ts'
import { type Asked, ask, commands, NO_WAY, only, SILENCE, told } from './ask.ts'

const PAGE = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const MUTE = { exchange: { '10.77.2.2': '' } }
/** The page comes in small segments only. */
const SMALL_ONLY: Script = {
  exchange: { '10.77.2.2': ({ maxSegmentBytes }) => (maxSegmentBytes ? PAGE : '') },
}
/** Segments cannot be made small. */
const UNSEGMENTED: Script = {
  exchange: {
    '10.77.2.2': (plan) =>
      plan.maxSegmentBytes === undefined
        ? ''
        : {
            connect: {
              command: 'nc',
              lines: [],
              endpoint: { address: '10.77.2.2', family: 4, port: 80 },
              outcome: 'error',
              errno: 'ENOPROTOOPT',
              tookMs: 1,
              localAddress: null,
              localPort: null,
            },
          },
  },
}

/** Pings as large as `most` are answered; of others `error` is said, if anything. */
const upTo =
  (most: number, error?: Echo['errors'][number]) =>
  (usual: Probes): Partial<Probes> => ({
    ping: (address: string, options: EchoOptions) => {
      const passes = (options.packetBytes ?? 84) <= most
      const found: Partial<Echo> = passes
        ? { received: 1 }
        : { received: 0, rttMs: null, ttl: null, errors: error ? [error] : [] }
      const probes = scriptedProbes({ ping: { [address]: found } })
      return address === '10.77.2.2' || address === 'fd77:2::2'
        ? probes.ping(address, options)
        : usual.ping(address, options)
    },
  })
const TOLD = { from: '10.77.1.1', text: 'Frag needed and DF set (mtu = 1400)', mtu: 1400 }

const asking = (probes: Script, probe?: Asked['probe']): Promise<Ruling> =>
  ask(path, { probes, ...(probe && { probe }) })

const sizeOf = (ruling: Ruling): number => {
  const [command = ''] = commands(ruling)
  return Number(/^ip link set eth0 mtu (\d+)$/.exec(command)?.[1])
}

describe('a full-sized packet', () => {
  test('that comes through is well', async () => {
    const ruling = await asking({})
    expect(ruling).toMatchObject({ status: 'pass', summary: expect.stringContaining('1500') })
  })

  test('that a router says is too big is narrower than the link, and known to be', async () => {
    const ruling = await asking({}, upTo(1400, TOLD))
    expect(ruling.status).toBe('warn')
    expect(ruling.summary).toContain('1400')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('that gets no answer is no cause: a ping alone proves nothing', async () => {
    for (const probes of [{}, SILENCE, { connect: { '10.77.2.2': 'ECONNREFUSED' } }]) {
      const ruling = await asking(probes, upTo(0))
      expect(ruling.accuses ?? []).toEqual([])
      expect(ruling.status).not.toBe('fail')
    }
  })

  test('is not asked for where no way leads, nor without a target', async () => {
    const client = told('client-no-route')
    expect(await ask(path, { client, probes: NO_WAY })).toMatchObject({ status: 'skip' })
    expect(await ask(path, { target: null })).toMatchObject({ status: 'skip' })
  })

  test('that cannot be sent is unknown, and iputils-ping would send it', async () => {
    const barred = { possible: false, received: 0, because: 'not permitted' }
    expect(await asking({ ping: { '10.77.2.2': barred } })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iputils-ping' },
    })
  })
})

describe('a service that is silent', () => {
  test('and answers in small segments has a black hole before it', async () => {
    const ruling = await asking(SMALL_ONLY, upTo(1400))
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'mtu.black-hole',
      side: 'path',
      weight: 'proven',
      place: { interface: 'eth0' },
      tellApart: { host: 'client', command: 'ping -c 1 -M do -s 1472 10.77.2.2' },
      remedies: [{ host: 'client', undo: 'ip link set eth0 mtu 1500' }],
    })
    // Nobody said how much fits; every link of IPv6 carries 1280.
    expect(sizeOf(ruling)).toBeLessThanOrEqual(1400)
    expect(sizeOf(ruling)).toBeGreaterThanOrEqual(576)
  })

  test('and answers later in segments of any size only was silent for a while', async () => {
    let asked = 0
    const ruling = await asking({ exchange: { '10.77.2.2': () => (asked++ === 0 ? '' : PAGE) } })
    expect(asked).toBeGreaterThanOrEqual(3)
    expect(ruling.status).toBe('pass')
    expect(ruling.accuses ?? []).toEqual([])
    expect(ruling.acquits).toMatchObject([{ cause: 'mtu.black-hole' }])
  })

  test('by IPv6 keeps what IPv6 needs', async () => {
    const ruling = await ask(path, {
      target: 'http://[fd77:2::2]',
      probes: {
        exchange: { 'fd77:2::2': ({ maxSegmentBytes }) => (maxSegmentBytes ? PAGE : '') },
      },
      probe: upTo(1300),
    })
    expect(only(ruling)).toMatchObject({
      cause: 'mtu.black-hole',
      tellApart: { command: 'ping -c 1 -M do -s 1452 fd77:2::2' },
    })
    expect(sizeOf(ruling)).toBeGreaterThanOrEqual(1280)
    expect(sizeOf(ruling)).toBeLessThanOrEqual(1300)
  })

  test('where a router says how much fits gets that much', async () => {
    const ruling = await asking(SMALL_ONLY, upTo(1400, TOLD))
    expect(only(ruling)).toMatchObject({ cause: 'mtu.black-hole', weight: 'proven' })
    expect(sizeOf(ruling)).toBe(1400)
  })

  test('and is so in small segments as well has another reason', async () => {
    const ruling = await asking(MUTE, upTo(1400))
    expect(ruling.status).toBe('pass')
    expect(ruling.acquits).toMatchObject([{ cause: 'mtu.black-hole' }])
  })

  test.for([1499, 1492, 1400, 1280, 700, 577])(
    'where pings of %i bytes pass and larger ones vanish has a black hole',
    async (most) => {
      const ruling = await asking(UNSEGMENTED, upTo(most))
      expect(ruling.status).toBe('fail')
      expect(only(ruling)).toMatchObject({
        cause: 'mtu.black-hole',
        side: 'path',
        weight: 'proven',
      })
      // What is set must pass, and little be wasted.
      expect(sizeOf(ruling)).toBeLessThanOrEqual(most)
      expect(sizeOf(ruling)).toBeGreaterThan(most - 16)
    },
  )

  test('where a full-sized ping passes after all has none', async () => {
    expect((await asking(UNSEGMENTED, upTo(1500))).accuses ?? []).toEqual([])
  })

  test('where no ping passes and a large write is stuck probably has one', async () => {
    const ruling = await asking({ ...UNSEGMENTED, largeWrite: 'stuck' }, upTo(0))
    expect(only(ruling)).toMatchObject({
      cause: 'mtu.black-hole',
      side: 'path',
      weight: 'likely',
    })
  })

  test.for(['acknowledged', 'closed', 'failed'] as const)(
    'where no ping passes and a large write is %s is unknown',
    async (largeWrite) => {
      const ruling = await asking({ ...UNSEGMENTED, largeWrite }, upTo(0))
      expect(ruling.status).toBe('unknown')
    },
  )

  test('where the large write failed does not say that it was acknowledged', async () => {
    const ruling = await asking({ ...UNSEGMENTED, largeWrite: 'failed' }, upTo(0))
    expect(ruling.summary).not.toMatch(/write is acknowledged/)
  })
})
