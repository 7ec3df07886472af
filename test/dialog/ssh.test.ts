import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import {
  commonAlgorithm,
  keyExchangeFor,
  readHostKey,
  readKexinit,
  readSshIdentification,
  sshProduct,
  writeDisconnect,
  writeKexinit,
  writeKeyExchange,
  writeSshPacket,
} from '../../src/dialog/ssh.ts'
import { latin1, viewOf } from '../../src/wire/bytes.ts'
import { recordedBytes } from './recorded.ts'

const sent = recordedBytes('ssh')

test('what OpenSSH says of itself is read', () => {
  expect(readSshIdentification(latin1(sent))).toEqual({
    protocol: '2.0',
    software: 'OpenSSH_9.2p1',
    comments: 'Debian-2+deb12u10',
    preamble: [],
    length: 41,
  })
})

test('lines before the identification are kept apart', () => {
  expect(
    readSshIdentification('Welcome\r\nto a host\nSSH-1.99-dropbear_2022.83\r\n'),
  ).toMatchObject({
    protocol: '1.99',
    software: 'dropbear_2022.83',
    comments: null,
    preamble: ['Welcome', 'to a host'],
  })
})

test.each(['', 'SSH-', 'SSH-2.0-', 'ssh-2.0-x', 'xSSH-2.0-y', 'HTTP/1.1 400 Bad Request'])(
  '%j is none',
  (text) => {
    expect(readSshIdentification(text)).toBeNull()
  },
)

test('the algorithms that OpenSSH 9.2 offers are read', () => {
  const at = readSshIdentification(latin1(sent))?.length ?? 0
  const kexinit = readKexinit(viewOf(sent), at, sent.length)
  if (isStopped(kexinit)) throw new Error(explainStopped(kexinit))
  // The defaults in sshd_config(5) of that release.
  expect(kexinit.keyExchange.slice(0, 2)).toEqual([
    'sntrup761x25519-sha512',
    'sntrup761x25519-sha512@openssh.com',
  ])
  expect(kexinit.keyExchange).toContain('curve25519-sha256')
  expect(kexinit.hostKey).toEqual(['ssh-ed25519'])
  expect(kexinit.encryptionToServer).toEqual([
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
  ])
  expect(kexinit.encryptionToClient).toEqual(kexinit.encryptionToServer)
  expect(kexinit.macToServer).toContain('hmac-sha2-256')
  expect(kexinit.compressionToClient).toEqual(['none', 'zlib@openssh.com'])
})

test('a packet that is cut anywhere stops', () => {
  for (let end = 41; end < 800; end++)
    expect(isStopped(readKexinit(viewOf(sent), 41, end))).toBe(true)
})

test.each([
  ['OpenSSH_9.2p1', 'OpenSSH', '9.2p1'],
  ['dropbear_2022.83', 'dropbear', '2022.83'],
  ['libssh-0.10.5', 'libssh', '0.10.5'],
  ['Cisco-1.25', 'Cisco', '1.25'],
  ['Go', 'Go', null],
])('%s is %s %s', (software, product, version) => {
  expect(sshProduct(software)).toEqual({ product, version })
})

test('the client’s first algorithm that the server has too is used', () => {
  expect(commonAlgorithm(['a', 'b', 'c'], ['c', 'b'])).toBe('b')
  expect(commonAlgorithm(['a'], ['b'])).toBeNull()
})

test('no bytes and no text make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      if (bytes.length > 5) bytes[5] = 20
      readKexinit(viewOf(bytes), 0, bytes.length)
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      readSshIdentification(`SSH-2.0-${text}`)
      sshProduct(text)
    }),
  )
})

test('a packet is padded as RFC 4253 §6 asks', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (payload) => {
      const packet = writeSshPacket(payload)
      const padding = packet[4] ?? 0
      expect(packet.length % 8).toBe(0)
      expect(padding).toBeGreaterThanOrEqual(4)
      expect(viewOf(packet).getUint32(0)).toBe(packet.length - 4)
      expect(packet.subarray(5, packet.length - padding)).toEqual(payload)
    }),
  )
})

test('what is offered is read back', () => {
  const name = fc.stringMatching(/^[a-z0-9@.-]{1,20}$/)
  const names = fc.array(name, { maxLength: 4 })
  const offers = fc.tuple(names, names, names, names, names, names, names, names)
  fc.assert(
    fc.property(offers, ([a, b, c, d, e, f, g, h]) => {
      const offer = {
        keyExchange: a,
        hostKey: b,
        encryptionToServer: c,
        encryptionToClient: d,
        macToServer: e,
        macToClient: f,
        compressionToServer: g,
        compressionToClient: h,
      }
      const packet = writeKexinit(offer, new Uint8Array(16))
      expect(readKexinit(viewOf(packet), 0, packet.length)).toEqual(offer)
    }),
  )
})

test('a disconnect says by whom and why (RFC 4253 §11.1)', () => {
  expect(latin1(writeDisconnect('bye')).slice(5, 21)).toBe('\x01\0\0\0\x0b\0\0\0\x03bye\0\0\0\0')
})

test('any packet is a host key or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (rest) => {
      for (const packet of [rest, writeSshPacket(Uint8Array.of(31, ...rest))]) {
        const key = readHostKey(packet)
        if (key) expect(latin1(key.blob)).toContain(key.type)
      }
    }),
  )
})

test('the host key is asked for by what the server has, or not at all', () => {
  const at = readSshIdentification(latin1(sent))?.length ?? 0
  const kexinit = readKexinit(viewOf(sent), at, sent.length)
  if (isStopped(kexinit)) throw new Error(explainStopped(kexinit))
  expect(keyExchangeFor(kexinit)).toBe('curve25519-sha256')
  expect(keyExchangeFor({ ...kexinit, keyExchange: ['sntrup761x25519-sha512'] })).toBeNull()
  expect(writeKeyExchange('ecdh-sha2-nistp256')).toHaveLength(80)
})
