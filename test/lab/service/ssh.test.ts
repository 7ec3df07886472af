import { expect, test } from 'vitest'
import { type SshOptions, serveSsh } from '../../../src/lab/service/ssh.ts'
import { BINDS, client, converse, freePort } from './loopback.ts'

const serve = async (more: Partial<SshOptions> = {}): Promise<number> => {
  const port = await freePort()
  await serveSsh({
    ...{ binds: BINDS, delayMs: 0, greeting: null, keyExchange: null, hostKey: 'key', port },
    ...more,
  })
  return port
}

const ssh = (port: number) =>
  client(
    ...['timeout', '5', 'ssh', '-v', '-F', '/dev/null', '-p', `${port}`, '-o', 'BatchMode=yes'],
    ...['-o', 'UserKnownHostsFile=/dev/null', '-o', 'StrictHostKeyChecking=yes', '127.0.0.1'],
  )

test('ssh understands who it is, what it offers and which key it shows', async () => {
  const { stderr } = await ssh(await serve())
  expect(stderr).toMatch(/remote software version OpenSSH_9\.2p1/)
  expect(stderr).toContain('kex: algorithm: curve25519-sha256')
  expect(stderr).toMatch(/Server host key: ssh-ed25519 SHA256:/)
})

test('ssh does not agree with methods that are out of date', async () => {
  const { stderr } = await ssh(await serve({ keyExchange: ['diffie-hellman-group1-sha1'] }))
  expect(stderr).toContain('no matching key exchange method found')
})

test('it says its own name, late if it shall', async () => {
  const port = await serve({ greeting: 'SSH-2.0-dropbear_2022.83', delayMs: 300 })
  expect(await converse(port, '', 100)).toBe('')
  expect(await converse(port, '', 600)).toMatch(/^SSH-2\.0-dropbear_2022\.83\r\n/)
})
