/** A certificate as it is shown, from what Node read of it. */
import type { X509Certificate } from 'node:crypto'
import { printable } from '../../base/printable.ts'
import type { Certificate } from '../../diagnose/probes.ts'

/** A chain is seldom longer than four; what is longer is cut. */
const MOST_CERTIFICATES = 10

/** One line of a name that Node gives with one attribute a line. */
const oneLine = (name: string): string => printable(name.trim().replaceAll('\n', ', '))

const iso = (date: string): string => {
  const ms = Date.parse(date)
  return Number.isNaN(ms) ? printable(date) : new Date(ms).toISOString()
}

/** A value with a comma or a quote in it is written as a JSON string (CVE-2021-44532). */
const unquote = (value: string): string => {
  if (!value.startsWith('"')) return value
  try {
    return String(JSON.parse(value))
  } catch {
    return value
  }
}

/** `DNS:www.example.org, IP Address:192.0.2.7` */
const NAME = /(?:^|, )(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g

function namesOf(certificate: X509Certificate): string[] {
  const alternative = certificate.subjectAltName ?? ''
  const names = [...alternative.matchAll(NAME)].map(([, name = '']) => printable(unquote(name)))
  if (names.length > 0) return names
  const common = /^CN=(.*)$/m.exec(certificate.subject)?.[1]
  return common === undefined ? [] : [printable(common)]
}

/** `CA Issuers - URI:http://ca.example.org/intermediate.der`, one a line. */
const issuerUrlOf = ({ infoAccess }: X509Certificate): string | null => {
  const url = /^CA Issuers - URI:(?:"([^"]*)"|(\S+))/m.exec(infoAccess ?? '')
  return url ? printable(url[1] ?? url[2] ?? '') : null
}

/** What is shown of a certificate. */
export const describeCertificate = (certificate: X509Certificate): Certificate => ({
  subject: oneLine(certificate.subject ?? ''),
  issuer: oneLine(certificate.issuer ?? ''),
  names: namesOf(certificate),
  notBefore: iso(certificate.validFrom),
  notAfter: iso(certificate.validTo),
  fingerprint: certificate.fingerprint256,
  selfSigned: certificate.subject === certificate.issuer && certificate.checkIssued(certificate),
  issuerUrl: issuerUrlOf(certificate),
  pem: certificate.toString(),
})

/** The certificates as served, beginning with the server's own. */
export function servedChain(first: X509Certificate | undefined): X509Certificate[] {
  const chain: X509Certificate[] = []
  const seen = new Set<string>()
  for (let one = first; one && chain.length < MOST_CERTIFICATES; one = one.issuerCertificate) {
    if (seen.has(one.fingerprint256)) break
    seen.add(one.fingerprint256)
    chain.push(one)
  }
  return chain
}
