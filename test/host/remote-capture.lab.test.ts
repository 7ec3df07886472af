import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRemoteCapture, tcpdumpArgv } from '../../src/host/remote-capture.ts'
import { netnsHost } from '../../src/host/run/netns.ts'
import { makePath, type Path } from './path.ts'

const OPTIONS = {
  device: 'eth0',
  expression: 'icmp',
  snapBytes: 262_144,
  bufferBytes: 1 << 20,
  promiscuous: true,
}

let path: Path
beforeAll(() => {
  path = makePath()
})
afterAll(() => path.remove())

const ping = (...words: string[]): void => {
  execFileSync('ip', [
    'netns',
    'exec',
    path.client,
    'ping',
    '-q',
    '-i',
    '0.05',
    ...words,
    '10.71.2.1',
  ])
}

const processes = (): string =>
  execFileSync('ip', ['netns', 'pids', path.server], { encoding: 'utf8' }).trim()

test('the packets of another host come while they pass, and nothing is left there afterwards', async () => {
  const host = netnsHost(path.server, 'server', 'server')
  const capture = await openRemoteCapture(host, OPTIONS)
  if ('failed' in capture) throw new Error(capture.reason)
  const stop = new AbortController()
  let packets = 0
  const going = capture.run(
    (_, from, to) => {
      packets += to - from
    },
    () => {},
    stop.signal,
  )
  ping('-c', '5')
  await expect.poll(() => packets, { timeout: 5000 }).toBe(10)
  stop.abort()
  await going
  expect(capture.failure).toBeNull()
  expect(capture.counts()).toEqual({ received: 10, dropped: 0 })
  await expect.poll(processes).toBe('')
})

test('whoever wants no more is given no more', async () => {
  const host = netnsHost(path.server, 'server', 'server')
  const capture = await openRemoteCapture(host, { ...OPTIONS, expression: '' })
  if ('failed' in capture) throw new Error(capture.reason)
  const going = capture.run(
    () => false,
    () => {},
    new AbortController().signal,
  )
  ping('-c', '2')
  expect(await going).toMatchObject({ stopped: true })
})

test('what tcpdump says there is why it cannot be', async () => {
  const host = netnsHost(path.server, 'server', 'server')
  const capture = await openRemoteCapture(host, { ...OPTIONS, device: 'no-such-device' })
  expect(capture).toMatchObject({
    failed: true,
    reason: expect.stringMatching(/no-such-device.*No such device/),
  })
  expect(tcpdumpArgv({ ...OPTIONS, promiscuous: false })).toContain('-p')
})
