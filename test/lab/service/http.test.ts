import { join } from 'node:path'
import { expect, test } from 'vitest'
import { labDirectory } from '../../../src/lab/data.ts'
import { type HttpOptions, page, serveHttp } from '../../../src/lab/service/http.ts'
import { BINDS, client, freePort, type Told } from './loopback.ts'

const PLAIN = {
  binds: BINDS,
  certificate: null,
  status: 200,
  location: null,
  newestTls: null,
  asksClientCertificate: false,
}

async function serve(options: Partial<HttpOptions>): Promise<number> {
  const port = await freePort()
  await serveHttp({ ...PLAIN, ...options, port })
  return port
}

const curl = (port: number, scheme: string, ...more: readonly string[]): Promise<Told> => {
  const common = ['-sS', '--fail', '--noproxy', '*', '--max-time', '5']
  const ca = ['--cacert', join(labDirectory(), 'tls/ca.pem')]
  const resolve = ['--resolve', `www.lab.example:${port}:127.0.0.1`]
  const url = `${scheme}://www.lab.example:${port}/`
  return client('curl', ...common, ...ca, ...resolve, ...more, url)
}

test('a page is larger than a packet', async () => {
  const { stdout, code } = await curl(await serve({}), 'http')
  expect(code).toBe(0)
  expect(stdout).toBe(page(200))
  expect(stdout.length).toBeGreaterThan(1500)
})

test('a status and a redirect are answered as they were chosen', async () => {
  expect((await curl(await serve({ status: 502 }), 'http')).stderr).toContain('502')
  const looping = await serve({ status: 302, location: '/' })
  expect((await curl(looping, 'http', '--location', '--max-redirs', '3')).code).toBe(47)
})

test('every third answer may be the one that has the status', async () => {
  const port = await serve({ status: 500, every: 3 })
  const codes: (number | null)[] = []
  for (let asked = 0; asked < 6; asked++) codes.push((await curl(port, 'http')).code)
  expect(codes).toEqual([0, 0, 22, 0, 0, 22])
})

test('the good certificate is one that curl trusts by the authority of the lab', async () => {
  expect((await curl(await serve({ certificate: 'good' }), 'https')).code).toBe(0)
})

test.for([
  ['expired', /expired/],
  ['not-yet-valid', /not yet valid/],
  ['wrong-name', /no alternative certificate subject name matches/],
  ['self-signed', /self-signed/],
  ['incomplete', /unable to get local issuer/],
] as const)('the certificate %s is refused for its reason', async ([certificate, reason]) => {
  const { code, stderr } = await curl(await serve({ certificate }), 'https')
  expect(code).toBe(60)
  expect(stderr).toMatch(reason)
})

test('a server of TLS 1.1 and one that wants a certificate refuse curl', async () => {
  const old = await serve({ certificate: 'good', newestTls: 'TLSv1.1' })
  expect((await curl(old, 'https')).code).toBe(35)
  const strict = await serve({ certificate: 'good', asksClientCertificate: true })
  expect((await curl(strict, 'https')).stderr).toMatch(/certificate required/)
})
