/** What certificate a server serves, as openssl-s_client(1) sees it from another place. */

import { formatEndpoint } from '../wire/endpoint.ts'
import type { Output, Question } from './source.ts'

/** The certificates as served, the server's own first, each as PEM. */
export type Served = readonly string[]

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** More certificates than this are no chain. */
const MOST = 10

function parseServed({ stdout }: Output): Served | null {
  const [chain = ''] = stdout.split(/^Server certificate$/m)
  const found = (chain.match(PEM) ?? []).slice(0, MOST)
  return found.length > 0 ? found : null
}

/** The chain that is served at an address for a name; without a name where it is null. */
export const servedAt = (address: string, port: number, name: string | null): Question<Served> => ({
  name: `the certificate that ${address} serves on port ${port}`,
  sources: [
    {
      argv: [
        ...['openssl', 's_client', '-showcerts'],
        ...['-connect', formatEndpoint({ address, port })],
        ...(name === null ? ['-noservername'] : ['-servername', name]),
      ],
      package: 'openssl',
      parse: parseServed,
    },
  ],
})

/** The same certificate, whatever the line ends are. */
export const isSameCertificate = (one: string, other: string): boolean =>
  one.replace(/\s+/g, '') === other.replace(/\s+/g, '')
