import { readlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inNetwork } from '../../../src/host/kernel/network-namespace.ts'

const own = (): string => readlinkSync('/proc/thread-self/ns/net')

test('a network that is not there has no entry, and we stay where we are', () => {
  const before = own()
  expect(inNetwork('/run/netns/no-such-network', () => 1)).toEqual({ errno: 'ENOENT' })
  expect(own()).toBe(before)
})

test('a file that is no network is refused', () => {
  expect(inNetwork('/etc/hostname', () => 1)).toMatchObject({ errno: expect.stringMatching(/^E/) })
})
