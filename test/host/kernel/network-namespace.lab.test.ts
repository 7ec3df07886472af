import { readlinkSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inNetwork } from '../../../src/host/kernel/network-namespace.ts'
import { interfaceIndex } from '../../../src/host/kernel/socket.ts'
import { ip, removeNamespaces, uniqueName } from '../namespace.ts'

const name = uniqueName('net')
const path = `/run/netns/${name}`
const own = (): string => readlinkSync('/proc/thread-self/ns/net')

beforeAll(() => {
  ip(`netns add ${name}`)
  ip(`-n ${name} link add inside type veth peer name beside`)
})
afterAll(() => removeNamespaces(name))

test('inside are the devices of that network, and afterwards our own', () => {
  const before = own()
  expect(inNetwork(path, () => interfaceIndex('inside'))).toBeGreaterThan(0)
  expect(interfaceIndex('inside')).toBe(0)
  expect(own()).toBe(before)
})

test('what is thrown inside does not keep us there', () => {
  const before = own()
  const thrown = inNetwork(path, () => {
    throw Object.assign(new Error('no'), { code: 'EPERM' })
  })
  expect(thrown).toEqual({ errno: 'EPERM' })
  expect(own()).toBe(before)
})
