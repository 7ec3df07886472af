import { expect, test } from 'vitest'
import { type FtpOptions, serveFtp } from '../../../src/lab/service/ftp.ts'
import { BINDS, client, converse, freePort } from './loopback.ts'

const serve = async (more: Partial<FtpOptions> = {}): Promise<number> => {
  const port = await freePort()
  await serveFtp({
    ...{ binds: BINDS, delayMs: 0, greeting: null, passiveAddress: null },
    ...{ anonymous: true, dead: false, port },
    ...more,
  })
  return port
}

test('curl lists the files by either passive mode', async () => {
  const port = await serve()
  for (const mode of ['--ftp-pasv', '--disable-epsv']) {
    const { stdout, code } = await client('curl', '-sS', mode, `ftp://127.0.0.1:${port}/`)
    expect(stdout).toContain('hello.txt')
    expect(code).toBe(0)
  }
})

test('a wrong passive address is told as it was chosen', async () => {
  const port = await serve({ passiveAddress: '10.0.0.5' })
  expect(await converse(port, 'PASV\r\n', 300)).toMatch(/227 .*\(10,0,0,5,\d+,\d+\)/)
})

test('curl finds nobody at a dead port, and is not let in where nobody is', async () => {
  const dead = await serve({ dead: true })
  expect((await client('curl', '-sS', `ftp://127.0.0.1:${dead}/`)).code).toBe(7)
  const closed = await serve({ anonymous: false })
  expect((await client('curl', '-sS', `ftp://127.0.0.1:${closed}/`)).code).toBe(67)
})
