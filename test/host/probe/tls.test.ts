import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Endpoint, ExchangePlan } from '../../../src/diagnose/probes.ts'
import { insideTls } from '../../../src/dialog/conversation.ts'
import { talkHttp } from '../../../src/dialog/talk/http.ts'
import { talkSmtp } from '../../../src/dialog/talk/smtp.ts'
import { probeExchange } from '../../../src/host/probe/exchange.ts'
import { readAlert } from '../../../src/host/probe/tls.ts'
import { serveSmtp } from '../../../src/lab/service/smtp.ts'
import { makeCertificates } from '../certificates.ts'
import { closedPort } from '../server.ts'

let directory: string
let path: (name: string) => string
let chosen: string | undefined
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-tls-'))
  path = makeCertificates(directory)
  chosen = process.env.SSL_CERT_FILE
  process.env.SSL_CERT_FILE = path('root.pem')
})
afterAll(() => {
  if (chosen === undefined) delete process.env.SSL_CERT_FILE
  else process.env.SSL_CERT_FILE = chosen
  rmSync(directory, { recursive: true })
})

let running: ChildProcess | undefined
afterEach(() => {
  running?.kill('SIGKILL')
})

/** A real `openssl s_server`, which answers any HTTP request. */
async function serve(certificate: string, key: string, ...more: string[]): Promise<Endpoint> {
  const to = await closedPort()
  const chain = certificate === 'full' ? ['-cert_chain', path('mid.pem')] : []
  const own = certificate === 'full' ? 'leaf.pem' : certificate
  const files = ['-cert', path(own), '-key', path(key), ...chain]
  const child = spawn('openssl', [
    's_server',
    '-accept',
    `127.0.0.1:${to.port}`,
    '-www',
    ...files,
    ...more,
  ])
  running = child
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text) => String(text).includes('ACCEPT') && resolve())
  })
  return to
}

const plan = (more: Partial<ExchangePlan> = {}): ExchangePlan => ({
  talk: () => insideTls(talkHttp('GET / HTTP/1.0\r\n\r\n'), ['http/1.1']),
  command: 'curl -v https://www.example.org/',
  serverName: 'www.example.org',
  timeoutMs: 2000,
  patienceMs: 1000,
  ...more,
})

describe('a good server', () => {
  test('is told in full', async () => {
    const to = await serve('full', 'leaf.key', '-alpn', 'http/1.1')
    const { tls, reply } = await probeExchange(to, plan())
    expect(tls).toMatchObject({
      outcome: 'established',
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      alpn: 'http/1.1',
      trusted: true,
      distrust: null,
      asksClientCertificate: false,
      alert: null,
      error: null,
    })
    expect(tls?.chain.map(({ subject }) => subject)).toEqual([
      'C=ES, O=Test\\, Ltd, CN=www.example.org',
      'O=Test, CN=Intermediate',
    ])
    expect(tls?.lines[0]).toBe('TLSv1.3, TLS_AES_256_GCM_SHA384')
    expect(tls?.lines).toContain('verification: OK')
    expect(reply?.lines[0]).toBe('HTTP/1.0 200 ok')
    expect(reply?.command).toBe('curl -v https://www.example.org/')
  })

  test('may be asked by its address', async () => {
    const to = await serve('full', 'leaf.key')
    const { tls } = await probeExchange(to, plan({ serverName: '127.0.0.1' }))
    expect(tls).toMatchObject({ trusted: true, distrust: null })
    expect(tls?.command).not.toContain('-servername')
  })

  test('with an old protocol is seen', async () => {
    const to = await serve('full', 'leaf.key', '-tls1', '-cipher', 'ALL:@SECLEVEL=0')
    const { tls } = await probeExchange(to, plan())
    expect(tls).toMatchObject({ outcome: 'established', protocol: 'TLSv1', trusted: true })
  })

  test('that would like a client certificate is noticed', async () => {
    for (const version of ['-tls1_2', '-tls1_3']) {
      const to = await serve('full', 'leaf.key', version, '-verify', '1')
      const { tls } = await probeExchange(to, plan())
      expect(tls).toMatchObject({
        outcome: 'established',
        asksClientCertificate: true,
        alert: null,
      })
      running?.kill('SIGKILL')
    }
  })
})

describe('a certificate', () => {
  test.each([
    [
      'without its chain',
      'leaf.pem',
      'leaf.key',
      'www.example.org',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    ['that has expired', 'expired-leaf.pem', 'leaf.key', 'www.example.org', 'CERT_HAS_EXPIRED'],
    [
      'that is self-signed',
      'self.pem',
      'self.key',
      'self.example.org',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ],
    ['of another name', 'full', 'leaf.key', 'mail.example.org', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['of another address', 'full', 'leaf.key', '127.0.0.2', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('%s is not trusted', async (_, certificate, key, serverName, distrust) => {
    const to = await serve(certificate, key)
    const { tls, reply } = await probeExchange(to, plan({ serverName }))
    expect(tls).toMatchObject({ outcome: 'established', trusted: false, distrust })
    expect(tls?.lines).toContain(`verification: ${distrust}`)
    expect(reply).not.toBeNull()
  })

  test('for all names below one is for one of them', async () => {
    const to = await serve('full', 'leaf.key')
    const ask = async (serverName: string) => (await probeExchange(to, plan({ serverName }))).tls
    expect(await ask('a.example.net')).toMatchObject({ trusted: true })
    expect(await ask('a.b.example.net')).toMatchObject({ trusted: false })
  })
})

describe('an alert', () => {
  test('for a missing client certificate comes with what was asked', async () => {
    const old = await serve('full', 'leaf.key', '-tls1_2', '-Verify', '1')
    expect((await probeExchange(old, plan())).tls).toMatchObject({
      outcome: 'failed',
      alert: { code: 40, name: 'handshake_failure' },
      asksClientCertificate: true,
    })
    running?.kill('SIGKILL')
    const now = await serve('full', 'leaf.key', '-tls1_3', '-Verify', '1')
    const { tls, reply } = await probeExchange(now, plan())
    expect(tls).toMatchObject({
      outcome: 'failed',
      protocol: 'TLSv1.3',
      alert: { code: 116, name: 'certificate_required' },
      asksClientCertificate: true,
      trusted: true,
    })
    expect(tls?.chain.length).toBe(2)
    expect(tls?.lines.at(-1)).toBe('the server sent alert 116 (certificate_required)')
    expect(reply).toBeNull()
  })

  test('says that there is no common cipher', async () => {
    const to = await serve('full', 'leaf.key', '-tls1_2', '-cipher', 'PSK')
    expect((await probeExchange(to, plan())).tls).toMatchObject({
      outcome: 'failed',
      alert: { code: 40, name: 'handshake_failure' },
      asksClientCertificate: false,
      // OpenSSL's word for it, which changed from SSLV3_ALERT to SSL/TLS_ALERT.
      error: expect.stringMatching(/^ERR_SSL_.*ALERT_HANDSHAKE_FAILURE$/),
    })
  })

  test.each([
    [
      'SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:x.c:1605:SSL alert number 70',
      70,
      'protocol_version',
    ],
    ['tlsv13 alert certificate required: SSL alert number 116', 116, 'certificate_required'],
  ])('is read from %s', (message, code, name) => {
    expect(readAlert(new Error(message))).toEqual({ code, name })
    expect(readAlert(new Error('read ECONNRESET'))).toBeNull()
  })
})

test('TLS begins in a mail session, and what follows is said inside it', async () => {
  const to = await closedPort()
  await serveSmtp({
    ...{ port: to.port, binds: [to.address], delayMs: 0, greeting: null, hello: null },
    ...{ certificate: 'expired', tlsFirst: false },
  })
  const talk = () => talkSmtp('probe.example')
  const result = await probeExchange(to, plan({ talk, serverName: 'mail.lab.example' }))
  expect(result.tls).toMatchObject({ outcome: 'established', trusted: false })
  expect(result.tls?.command).toContain('s_client -starttls smtp -connect')
  expect(result.told).toMatchObject({ reception: 'served', code: 220 })
  expect(result.transcript.filter((line) => line.startsWith('> '))).toEqual([
    '> EHLO probe.example',
    '> STARTTLS',
    '> EHLO probe.example',
    '> QUIT',
  ])
})
