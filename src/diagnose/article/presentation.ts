/** Articles on rung 6: TLS and its certificates. */
import type { PRESENTATION } from '../cause/presentation.ts'
import type { Articles } from './article.ts'

export const PRESENTATION_ARTICLES: Articles<typeof PRESENTATION> = {
  'tls.not-tls': {
    meaning: [
      'The client begins TLS, and what comes back is no TLS.',
      'The port speaks plain text, or a protocol that begins TLS later (STARTTLS).',
    ],
    proof:
      'The first bytes of the server are no TLS record; often they are a readable greeting or `HTTP/1.1 400`.',
    commands: ['openssl s_client -connect HOST:PORT'],
    advice:
      'Use the right port or scheme, or switch TLS on in the service (nginx: `listen 443 ssl`).',
    apart: {
      'service.wrong-protocol': 'there another service than the expected one is on the port',
      'tls.no-common-version': 'there a TLS alert comes back',
    },
  },
  'tls.expired': {
    meaning: [
      'The certificate’s time is over, or has not begun.',
      'Renewal failed, or the new certificate is on the disk and the service still serves the old one.',
    ],
    proof:
      'The time notAfter lies in the past (or notBefore in the future) of a clock that was compared with a second one.',
    commands: ['certbot renew', 'systemctl reload UNIT'],
    advice: 'If the file is new and the answer is old, the reload alone helps.',
    apart: { 'tls.clock-skew': 'there the certificate is fine, and a clock is wrong' },
  },
  'tls.clock-skew': {
    meaning: [
      'The certificate is valid, but the clock that judges it is wrong.',
      'Machines without a battery, and virtual machines after a pause, wake up in the past.',
    ],
    proof:
      'The clock differs from a second one (the other end, or the Date header of another server) by more than the certificate’s margin.',
    commands: ["date -s 'TIME'"],
    advice: 'Then let a time service keep it: `timedatectl set-ntp true`, or chrony.',
    apart: { 'tls.expired': 'there two clocks agree that the time is over' },
  },
  'tls.wrong-name': {
    meaning: [
      'The certificate is for other names than the one that was asked for.',
      'The server has no certificate for this name, or chose that of another virtual host.',
    ],
    proof:
      'No subjectAltName matches the name (RFC 9525); a different certificate for another SNI shows the virtual hosts.',
    commands: ['openssl s_client -connect HOST:443 -servername NAME'],
    advice: 'Add the name to the certificate, or the name to the virtual host that has one.',
    apart: {
      'dns.wrong-answer': 'there the wrong server answers',
      'tls.intercepted': 'there the certificate is made up on the way',
    },
  },
  'tls.untrusted': {
    meaning: [
      'The chain of certificates leads to no authority that the client trusts.',
      'The server forgot an intermediate certificate, the issuer is an own one, or the certificate signed itself.',
      'Browsers fetch or remember intermediates, so that there it may seem to work.',
    ],
    proof:
      'Verification ends at an unknown issuer; with the missing intermediate added, it succeeds.',
    commands: ['cat CERTIFICATE INTERMEDIATE > CHAIN'],
    advice:
      'Serve that chain; for an own authority, install its certificate on the clients (`update-ca-certificates`).',
    apart: {
      'tls.intercepted': 'there the server itself serves another issuer',
      'tls.expired': 'there the chain is whole, and too old',
    },
  },
  'tls.no-common-version': {
    meaning: [
      'Client and server have no TLS version, or no cipher, in common.',
      'One of them is very old, or one of them was hardened.',
    ],
    proof:
      'The server answers with the alert protocol_version (70) or handshake_failure (40), and with another version it succeeds.',
    commands: ['openssl s_client -connect HOST:PORT -tls1_2'],
    advice:
      'Enable TLS 1.2 and 1.3 on the older end; a lower security level on the newer one is a last resort.',
    apart: {
      'tls.client-certificate': 'there handshake_failure follows a request for a certificate',
    },
  },
  'tls.client-certificate': {
    meaning: [
      'The server wants to see a certificate of the client, and got none, or one that it does not accept.',
      'Everything up to there works.',
    ],
    proof:
      'After a CertificateRequest the server ends with the alert certificate_required (116), bad_certificate (42) or handshake_failure (40), or answers 400 or 403 saying so.',
    commands: ['curl --cert CERTIFICATE --key KEY URL'],
    advice: 'Ask the owner of the service which authority has to sign it.',
    apart: { 'tls.no-common-version': 'there no certificate was asked for' },
  },
  'tls.intercepted': {
    meaning: [
      'Something on the path opens TLS and shows a certificate of its own.',
      'Companies and virus scanners do it with an authority that they install; others do it without.',
    ],
    proof:
      'The client gets another certificate, with another issuer, than the server serves when asked on itself.',
    commands: ['openssl s_client -connect HOST:443 -servername NAME'],
    advice:
      'If the interception is wanted, install the authority of the proxy; if not, do not send a password.',
    apart: {
      'tls.untrusted': 'there the server serves that certificate itself',
      'portal.captive': 'there a log-in page answers instead of the server',
    },
  },
}
