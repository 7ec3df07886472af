import { describe, expect, test } from 'vitest'
import { enterNetns, isNetnsName, netnsHost, netnsPids } from '../../../src/host/run/netns.ts'

describe('the command that enters a namespace', () => {
  test.each([
    [
      ['sysctl', '-a'],
      ['ip', 'netns', 'exec', 'a', 'sysctl', '-a'],
    ],
    [
      ['ip', '-j', 'addr'],
      ['ip', '-n', 'a', '-j', 'addr'],
    ],
    [
      ['ss', '-tln'],
      ['ss', '-N', 'a', '-tln'],
    ],
    [
      ['toString', 'x'],
      ['ip', 'netns', 'exec', 'a', 'toString', 'x'],
    ],
  ])('for %j is %j', (argv, expected) => {
    expect(enterNetns('a', argv)).toEqual(expected)
  })

  test('is none for the tracing files of the kernel, which are those of the machine', () => {
    const argv = ['cat', '/sys/kernel/tracing/events/tcp/tcp_send_reset/format']
    expect(enterNetns('a', argv)).toEqual(argv)
  })
})

test.each(['', '-x', 'a/b', '..', '.', 'a b', 'a\n'])('%j names no namespace', async (name) => {
  expect(isNetnsName(name)).toBe(false)
  const output = await netnsHost(name, 'server', 'server').run(['true'])
  expect(output).toMatchObject({ failure: 'unreachable', code: null, argv: ['true'] })
  expect(await netnsPids(name)).toEqual([])
})

test.each([['true'], ['ip', 'addr'], ['cat', '/etc/hosts']])(
  'a namespace that does not exist is told to %s',
  async (...argv) => {
    const output = await netnsHost('rungs-none', 'server', 'server').run(argv)
    expect(output).toMatchObject({
      argv,
      failure: 'unreachable',
      stderr: 'no network namespace rungs-none; ip netns list shows them\n',
    })
  },
)
