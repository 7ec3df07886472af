import { describe, expect, test } from 'vitest'
import type { TlsSession } from '../../../src/diagnose/probes.ts'
import { session } from '../../../src/diagnose/rung/presentation.ts'
import { certificate } from '../scripted-probes.ts'
import { ask } from './ask.ts'

const over = (told: Partial<TlsSession>) =>
  ask(session, { target: 'https://10.77.2.2', probes: { tls: { '10.77.2.2': told } } })

const failed = (told: Partial<TlsSession>): Partial<TlsSession> => ({
  outcome: 'failed',
  protocol: null,
  chain: [],
  trusted: false,
  ...told,
})

describe('a TLS session', () => {
  test('that holds passes, and says for how long its certificate is good', async () => {
    const ruling = await over({})
    expect(ruling.status).toBe('pass')
    expect(ruling.summary).toMatch(/TLSv1\.3, CN=www\.lab\.example.* days left/)
  })

  test('whose certificate ends within two weeks is warned of', async () => {
    const soon = { ...certificate, notAfter: '2026-11-25T00:00:00.000Z' }
    expect((await over({ chain: [soon] })).status).toBe('warn')
  })

  const untrusted = (distrust: string, changed = {}): Partial<TlsSession> => ({
    trusted: false,
    distrust,
    chain: [{ ...certificate, ...changed }],
  })

  test.for([
    [
      'expired',
      untrusted('CERT_HAS_EXPIRED', { notAfter: '2026-11-01T00:00:00.000Z' }),
      'tls.expired',
      'server',
    ],
    [
      'not valid yet',
      untrusted('CERT_NOT_YET_VALID', { notBefore: '2027-01-01T00:00:00.000Z' }),
      'tls.expired',
      'server',
    ],
    ['for another name', untrusted('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls.wrong-name', 'server'],
    [
      'self-signed',
      untrusted('DEPTH_ZERO_SELF_SIGNED_CERT', { selfSigned: true }),
      'tls.untrusted',
      'server',
    ],
    ['of an old version', { protocol: 'TLSv1.1' }, 'tls.no-common-version', 'server'],
    [
      'ended by alert 70',
      failed({ alert: { code: 70, name: 'protocol_version' } }),
      'tls.no-common-version',
      'server',
    ],
    [
      'ended by alert 40',
      failed({ alert: { code: 40, name: 'handshake_failure' } }),
      'tls.no-common-version',
      'server',
    ],
    [
      'ended by alert 116',
      failed({ alert: { code: 116, name: 'certificate_required' } }),
      'tls.client-certificate',
      'client',
    ],
    [
      'asked for a certificate and ended by alert 42',
      failed({ asksClientCertificate: true, alert: { code: 42, name: 'bad_certificate' } }),
      'tls.client-certificate',
      'client',
    ],
    ['that is none', failed({ error: 'ERR_SSL_WRONG_VERSION_NUMBER' }), 'tls.not-tls', 'server'],
  ] as const)('%s', async ([, told, cause, side]) => {
    const ruling = await over(told)
    expect(ruling.status).toBe('fail')
    expect(ruling.accuses?.[0]).toMatchObject({ cause, side, weight: 'proven' })
  })

  test('names whom the certificate is for', async () => {
    const ruling = await over(untrusted('ERR_TLS_CERT_ALTNAME_INVALID'))
    expect(ruling.summary).toContain('www.lab.example')
    expect(ruling.summary).toContain('10.77.2.2')
  })

  test('is not asked of what speaks no TLS, nor without a connection', async () => {
    expect((await ask(session, {})).status).toBe('skip')
    const probes = { connect: { '10.77.2.2': 'ECONNREFUSED' } }
    expect((await ask(session, { target: 'https://10.77.2.2', probes })).status).toBe('skip')
  })
})
