/** The first certificate of a file, as openssl-x509(1) tells it; keys beside it are not printed. */
import { type Output, type Question, succeeded } from './source.ts'

export type CertificateFile = {
  readonly subject: string
  readonly issuer: string
  readonly notAfterMs: number
  /** SHA-256, hex with colons. */
  readonly fingerprint: string
}

function parseFile(output: Output): CertificateFile | null {
  if (!succeeded(output)) return null
  const of = (pattern: RegExp): string => pattern.exec(output.stdout)?.[1]?.trim() ?? ''
  const notAfterMs = Date.parse(of(/^notAfter=(.*)$/m))
  const fingerprint = of(/^sha256 Fingerprint=(.*)$/im)
  return Number.isNaN(notAfterMs) || fingerprint === ''
    ? null
    : { subject: of(/^subject=(.*)$/m), issuer: of(/^issuer=(.*)$/m), notAfterMs, fingerprint }
}

/** The certificate in a file. */
export const certificateFile = (path: string): Question<CertificateFile> => ({
  name: `the certificate in ${path}`,
  sources: [
    {
      argv: [
        ...['openssl', 'x509', '-in', path, '-noout'],
        ...['-subject', '-issuer', '-enddate', '-fingerprint', '-sha256'],
      ],
      package: 'openssl',
      parse: parseFile,
    },
  ],
})
