/**
 * The zone `lab.example` and its two name servers, as the tests of the naming checks ask them: the
 * client of `data/`, and what a name server says in one word.
 */
import type { DnsQuery, DnsReply } from '../../../src/diagnose/probes.ts'
import { type Outputs, recorded } from '../scene.ts'
import { answering } from '../scripted-probes.ts'

export const target = 'http://www.lab.example'
export const client: Outputs = recorded('healthy-client')
export const zone: Readonly<Record<string, readonly string[]>> = {
  'www.lab.example': ['10.77.2.2'],
}
export const FIRST = '10.77.1.53'
export const SECOND = '10.77.1.54'

/** A client that has both name servers. */
export const TWO: Outputs = {
  ...client,
  'cat /etc/resolv.conf': `nameserver ${FIRST}\nnameserver ${SECOND}\nsearch lab.example\n`,
}

/** A name server that says nothing. */
export const timeout: Partial<DnsReply> = { outcome: 'timeout', errno: null }

/** A name server that gives these addresses to every name. */
export const saying =
  (...addresses: readonly string[]) =>
  (query: DnsQuery): Partial<DnsReply> => ({
    message: answering(
      query,
      query.type === 'A' ? addresses.map((address) => ({ kind: 'A', address })) : [],
    ),
  })

/** A name server that fails: SERVFAIL is 2, NXDOMAIN 3, REFUSED 5 (RFC 1035 §4.1.1). */
export const failing =
  (rcode: number) =>
  (query: DnsQuery): Partial<DnsReply> => ({ message: answering(query, [], rcode) })
