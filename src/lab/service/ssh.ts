/**
 * An SSH server up to its half of the key exchange (RFC 4253 §4.2, §7.1 and §8): it shows a host key,
 * and signs nothing with it.
 */
import { randomBytes } from 'node:crypto'
import net from 'node:net'
import { type SshKexinit, writeHostKey, writeKexinit } from '../../dialog/ssh.ts'
import type { GreetingOptions } from './greeting.ts'
import { forgive, listen } from './listen.ts'

export type SshOptions = GreetingOptions & {
  /** The methods of key exchange that it offers; null for those of today. */
  readonly keyExchange: readonly string[] | null
  /** Any word, of which its host key is made. */
  readonly hostKey: string
}

/** What OpenSSH 9.2 offers, in part. */
const OFFER: SshKexinit = {
  keyExchange: ['curve25519-sha256', 'diffie-hellman-group14-sha256'],
  hostKey: ['ssh-ed25519'],
  encryptionToServer: ['aes128-ctr', 'aes256-gcm@openssh.com'],
  encryptionToClient: ['aes128-ctr', 'aes256-gcm@openssh.com'],
  macToServer: ['hmac-sha2-256'],
  macToClient: ['hmac-sha2-256'],
  compressionToServer: ['none'],
  compressionToClient: ['none'],
}

const KEY_BYTES = 32

/** A key of the type ssh-ed25519 as it is on the wire, made of a word. */
function keyOf(word: string): Buffer {
  const head = Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20', 'latin1')
  return Buffer.concat([head, Buffer.alloc(KEY_BYTES, word)])
}

/** The client's half of a key exchange: a packet of type 30, whatever padding it has. */
const isHalf = (packets: Buffer): boolean => {
  for (let at = 0; at + 6 <= packets.length; ) {
    if (packets[at + 5] === 30) return true
    at += 4 + packets.readUInt32BE(at)
  }
  return false
}

/** Says who it is and what it offers, shows its key to whoever asks, and then nothing. */
export const serveSsh = (options: SshOptions): Promise<void> =>
  listen(
    () =>
      net.createServer((socket) => {
        forgive(socket)
        let heard = Buffer.alloc(0)
        socket.on('data', (data: Buffer) => {
          heard = Buffer.concat([heard, data]).subarray(0, 1 << 16)
          const line = heard.indexOf('\n')
          if (line < 0 || !isHalf(heard.subarray(line + 1))) return
          heard = Buffer.alloc(0)
          socket.write(writeHostKey(keyOf(options.hostKey)))
        })
        const greet = (): void => {
          const own = options.greeting ?? 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u5'
          const keyExchange = options.keyExchange ?? OFFER.keyExchange
          socket.write(`${own}\r\n`)
          socket.write(writeKexinit({ ...OFFER, keyExchange }, randomBytes(16)))
        }
        setTimeout(greet, options.delayMs)
      }),
    options,
  )
