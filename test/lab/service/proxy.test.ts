import { join } from 'node:path'
import { expect, test } from 'vitest'
import { labDirectory } from '../../../src/lab/data.ts'
import { page, serveHttp } from '../../../src/lab/service/http.ts'
import { serveProxy } from '../../../src/lab/service/proxy.ts'
import { BINDS, client, freePort } from './loopback.ts'

const web = { status: 200, location: null, newestTls: null, asksClientCertificate: false }

async function serve(status: number | null = null): Promise<number> {
  const port = await freePort()
  await serveProxy({ binds: BINDS, port, status, resolver: '127.0.0.1' })
  return port
}

const curl = (proxy: number, url: string) =>
  client(
    'curl',
    ...['-sS', '--noproxy', '', '--max-time', '5', '--proxy', `http://127.0.0.1:${proxy}`],
    ...[
      '--cacert',
      join(labDirectory(), 'tls/ca.pem'),
      '--insecure',
      '--write-out',
      '%{http_code}',
    ],
    url,
  )

test('a page comes by the proxy, plain and by a tunnel', async () => {
  const [proxy, plain, tls] = [await serve(), await freePort(), await freePort()]
  await serveHttp({ ...web, binds: BINDS, port: plain, certificate: null })
  await serveHttp({ ...web, binds: BINDS, port: tls, certificate: 'good' })
  for (const url of [`http://127.0.0.1:${plain}/`, `https://127.0.0.1:${tls}/`])
    expect((await curl(proxy, url)).stdout, url).toBe(`${page(200)}200`)
})

test('where nothing listens behind it, it says 502', async () => {
  const [proxy, closed] = [await serve(), await freePort()]
  expect((await curl(proxy, `http://127.0.0.1:${closed}/`)).stdout).toBe('502')
  expect((await curl(proxy, `https://127.0.0.1:${closed}/`)).stderr).toContain('502')
})

test('a status is answered to everything', async () => {
  const proxy = await serve(407)
  expect((await curl(proxy, 'http://127.0.0.1:1/')).stdout).toBe('407')
  expect((await curl(proxy, 'https://127.0.0.1:1/')).stderr).toContain('407')
})
