import { describe, expect, test } from 'vitest'
import type { ExchangePlan } from '../../../src/diagnose/probes.ts'
import { answer } from '../../../src/diagnose/rung/application.ts'
import type { Asked } from '../scripted-probes.ts'
import { ask, only } from './ask.ts'

const page = (status: string, headers = '', body = ''): string =>
  `HTTP/1.1 ${status}\r\n${headers}\r\n${body}`
const says = (
  text: string | ((plan: ExchangePlan, asked: Asked) => string),
  target = 'http://www.lab.example/',
) =>
  ask(answer, {
    target,
    probes: { zone: { 'www.lab.example': ['10.77.2.2'] }, exchange: { '10.77.2.2': text } },
  })

describe('an error of the 5xx kind', () => {
  test('is told with the front that wrote it', async () => {
    const text = page('502 Bad Gateway', '', '<hr><center>nginx/1.22.1</center>')
    expect(only(await says(text))).toMatchObject({ cause: 'http.upstream-down', weight: 'likely' })
    expect(only(await says(text)).because).toContain('written by nginx')
  })

  test('of a balancer that has no server left is about the backend', async () => {
    const text = page(
      '503 Service Unavailable',
      '',
      'No server is available to handle this request.',
    )
    expect(only(await says(text))).toMatchObject({ cause: 'http.upstream-down', weight: 'likely' })
  })

  test('that says when to come back is the application’s own', async () => {
    const ruling = await says(page('503 Service Unavailable', 'Retry-After: 120\r\n'))
    expect(only(ruling)).toMatchObject({ cause: 'http.server-error', weight: 'proven' })
    expect(only(ruling).because).toContain('Retry-After: 120')
  })

  test('503 without a sign of who wrote it is not proven', async () => {
    const { accuses = [] } = await says(page('503 Service Unavailable'))
    expect(accuses.map(({ cause }) => cause)).toEqual([
      'http.upstream-down',
      'http.server-error',
      'service.rate-limited',
    ])
    expect(accuses.every(({ weight }) => weight !== 'proven')).toBe(true)
  })
})

describe('a circle of redirects', () => {
  test.for([
    ['the page sends to itself', () => page('302 Found', 'Location: /\r\n')],
    [
      'with and without the slash',
      (_: ExchangePlan, { request }: Asked) =>
        page('301 Moved', `Location: ${request.startsWith('GET /a/ ') ? '/a' : '/a/'}\r\n`),
    ],
    [
      'X-Forwarded-Proto',
      (_: ExchangePlan, { secured }: Asked) =>
        page('301 Moved', `Location: ${secured ? 'http' : 'https'}://www.lab.example/\r\n`),
    ],
  ] as const)('is explained: %s', async ([words, text]) => {
    const ruling = await says(text)
    expect(only(ruling)).toMatchObject({ cause: 'http.redirect-loop', side: 'server' })
    expect(ruling.summary).toContain(words)
  })
})

describe('a page that does not exist', () => {
  const at =
    (good: RegExp, other = '404 Not Found') =>
    (_: ExchangePlan, { request }: Asked): string =>
      good.test(request) ? page('200 OK') : page(other, '', 'nothing')

  test('on a host that has others is a wrong path', async () => {
    const ruling = await says(at(/^GET \/ /), 'http://www.lab.example/gone')
    expect(only(ruling)).toMatchObject({ cause: 'http.not-found', partial: true })
    expect(only(ruling).because).toContain('the path is what lacks')
  })

  test('by whatever name it is asked for may be a virtual host that is not there', async () => {
    expect(only(await says(at(/never/))).because).toContain('no virtual host www.lab.example')
  })

  test('only by this name is said by a virtual host of its own', async () => {
    const ruling = await says(at(/Host: 10\.77\.2\.2\r/))
    expect(only(ruling).because).toContain('a virtual host of its own')
  })
})

test('a certificate of the client that the web server misses is named', async () => {
  const reply = page('400 Bad Request', '', '400 No required SSL certificate was sent')
  const ruling = await ask(answer, {
    target: 'https://10.77.2.2',
    probes: {
      tls: { '10.77.2.2': { asksClientCertificate: true } },
      exchange: { '10.77.2.2': reply },
    },
  })
  expect(only(ruling)).toMatchObject({ cause: 'tls.client-certificate', side: 'client' })
})

test('the page that comes with a server is said, and is an answer', async () => {
  const ruling = await says(page('200 OK', '', '<h1>Welcome to nginx!</h1>'))
  expect(ruling).toMatchObject({ status: 'warn' })
  expect(ruling.accuses ?? []).toEqual([])
})
