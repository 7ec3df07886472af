/** The lab's web server: one page for every path, or one fixed answer; with TLS where asked. */
import { existsSync, readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { join } from 'node:path'
import type { SecureVersion } from 'node:tls'
import { labDirectory } from '../data.ts'
import { type Listening, listen } from './listen.ts'

export type HttpOptions = Listening & {
  /** Of `lab/tls/NAME.pem` (chain), with `NAME.key` or the common `server.key`; null for plain HTTP. */
  readonly certificate: string | null
  /** The answer's status; 200 normally. */
  readonly status: number
  /** Which answers have that status: 1 for all of them, 3 for every third. */
  readonly every?: number
  /** The `Location` of a redirect. */
  readonly location: string | null
  /** More headers of the answer, as `Name: value`. */
  readonly headers?: readonly string[]
  /** The newest TLS version spoken. */
  readonly newestTls: SecureVersion | null
  /** Wants a certificate of the client, of the lab's own authority. */
  readonly asksClientCertificate: boolean
  /** For how long a connection may rest before it is closed in order; for ever where it is not said. */
  readonly patienceMs?: number
}

/** Larger than one packet, so that a path that loses large packets shows. */
const PAGE_BYTES = 4096

/** The body: a small page, filled up. */
export function page(status: number): string {
  const text = `<!doctype html><title>${status}</title><p>${http.STATUS_CODES[status] ?? ''}\n`
  return text.padEnd(PAGE_BYTES, ' ')
}

function answer({
  status: given,
  every = 1,
  location,
  headers = [],
}: HttpOptions): http.RequestListener {
  let asked = 0
  return (request, response) => {
    const status = ++asked % every === 0 ? given : 200
    request.resume()
    response.writeHead(status, {
      server: 'rungs-lab',
      'content-type': 'text/html',
      'content-length': PAGE_BYTES,
      ...(location !== null && { location }),
      ...Object.fromEntries(headers.map((line) => line.split(/:\s*(.*)/s, 2))),
    })
    response.end(request.method === 'HEAD' ? '' : page(status))
  }
}

function tls(options: HttpOptions & { readonly certificate: string }): https.ServerOptions {
  const read = (name: string): string => readFileSync(join(labDirectory(), 'tls', name), 'utf8')
  const has = (name: string): boolean => existsSync(join(labDirectory(), 'tls', `${name}.key`))
  const { newestTls, certificate, asksClientCertificate } = options
  return {
    cert: read(`${certificate}.pem`),
    key: read(`${has(certificate) ? certificate : 'server'}.key`),
    ...(asksClientCertificate && {
      ca: read('ca.pem'),
      requestCert: true,
      rejectUnauthorized: true,
    }),
    // OpenSSL 3 speaks TLS before 1.2 only at security level 0.
    ...(newestTls !== null && {
      minVersion: 'TLSv1',
      maxVersion: newestTls,
      ciphers: 'DEFAULT@SECLEVEL=0',
    }),
  }
}

/** Starts the web server. */
export const serveHttp = (options: HttpOptions): Promise<void> => {
  const { certificate, patienceMs } = options
  return listen(() => {
    const server =
      certificate === null
        ? http.createServer(answer(options))
        : https.createServer(tls({ ...options, certificate }), answer(options))
    if (patienceMs !== undefined) server.setTimeout(patienceMs, (socket) => socket.end())
    return server
  }, options)
}
