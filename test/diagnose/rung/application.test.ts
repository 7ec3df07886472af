import { describe, expect, test } from 'vitest'
import { answer } from '../../../src/diagnose/rung/application.ts'
import { ask, only } from './ask.ts'

const page = (status: string, headers = ''): string => `HTTP/1.1 ${status}\r\n${headers}\r\n`
const says = (text: string, target = 'http://10.77.2.2') =>
  ask(answer, { target, probes: { exchange: { '10.77.2.2': text } } })

describe('an application', () => {
  test('that answers with success passes', async () => {
    expect(await says(page('200 OK'))).toMatchObject({ status: 'pass' })
  })

  test.for([
    ['404 Not Found', 'http.not-found', true],
    ['421 Misdirected Request', 'http.not-found', true],
    ['403 Forbidden', 'service.denied', true],
    ['401 Unauthorized', 'service.denied', true],
    ['429 Too Many Requests', 'service.rate-limited', true],
    ['500 Internal Server Error', 'http.server-error', false],
    ['502 Bad Gateway', 'http.upstream-down', false],
    ['504 Gateway Timeout', 'http.upstream-down', false],
  ] as const)('that answers %s is %s', async ([status, cause, partial]) => {
    const ruling = await says(page(status))
    expect(ruling.status).toBe(partial ? 'warn' : 'fail')
    const weight = cause === 'http.upstream-down' ? 'likely' : 'proven'
    expect(only(ruling)).toMatchObject({ cause, side: 'server', weight, partial })
  })

  test('whose redirects lead back is a circle', async () => {
    const ruling = await says(page('302 Found', 'Location: /\r\n'))
    expect(only(ruling).cause).toBe('http.redirect-loop')
  })

  test('that redirects to a name that nobody knows is lost there', async () => {
    const ruling = await says(page('301 Moved', 'Location: http://gone.lab.example/\r\n'))
    expect(only(ruling)).toMatchObject({ cause: 'dns.no-such-name', side: 'server' })
    expect(ruling.summary).toContain('gone.lab.example')
  })

  test('of mail that turns the client away is refused by it', async () => {
    const ruling = await says('554 no service here\r\n', 'smtp://10.77.2.2')
    expect(only(ruling)).toMatchObject({ cause: 'smtp.refused', side: 'server' })
  })

  test('of mail that greets passes', async () => {
    const ruling = await says('220 mail.lab.example ESMTP\r\n', 'smtp://10.77.2.2')
    expect(ruling.status).toBe('pass')
  })

  test('is not asked where the dialog does not begin', async () => {
    for (const probes of [
      { connect: { '10.77.2.2': 'ECONNREFUSED' } },
      { exchange: { '10.77.2.2': '' } },
    ])
      expect(await ask(answer, { probes })).toMatchObject({ status: 'skip' })
  })
})
