import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { probeLookup } from '../../../src/host/probe/lookup.ts'

test('a name of the hosts file has the addresses that the system gives', async () => {
  const result = await probeLookup('localhost', 2000)
  const said = execFileSync('getent', ['ahosts', 'localhost'], { encoding: 'utf8' })
  for (const [address] of said.matchAll(/^\S+/gm))
    expect(result.addresses.map((found) => found.address)).toContain(address)
  expect(result).toMatchObject({ errno: null, command: 'getent ahosts localhost' })
})

test('an address is itself', async () => {
  const result = await probeLookup('192.0.2.7', 1000)
  expect(result.addresses).toEqual([{ address: '192.0.2.7', family: 4 }])
  const six = await probeLookup('2001:db8::7', 1000)
  expect(six.addresses).toEqual([{ address: '2001:db8::7', family: 6 }])
})

test.each(['no such name', 'a..b', '', 'x'.repeat(300), 'na\0me', '\u001b[31m.invalid'])(
  '%j has no address, and says why',
  async (name) => {
    const result = await probeLookup(name, 3000)
    expect(result.addresses).toEqual([])
    expect(result.errno).toMatch(/^(E[A-Z_]+|ERR_\w+|timeout)$/)
    expect(result.lines.join()).not.toContain('\u001b')
  },
)
