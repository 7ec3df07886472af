import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeCertificate, servedChain } from '../../../src/host/probe/certificate.ts'
import { labDirectory } from '../../../src/lab/data.ts'
import { makeCertificates } from '../certificates.ts'

let directory: string
let path: (name: string) => string
const load = (name: string): X509Certificate => new X509Certificate(readFileSync(path(name)))
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-certificate-'))
  path = makeCertificates(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

const openssl = (...args: readonly string[]): string =>
  execFileSync('openssl', ['x509', '-noout', ...args], { encoding: 'utf8' }).trim()

test('a certificate is shown as openssl reads it', () => {
  const shown = describeCertificate(load('leaf.pem'))
  const file = ['-in', path('leaf.pem')]
  expect(`sha256 Fingerprint=${shown.fingerprint}`).toBe(
    openssl('-fingerprint', '-sha256', ...file),
  )
  const date = (label: string): string =>
    new Date(openssl(`-${label}`, ...file).split('=')[1] ?? '').toISOString()
  const style = ['-nameopt', 'sname,esc_2253,sep_comma_plus_space,utf8']
  const name = (which: string): string =>
    openssl(`-${which}`, ...style, ...file).replace(/^\w+=/, '')
  expect(shown.subject).toBe('C=ES, O=Test\\, Ltd, CN=www.example.org')
  expect(shown).toMatchObject({
    notBefore: date('startdate'),
    notAfter: date('enddate'),
    subject: name('subject'),
    issuer: name('issuer'),
    names: ['www.example.org', '*.example.net', '127.0.0.1'],
    selfSigned: false,
  })
})

test('without alternative names it is the common name that counts', () => {
  expect(describeCertificate(load('self.pem'))).toMatchObject({
    names: ['self.example.org'],
    selfSigned: true,
  })
})

test('a name that could move the cursor cannot', () => {
  const subject = '/CN=\u001b[2Jevil'
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      path('evil.key'),
      '-utf8',
      '-out',
      path('evil.pem'),
      '-subj',
      subject,
    ],
    { stdio: 'ignore' },
  )
  expect(JSON.stringify(describeCertificate(load('evil.pem')))).not.toContain('\\u001b')
})

test('a chain ends, though a certificate lead to itself', () => {
  const root = load('root.pem')
  const loop = new Proxy(root, {
    get: (target, key) => (key === 'issuerCertificate' ? loop : Reflect.get(target, key, target)),
  })
  expect(servedChain(loop).length).toBe(1)
  expect(servedChain(undefined)).toEqual([])
})

test('says where the certificate of its issuer lies, and is given as it was served', () => {
  const text = readFileSync(join(labDirectory(), 'tls/incomplete.pem'), 'utf8')
  const shown = describeCertificate(new X509Certificate(text))
  expect(shown.issuerUrl).toBe('http://ca.lab.example/intermediate.der')
  expect(shown.pem?.trim()).toBe(text.trim())
  expect(describeCertificate(load('leaf.pem')).issuerUrl).toBeNull()
})
