import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { lookUpHosts, machineNames } from '../../src/host/filter-names.ts'
import { formatAddress } from '../../src/wire/address.ts'

const folder = mkdtempSync(join(tmpdir(), 'rungs-names-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('names come from the files of the machine, those that are missing have none', () => {
  writeFileSync(join(folder, 'services'), 'http 80/tcp www # the web\n')
  writeFileSync(join(folder, 'ethers'), '00:11:22:33:44:55 box\n')
  const names = machineNames(new Map(), folder)
  expect(names.port('www', 'tcp')).toBe(80)
  expect(names.port('http', 'udp')).toBeNull()
  expect(names.ether('box')).toEqual(Uint8Array.of(0, 0x11, 0x22, 0x33, 0x44, 0x55))
  expect(names.protocol('tcp')).toBeNull()
  expect(names.network('loopback')).toBeNull()
  expect(names.services()).toEqual(['http', 'www'])
})

test('hosts are looked up by the system, all of them at once; an unknown one has no addresses', async () => {
  const hosts = await lookUpHosts(['localhost', 'no-such-host.invalid'])
  const names = machineNames(hosts)
  const [first] = names.hosts('localhost') ?? []
  expect(first && formatAddress(first)).toMatch(/^(?:127\.0\.0\.1|::1)$/)
  expect(names.hosts('no-such-host.invalid')).toBeNull()
})

test('without names nothing is asked', async () => {
  expect(await lookUpHosts([])).toEqual(new Map())
})
