/** The time of a signature, RRSIG, RFC 4034 §3.1: type, algorithm, labels, TTL, expiration, inception. */
import type { DnsMessage } from '../wire/dns.ts'

const TYPE_RRSIG = 46
/** Hexadecimal digits before the expiration: 16 + 8 + 8 + 32 bits. */
const EXPIRATION_AT = 16

/** Why a signature in the answer does not hold now; null where all do, or none is there. */
export function lapsedSignature(message: DnsMessage, nowMs: number): string | null {
  for (const { type, data } of message.answers) {
    if (type !== TYPE_RRSIG || data.kind !== 'other') continue
    const [expiration, inception] = [0, 8].map(
      (more) =>
        Number.parseInt(data.hex.slice(EXPIRATION_AT + more, EXPIRATION_AT + more + 8), 16) * 1000,
    )
    if (expiration && expiration < nowMs)
      return `the signature expired on ${new Date(expiration).toISOString().slice(0, 10)}`
    if (inception && inception > nowMs)
      return `the signature is valid only from ${new Date(inception).toISOString().slice(0, 10)}`
  }
  return null
}
