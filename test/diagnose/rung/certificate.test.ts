import { describe, expect, test } from 'vitest'
import type { OtherClock } from '../../../src/diagnose/clocks.ts'
import type { TlsSession } from '../../../src/diagnose/probes.ts'
import { judgeDates } from '../../../src/diagnose/rung/certificate.ts'
import { session } from '../../../src/diagnose/rung/presentation.ts'
import { certificate } from '../scripted-probes.ts'
import { ask, commands } from './ask.ts'

const YEAR_MS = 365 * 86_400_000
const NOW = Date.parse(certificate.notAfter) + YEAR_MS
const clock = (side: OtherClock['side'], aheadMs: number): OtherClock => ({
  who: `the clock of ${side}`,
  side,
  aheadMs,
})
const judge = (...others: readonly OtherClock[]) =>
  judgeDates([certificate], certificate, NOW, others).accuses.map(
    ({ cause, side, weight }) => `${cause} ${side} ${weight}`,
  )

describe('a certificate that is out of date by this clock', () => {
  test('has expired where another clock says the same', () => {
    expect(judge(clock('server', 1000))).toEqual(['tls.expired server proven'])
  })

  test('may be good where nobody else tells the time', () => {
    expect(judge()).toEqual(['tls.expired server proven', 'tls.clock-skew client possible'])
  })

  test('is good where the server’s clock says so, which may be wrong itself', () => {
    expect(judge(clock('server', -1.5 * YEAR_MS))).toEqual([
      'tls.clock-skew client likely',
      'tls.clock-skew server possible',
      'tls.expired server possible',
    ])
  })

  test('is good where two others agree', () => {
    const skewed = judge(clock('server', -1.5 * YEAR_MS), clock('path', -1.5 * YEAR_MS))
    expect(skewed).toEqual(['tls.clock-skew client proven'])
  })

  test('is not good where a third clock agrees with this one', () => {
    expect(judge(clock('server', -1.5 * YEAR_MS), clock('path', 0))).toEqual([
      'tls.clock-skew server proven',
    ])
  })

  test('is not good by a clock that differs and finds it out of date as well', () => {
    expect(judge(clock('server', YEAR_MS))[0]).toBe('tls.expired server proven')
  })
})

const over = (told: Partial<TlsSession>, target = 'https://www.lab.example') =>
  ask(session, {
    target,
    probes: {
      zone: { 'www.lab.example': ['10.77.2.2'] },
      tls: { '10.77.2.2': { trusted: false, ...told } },
      exchange: { '10.77.2.2': 'HTTP/1.1 200 OK\r\nDate: Sat, 01 Aug 2026 12:00:00 GMT\r\n\r\n' },
    },
  })

test('the clock can be set to the time of the answer', async () => {
  const late = { ...certificate, notAfter: '2026-11-01T00:00:00.000Z' }
  const ruling = await over({ distrust: 'CERT_HAS_EXPIRED', chain: [late] })
  expect(ruling.accuses?.[0]).toMatchObject({ cause: 'tls.clock-skew', side: 'client' })
  expect(commands(ruling)[0]).toMatch(/^date -u -s 2026-08-01T12:00:0\d$/)
})

describe('a certificate for another name', () => {
  test('is that of every name where the server knows no other', async () => {
    const other = { ...certificate, names: ['other.example'] }
    const ruling = await over({ distrust: 'ERR_TLS_CERT_ALTNAME_INVALID', chain: [other] })
    expect(ruling.accuses?.[0]).toMatchObject({ cause: 'tls.wrong-name', weight: 'proven' })
    expect(ruling.summary).toContain('serves the same without a name')
  })
})

describe('a certificate that is not trusted', () => {
  const untrusted = (told: Partial<TlsSession>) =>
    over({ distrust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', ...told })
  const causes = async (told: Partial<TlsSession>) =>
    ((await untrusted(told)).accuses ?? []).map(
      ({ cause, side, weight }) => `${cause} ${side} ${weight}`,
    )

  test('lacks an intermediate of an organisation that is trusted', async () => {
    expect(await causes({ kin: 'Lab' })).toEqual(['tls.untrusted server likely'])
  })

  test('says where the certificate lies that lacks', async () => {
    const issuerUrl = 'http://ca.example/i.der'
    const ruling = await untrusted({ chain: [{ ...certificate, issuerUrl }] })
    expect(ruling.summary).toContain(`not that of CN=Lab CA; it lies at ${issuerUrl}`)
    expect(ruling.accuses?.[0]).toMatchObject({ side: 'server', weight: 'likely' })
  })

  test('may be of an authority of one’s own', async () => {
    expect(await causes({})).toContain('tls.untrusted client possible')
  })

  test('of a program that looks into TLS is told so, and not proven', async () => {
    const chain = [{ ...certificate, issuer: 'O=Fortinet, CN=FortiGate CA' }]
    expect(await causes({ chain })).toContain('tls.intercepted path possible')
    expect(await causes({ chain })).not.toContain('tls.untrusted server proven')
  })

  test('for a weak key or signature is refused by usual clients', async () => {
    const ruling = await over({ distrust: 'EE_KEY_TOO_SMALL' })
    expect(ruling.summary).toContain('fewer than 2048 bits')
    expect(ruling.accuses).toHaveLength(1)
  })
})
