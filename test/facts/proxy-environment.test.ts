import fc from 'fast-check'
import { expect, test } from 'vitest'
import { namedProxies, proxyFor } from '../../src/facts/proxy-environment.ts'

const proxy = 'http://127.0.0.9:9'
const other = 'http://127.0.0.8:9'

/** Where curl 7.88.1 connected with `no_proxy` like this: to the host itself, or to the proxy. */
const excepted = [
  ['www.example.org', 'example.org', 'direct'],
  ['www.example.org', '.example.org', 'direct'],
  ['www.example.org', 'EXAMPLE.ORG.', 'direct'],
  ['www.example.org', 'ample.org', 'proxy'],
  ['www.example.org', '*', 'direct'],
  ['www.example.org', 'a.net,*', 'proxy'],
  ['www.example.org', '*.example.org', 'proxy'],
  ['www.example.org', 'org', 'direct'],
  ['www.example.org', 'a.net  example.org', 'direct'],
  ['www.example.org', 'a.net example.org', 'direct'],
  ['www.example.org', '', 'proxy'],
  ['www.example.org', ',', 'proxy'],
  ['www.example.org', 'www.example.org:8080', 'proxy'],
  ['example.org', '.example.org', 'direct'],
  ['example.org.', 'example.org', 'direct'],
  ['10.1.2.3', '10.0.0.0/8', 'direct'],
  ['10.1.2.3', '10.1.2.3', 'direct'],
  ['10.1.2.3', '10.1.2.0/25', 'direct'],
  ['10.1.2.3', '10.1.2.3/32', 'direct'],
  ['10.1.2.3', '.2.3', 'proxy'],
  ['10.1.2.3', '2.3', 'proxy'],
  ['10.1.2.3', '10.0.0.0/33', 'proxy'],
  ['10.1.2.3', '10', 'proxy'],
  ['[fd00::7]', 'fd00::7', 'direct'],
  ['[fd00::7]', 'fd00::/128', 'proxy'],
  ['localhost', 'a.net', 'proxy'],
] as const

test.for(excepted)('%s with no_proxy=%s goes where curl goes: %s', ([host, list, way]) => {
  const target = { scheme: 'http', host, port: 80 }
  const found = proxyFor(target, { http_proxy: proxy, no_proxy: list })
  expect(found?.value ?? null).toBe(way === 'proxy' ? proxy : null)
})

/** The proxy that curl 7.88.1 took with these variables. */
const chosen = [
  ['http', { HTTP_PROXY: proxy }, null],
  ['https', { HTTPS_PROXY: proxy }, proxy],
  ['https', { HTTPS_PROXY: proxy, https_proxy: other }, other],
  ['https', { HTTPS_PROXY: proxy, https_proxy: '' }, proxy],
  ['https', { http_proxy: proxy }, null],
  ['http', { ALL_PROXY: proxy }, proxy],
  ['http', { ALL_PROXY: proxy, all_proxy: other }, other],
  ['http', { http_proxy: other, all_proxy: proxy }, other],
  ['ftp', { http_proxy: other }, null],
  ['ftp', { FTP_PROXY: other }, other],
  ['http', { http_proxy: proxy, NO_PROXY: 'a.net', no_proxy: 'b.net' }, proxy],
  ['http', { http_proxy: proxy, NO_PROXY: 'a.net', no_proxy: '' }, null],
  ['http', {}, null],
] as const

test.for(chosen)(
  '%s with %j takes the proxy that curl takes: %s',
  ([scheme, environment, found]) => {
    expect(proxyFor({ scheme, host: 'a.net', port: 80 }, environment)?.value ?? null).toBe(found)
  },
)

test('where curl has no rule, an exception may name a port or a prefix of IPv6', () => {
  const direct = (host: string, port: number, list: string) =>
    proxyFor({ scheme: 'http', host, port }, { http_proxy: proxy, NO_PROXY: list }) === null
  expect(direct('www.example.org', 80, 'example.org:80')).toBe(true)
  expect(direct('www.example.org', 81, 'example.org:80')).toBe(false)
  expect(direct('fd00::7', 80, '[fd00::7]:80')).toBe(true)
  expect(direct('[fd00::7]', 80, 'fd00::/8')).toBe(true)
  expect(direct('[fe80::7]', 80, 'fd00::/8')).toBe(false)
})

test('a web socket takes the proxy of the web', () => {
  expect(
    proxyFor({ scheme: 'wss', host: 'a.net', port: 443 }, { https_proxy: proxy }),
  ).toMatchObject({ value: proxy })
  expect(proxyFor({ scheme: 'ws', host: 'a.net', port: 80 }, { http_proxy: proxy })).toMatchObject({
    value: proxy,
  })
})

test('the variable that names it is told, and all that are set can be listed', () => {
  const environment = { HTTPS_PROXY: proxy, http_proxy: other, no_proxy: 'b.net', ALL_PROXY: '' }
  expect(proxyFor({ scheme: 'https', host: 'a.net', port: 443 }, environment)).toEqual({
    variable: 'HTTPS_PROXY',
    value: proxy,
  })
  expect(namedProxies(environment).map(({ variable }) => variable)).toEqual([
    'HTTPS_PROXY',
    'http_proxy',
  ])
})

test('any text is survived', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 })
  fc.assert(
    fc.property(text, text, text, (host, list, value) => {
      const found = proxyFor(
        { scheme: 'http', host, port: 80 },
        { http_proxy: value, no_proxy: list },
      )
      expect([value, null]).toContain(found?.value ?? null)
    }),
  )
})
