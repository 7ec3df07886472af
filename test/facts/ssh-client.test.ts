import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { parseSshSettings, sshSettings, sshSupported } from '../../src/facts/ssh-client.ts'

/** What OpenSSH 9.2 prints, shortened. */
const PRINTED = `host db
user root
hostname db.example.org
port 2222
hostkeyalias db-cluster
ciphers aes128-ctr,aes256-gcm@openssh.com
hostkeyalgorithms ssh-ed25519,rsa-sha2-512
kexalgorithms curve25519-sha256,diffie-hellman-group14-sha256
macs hmac-sha2-256
globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2
userknownhostsfile /root/.ssh/known_hosts
sendenv LANG
`

test('the settings for a host are read', () => {
  expect(parseSshSettings(PRINTED)).toEqual({
    hostname: 'db.example.org',
    keyExchange: ['curve25519-sha256', 'diffie-hellman-group14-sha256'],
    hostKey: ['ssh-ed25519', 'rsa-sha2-512'],
    ciphers: ['aes128-ctr', 'aes256-gcm@openssh.com'],
    macs: ['hmac-sha2-256'],
    knownHostsFiles: [
      '/root/.ssh/known_hosts',
      '/etc/ssh/ssh_known_hosts',
      '/etc/ssh/ssh_known_hosts2',
    ],
    hostKeyAlias: 'db-cluster',
  })
})

test('the ssh that is installed is understood', () => {
  const settings = parseSshSettings(execFileSync('ssh', ['-G', 'h.example'], { encoding: 'utf8' }))
  expect(settings?.keyExchange).toContain('curve25519-sha256')
  expect(settings?.knownHostsFiles.length).toBeGreaterThan(0)
  const kex = execFileSync('ssh', ['-Q', 'kex'], { encoding: 'utf8' })
  const [source] = sshSupported('kex').sources
  expect(source?.parse(printed(kex))).toContain('diffie-hellman-group1-sha1')
})

test('other text is none, and no text makes it throw', () => {
  expect(sshSettings('h').sources[0]?.parse(printed('', 255, 'unknown option -- G'))).toBeNull()
  expect(sshSupported('mac').sources[0]?.parse(printed('usage: ssh'))).toBeNull()
  fc.assert(fc.property(fc.string(), (text) => void parseSshSettings(text)))
})
