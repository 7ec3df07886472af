import { describe, expect, test } from 'vitest'
import type { TlsSession } from '../../../src/diagnose/probes.ts'
import { session } from '../../../src/diagnose/rung/presentation.ts'
import { ask } from './ask.ts'

const failing = (told: Partial<TlsSession>) =>
  ask(session, {
    target: 'https://10.77.2.2',
    probes: {
      tls: {
        '10.77.2.2': { outcome: 'failed', chain: [], protocol: null, trusted: false, ...told },
      },
    },
  })

describe('a handshake that fails', () => {
  test.for([
    [112, false, 'tls.wrong-name', 'server', 'proven'],
    [70, false, 'tls.no-common-version', 'server', 'proven'],
    [40, false, 'tls.no-common-version', 'server', 'proven'],
    [116, false, 'tls.client-certificate', 'client', 'proven'],
    [40, true, 'tls.no-common-version', 'server', 'proven'],
    [45, true, 'tls.client-certificate', 'client', 'proven'],
    [80, false, 'tls.no-common-version', 'server', 'possible'],
  ] as const)(
    'by alert %d (asked for a certificate: %s) is %s',
    async ([code, asksClientCertificate, cause, side, weight]) => {
      const ruling = await failing({ alert: { code, name: 'x' }, asksClientCertificate })
      expect(ruling.accuses?.[0]).toMatchObject({ cause, side, weight })
    },
  )

  test('by what is no TLS may be another service, or redirected', async () => {
    const ruling = await failing({ error: 'ERR_SSL_WRONG_VERSION_NUMBER' })
    expect(ruling.accuses?.map(({ cause }) => cause)).toEqual([
      'tls.not-tls',
      'service.wrong-protocol',
      'firewall.redirect',
    ])
  })

  test('for no reason that is known is not proven to be anything', async () => {
    const ruling = await failing({ error: 'ERR_SSL_SOMETHING' })
    expect(ruling.accuses?.every(({ weight }) => weight === 'possible')).toBe(true)
  })
})
