import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { knownKeys, parseKnownKeys, parsePublicKeys, serverKeys } from '../../src/facts/ssh-keys.ts'

const ONE = 'AAAAC3NzaC1lZDI1NTE5AAAAIAi+G3QBbyadIrHmLNYct3F212Aj3wOpnhAUbDpMdFyS'
const OTHER = 'AAAAC3NzaC1lZDI1NTE5AAAAIHZ6VGmVQPlJwCKHQ5vDGPtIdVx4A0mLRJFcRXPDIcpN'

let directory: string
let file: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-keys-'))
  file = join(directory, 'known_hosts')
  writeFileSync(
    file,
    `h.example,10.0.0.1 ssh-ed25519 ${ONE}\n[h.example]:2222 ssh-ed25519 ${OTHER}\n@revoked h.example ssh-ed25519 ${OTHER}\n`,
  )
})
afterAll(() => rmSync(directory, { recursive: true }))

/** What the ssh-keygen that is installed says of a name in a file. */
function ask(name: string, from = file) {
  const [source] = knownKeys(name, from).sources
  const [program = '', ...rest] = source?.argv ?? []
  const { stdout, stderr, status } = spawnSync(program, rest, { encoding: 'utf8' })
  return source?.parse(printed(stdout, status ?? 1, stderr))
}

describe('the keys that are known', () => {
  const whole = [
    { type: 'ssh-ed25519', key: ONE, line: 1, marker: null },
    { type: 'ssh-ed25519', key: OTHER, line: 3, marker: 'revoked' },
  ]

  test('are found by name, by address, and by name and port', () => {
    expect(ask('h.example')).toMatchObject(whole)
    expect(ask('10.0.0.1')).toMatchObject([{ key: ONE, file }])
    expect(ask('[h.example]:2222')).toMatchObject([{ key: OTHER, line: 2 }])
  })

  test('are found though the names are hashed', () => {
    const hashed = join(directory, 'hashed')
    writeFileSync(hashed, `h.example ssh-ed25519 ${ONE}\n`)
    spawnSync('ssh-keygen', ['-q', '-H', '-f', hashed])
    expect(ask('h.example', hashed)).toMatchObject([{ key: ONE }])
  })

  test('are none of a stranger, and none where there is no file', () => {
    expect(ask('stranger.example')).toEqual([])
    expect(ask('h.example', join(directory, 'none'))).toEqual([])
  })

  test('cannot be told from other output', () => {
    expect(parseKnownKeys(printed('', 1, ''), file)).toEqual([])
    expect(parseKnownKeys(printed('usage: ssh-keygen', 1), file)).toBeNull()
    expect(parseKnownKeys(printed('', 255, 'Permission denied'), file)).toBeNull()
    fc.assert(fc.property(fc.string(), (text) => void parseKnownKeys(printed(text), file)))
  })
})

describe("a server's own keys", () => {
  const text = `ssh-ed25519 ${ONE} root@h\n`

  test('are read as far as there are files of them', () => {
    expect(parsePublicKeys(text)).toEqual([{ type: 'ssh-ed25519', key: ONE }])
    const missing = 'cat: /etc/ssh/ssh_host_rsa_key.pub: No such file or directory'
    expect(serverKeys.sources[0]?.parse(printed(text, 1, missing))).toHaveLength(1)
  })

  test('are none in other text', () => {
    expect(serverKeys.sources[0]?.parse(printed('', 1, 'Permission denied'))).toBeNull()
    expect(parsePublicKeys('-----BEGIN OPENSSH PRIVATE KEY-----')).toBeNull()
  })
})
