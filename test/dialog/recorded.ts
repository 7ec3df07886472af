import { readFileSync } from 'node:fs'

/**
 * What Debian 12's servers sent over loopback (OpenSSH 9.2p1, vsftpd 3.0.3, nginx 1.22.1), and
 * hellos of OpenSSL 3.0; binary ones in hexadecimal: `data/recorded.json`.
 */
const all: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(`${import.meta.dirname}/data/recorded.json`, 'utf8'),
)

export function recordedText(name: string): string {
  const text = all[name]
  if (text === undefined) throw new Error(`not recorded: ${name}`)
  return text
}

export const recordedBytes = (name: string): Uint8Array =>
  Uint8Array.from(Buffer.from(recordedText(name), 'hex'))
