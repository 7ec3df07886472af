/** Certificates of a test, made by the `openssl` command in a directory of its own. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A chain root → intermediate → leaf for www.example.org and 127.0.0.1, and ways to spoil it. */
export function makeCertificates(directory: string): (name: string) => string {
  const run = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' })
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout']
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text)
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8')
  run(
    'req',
    '-x509',
    ...key,
    'root.key',
    '-out',
    'root.pem',
    '-days',
    '30',
    '-subj',
    '/O=Test/CN=Root',
  )
  run(
    'req',
    '-x509',
    ...key,
    'other.key',
    '-out',
    'other.pem',
    '-days',
    '30',
    '-subj',
    '/O=Test/CN=Other',
  )
  // As if it were the root: its name, another key.
  run(
    'req',
    '-x509',
    ...key,
    'false.key',
    '-out',
    'false.pem',
    '-days',
    '30',
    '-subj',
    '/O=Test/CN=Root',
  )
  run('req', ...key, 'mid.key', '-out', 'mid.csr', '-subj', '/O=Test/CN=Intermediate')
  write('mid.ext', 'basicConstraints=critical,CA:true\nkeyUsage=keyCertSign\n')
  const sign = (csr: string, ca: string, out: string, days: string): void =>
    run(
      ...['x509', '-req', '-in', `${csr}.csr`, '-CA', `${ca}.pem`, '-CAkey', `${ca}.key`],
      ...['-CAcreateserial', '-days', days, '-extfile', `${csr}.ext`, '-out', `${out}.pem`],
    )
  sign('mid', 'root', 'mid', '20')
  run(
    'req',
    ...key,
    'leaf.key',
    '-out',
    'leaf.csr',
    '-subj',
    '/C=ES/O=Test, Ltd/CN=www.example.org',
  )
  write('leaf.ext', 'subjectAltName=DNS:www.example.org,DNS:*.example.net,IP:127.0.0.1\n')
  sign('leaf', 'mid', 'leaf', '10')
  sign('leaf', 'mid', 'expired-leaf', '-1')
  run(
    'req',
    '-x509',
    ...key,
    'self.key',
    '-out',
    'self.pem',
    '-days',
    '9',
    '-subj',
    '/CN=self.example.org',
  )
  write('full.pem', read('leaf.pem') + read('mid.pem'))
  write('full-root.pem', read('leaf.pem') + read('mid.pem') + read('root.pem'))
  write('expired.pem', read('expired-leaf.pem') + read('mid.pem'))
  return (name) => join(directory, name)
}
