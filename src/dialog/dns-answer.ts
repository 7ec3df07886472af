/** What a name server's answer means: response codes of RFC 1035 §4.1.1 and the reasons of RFC 8914. */
import { type DnsMessage, extendedErrorName, extendedErrors, rcodeName } from '../wire/dns.ts'

const RCODES: Readonly<Record<number, string>> = {
  1: 'it does not understand the question',
  2: 'it could not find the answer out',
  3: 'there is no such name',
  4: 'it does not do what is asked',
  5: 'it does not want to answer this client, or about this zone',
  9: 'it is not in charge of this zone',
  16: 'it does not know this version of EDNS',
}

/** Extended errors by number, RFC 8914 §4; those of DNSSEC from 5 to 12. */
const REASONS: Readonly<Record<number, string>> = {
  1: 'the zone is signed in a way that it cannot check',
  2: 'the zone is signed in a way that it cannot check',
  3: 'it gives an old answer, since the zone’s own servers do not answer',
  4: 'it gives another answer than the zone, by its policy',
  5: 'DNSSEC can be neither confirmed nor refuted',
  6: 'the signatures of the zone do not hold',
  7: 'a signature of the zone has expired: the zone must be signed anew',
  8: 'a signature of the zone is not valid yet: a clock is wrong, or it was signed too early',
  9: 'the key that the parent zone names is not there: the DS record at the registrar is old',
  10: 'the zone should be signed and is not: remove the DS record, or sign it',
  11: 'the key of the zone is none for zones',
  12: 'the proof that the name does not exist is missing',
  13: 'it remembers an earlier failure',
  14: 'it is not ready yet',
  15: 'the name is blocked by the operator of the resolver',
  16: 'the name is blocked by order of somebody else',
  17: 'the name is filtered, as the client’s owner wished',
  18: 'this client may not ask it',
  19: 'it gives an old denial, since the zone’s own servers do not answer',
  20: 'it is not in charge of the zone: a lame delegation, or the wrong server was asked',
  21: 'it does not support what is asked',
  22: 'none of the zone’s own servers answers: a lame delegation, or they are down',
  23: 'it cannot reach the zone’s own servers',
  24: 'the data of the zone is broken',
}

/** The extended errors that say that DNSSEC, not the name, is the matter. */
const DNSSEC = new Set([1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 25, 27])

/** Whether the answer says by itself that it failed by DNSSEC. */
export const isBogus = ({ edns }: DnsMessage): boolean =>
  extendedErrors(edns).some(({ code }) => DNSSEC.has(code))

/** `SERVFAIL (it could not …); Signature Expired: a signature …`; a refusal without recursion is told so. */
export function explainAnswer(message: DnsMessage): string {
  const name = rcodeName(message.rcode)
  const known = RCODES[message.rcode]
  const lame =
    message.rcode === 5 && !message.ra
      ? '; it does not recurse: it serves zones of its own only'
      : ''
  const reasons = extendedErrors(message.edns).map(({ code, text }) => {
    const meaning = REASONS[code]
    const said = text === '' ? '' : ` (“${text}”)`
    return `; ${extendedErrorName(code)}${meaning ? `: ${meaning}` : ''}${said}`
  })
  return `${name}${known ? ` (${known})` : ''}${lame}${reasons.join('')}`
}
