import { expect, test } from 'vitest'
import { serveSsh } from '../../../src/lab/service/ssh.ts'
import { BINDS, client, converse, freePort } from './loopback.ts'

const PROMPT = { binds: BINDS, delayMs: 0, greeting: null }

test('ssh understands who it is and what it offers', async () => {
  const port = await freePort()
  await serveSsh({ ...PROMPT, port })
  const words = '-v -o BatchMode=yes -o StrictHostKeyChecking=no -o ConnectTimeout=1 127.0.0.1'
  const { stderr } = await client('timeout', '2', 'ssh', '-p', `${port}`, ...words.split(' '))
  expect(stderr).toMatch(/remote software version OpenSSH_9\.2p1/)
  expect(stderr).toContain('kex: algorithm: curve25519-sha256')
})

test('it says its own name, late if it shall', async () => {
  const port = await freePort()
  await serveSsh({ ...PROMPT, port, greeting: 'SSH-2.0-dropbear_2022.83', delayMs: 300 })
  expect(await converse(port, '', 100)).toBe('')
  expect(await converse(port, '', 600)).toMatch(/^SSH-2\.0-dropbear_2022\.83\r\n/)
})
