import { expect, test } from 'vitest'
import { serveFtp, serveSmtp } from '../../../src/lab/service/greeting.ts'
import { BINDS, client, converse, freePort } from './loopback.ts'

const PROMPT = { binds: BINDS, delayMs: 0, greeting: null }

test('curl talks to the mail server to its end', async () => {
  const port = await freePort()
  await serveSmtp({ ...PROMPT, port })
  const { code, stderr } = await client('curl', '-sv', '--noproxy', '*', `smtp://127.0.0.1:${port}`)
  expect(stderr).toMatch(/< 220 mail\.lab\.example ESMTP/)
  expect(stderr).toMatch(/< 250 8BITMIME/)
  expect(code).toBe(0)
  expect(await converse(port, 'NONSENSE\r\nQUIT\r\n', 2000)).toMatch(/502 5\.5\.2.*\r\n221 /s)
})

test('curl lists the files of the FTP server by either passive mode', async () => {
  const port = await freePort()
  await serveFtp({ ...PROMPT, port, passiveAddress: null })
  for (const mode of ['--ftp-pasv', '--disable-epsv']) {
    const { stdout, code } = await client('curl', '-sS', mode, `ftp://127.0.0.1:${port}/`)
    expect(stdout).toContain('hello.txt')
    expect(code).toBe(0)
  }
})

test('a wrong passive address is told as it was chosen', async () => {
  const port = await freePort()
  await serveFtp({ ...PROMPT, port, passiveAddress: '10.0.0.5' })
  expect(await converse(port, 'PASV\r\n', 300)).toMatch(/227 .*\(10,0,0,5,\d+,\d+\)/)
})

test('a slow greeting comes, but late', async () => {
  const port = await freePort()
  await serveSmtp({ ...PROMPT, port, delayMs: 400 })
  expect(await converse(port, '', 150)).toBe('')
  expect(await converse(port, '', 900)).toMatch(/^220 /)
})

test('the greeting can be a refusal', async () => {
  const port = await freePort()
  await serveSmtp({ ...PROMPT, port, greeting: '554 no' })
  expect(await converse(port, '', 200)).toBe('554 no\r\n')
})
