import { expect, test } from 'vitest'
import { type SmtpOptions, serveSmtp } from '../../../src/lab/service/smtp.ts'
import { BINDS, client, converse, freePort } from './loopback.ts'

const serve = async (more: Partial<SmtpOptions> = {}): Promise<number> => {
  const port = await freePort()
  await serveSmtp({
    ...{ binds: BINDS, delayMs: 0, greeting: null, certificate: null, hello: null },
    ...{ tlsFirst: false, port },
    ...more,
  })
  return port
}

test('curl talks to the mail server to its end', async () => {
  const port = await serve()
  const { code, stderr } = await client('curl', '-sv', '--noproxy', '*', `smtp://127.0.0.1:${port}`)
  expect(stderr).toMatch(/< 220 mail\.lab\.example ESMTP/)
  expect(stderr).toMatch(/< 250 8BITMIME/)
  expect(code).toBe(0)
  expect(await converse(port, 'NONSENSE\r\nQUIT\r\n', 2000)).toMatch(/502 5\.5\.2.*\r\n221 /s)
})

test('openssl begins TLS in it, or speaks it from the first byte on', async () => {
  const begun = await serve({ certificate: 'good' })
  const openssl = (words: string) =>
    client('sh', '-c', `openssl s_client -connect 127.0.0.1:${words} </dev/null`)
  expect((await openssl(`${begun} -starttls smtp`)).stdout).toMatch(
    /issuer=.*rungs lab intermediate/,
  )
  const first = await serve({ certificate: 'good', tlsFirst: true })
  expect((await openssl(`${first}`)).stdout).toMatch(/issuer=.*rungs lab intermediate/)
})

test('the greeting, or the answer to EHLO, can be a refusal', async () => {
  expect(await converse(await serve({ greeting: '554 no' }), '', 200)).toBe('554 no\r\n')
  const port = await serve({ hello: '550 5.7.1 blocked' })
  expect(await converse(port, 'EHLO x\r\nQUIT\r\n', 2000)).toContain('550 5.7.1 blocked\r\n')
})
