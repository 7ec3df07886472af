import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MACHINE, NAMESPACE } from '../../../src/diagnose/host.ts'
import { inNetworkNamespace, localHost } from '../../../src/host/run/local.ts'

const host = localHost('client', 'client')

test('says who it is', () => {
  expect(host).toMatchObject({ name: 'client', role: 'client', access: 'local' })
})

test('runs commands here', async () => {
  const output = await host.run(['uname', '-n'])
  expect(output.stdout).toBe(execFileSync('uname', ['-n'], { encoding: 'utf8' }))
})

test('reads files here, also those that do not know their size', async () => {
  const output = await host.run(['cat', '/proc/sys/net/ipv4/ip_forward', '/no/such/file'])
  expect(output).toMatchObject({
    stdout: execFileSync('cat', ['/proc/sys/net/ipv4/ip_forward'], { encoding: 'utf8' }),
    stderr: 'cat: /no/such/file: No such file or directory\n',
    code: 1,
    failure: null,
  })
})

test('a pipe that nobody writes to is given up after its time', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rungs-local-'))
  execFileSync('mkfifo', [join(directory, 'pipe')])
  const output = await host.run(['cat', join(directory, 'pipe')], { timeoutMs: 100 })
  expect(output.failure).toBe('timeout')
  rmSync(directory, { recursive: true })
})

test('shares the machine only inside a namespace', () => {
  expect(host.limits).toEqual(inNetworkNamespace() ? NAMESPACE : MACHINE)
})

test('closing is nothing', async () => {
  await expect(host.close()).resolves.toBeUndefined()
})
