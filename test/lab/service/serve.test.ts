import { afterEach, expect, test, vi } from 'vitest'
import { serveMain } from '../../../src/lab/service/serve.ts'
import { client, converse, freePort } from './loopback.ts'

afterEach(() => vi.restoreAllMocks())

/** The words of a service in this process; what it says on stdout. */
async function serve(...words: readonly string[]): Promise<string> {
  let said = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  await serveMain(words)
  vi.restoreAllMocks()
  return said
}

test('it says that it is ready once it listens', async () => {
  const port = `${await freePort()}`
  expect(await serve('ssh', '--port', port, '--bind', '127.0.0.1')).toBe('ready\n')
  expect(await converse(Number(port), '', 300)).toMatch(/^SSH-/)
})

test('records are left out and overridden by words', async () => {
  const port = `${await freePort()}`
  const change = ['--without', 'ssh.lab.example', '--override', 'www.lab.example=192.0.2.9']
  await serve('dns', '--port', port, '--bind', '127.0.0.1', ...change)
  const ask = async (name: string): Promise<string> =>
    (await client('dig', '@127.0.0.1', '-p', port, '+tries=1', name)).stdout
  expect(await ask('ssh.lab.example')).toContain('NXDOMAIN')
  expect(await ask('www.lab.example')).toContain('192.0.2.9')
})

test('an unknown kind and an unknown option are told', async () => {
  await expect(serveMain(['gopher'])).rejects.toThrow(/no service gopher: there are http, dns/)
  await expect(serveMain(['http', '--prot', '80'])).rejects.toThrow(/--prot/)
})
