/** An SSH server up to the choice of algorithms (RFC 4253 §4.2 and §7.1); no key is ever exchanged. */
import { randomBytes } from 'node:crypto'
import net from 'node:net'
import { type SshKexinit, writeKexinit } from '../../dialog/ssh.ts'
import type { GreetingOptions } from './greeting.ts'
import { forgive, listen } from './listen.ts'

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

/** Says who it is and what it offers, and then nothing. */
export const serveSsh = (options: GreetingOptions): Promise<void> =>
  listen(
    () =>
      net.createServer((socket) => {
        forgive(socket).resume()
        const greet = (): void => {
          const own = options.greeting ?? 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u5'
          socket.write(`${own}\r\n`)
          socket.write(writeKexinit(OFFER, randomBytes(16)))
        }
        setTimeout(greet, options.delayMs)
      }),
    options,
  )
