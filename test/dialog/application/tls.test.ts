import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { TLS } from '../../../src/dialog/application/tls.ts'
import { feed, inPieces, payloadOf, type Said, told } from './feed.ts'

/** What OpenSSL sends and receives, as `-msg`-less raw bytes: its trace of a session with itself over pipes. */
function session(options: readonly string[]): Said[] {
  const script = `
import ssl, sys, json, subprocess
client_context = ssl.create_default_context(); client_context.check_hostname = False
client_context.verify_mode = ssl.CERT_NONE
client_context.set_alpn_protocols(['h2', 'http/1.1'])
server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '/tmp/rungs-tls-' + str(__import__('os').getpid()), '-out', '/tmp/rungs-tlsc-' + str(__import__('os').getpid()), '-subj', '/CN=x', '-days', '1'], check=True, stderr=subprocess.DEVNULL)
pid = str(__import__('os').getpid())
server_context.load_cert_chain('/tmp/rungs-tlsc-' + pid, '/tmp/rungs-tls-' + pid)
__import__('os').unlink('/tmp/rungs-tlsc-' + pid); __import__('os').unlink('/tmp/rungs-tls-' + pid)
server_context.set_alpn_protocols(['http/1.1'])
${options.join('\n')}
ci, co, si, so = ssl.MemoryBIO(), ssl.MemoryBIO(), ssl.MemoryBIO(), ssl.MemoryBIO()
c = client_context.wrap_bio(ci, co, server_hostname='www.example.org')
s = server_context.wrap_bio(si, so, server_side=True)
said = []
done = [False, False]
for turn in range(8):
  for index, (end, out, other, side) in enumerate([(c, co, si, '>'), (s, so, ci, '<')]):
    if not done[index]:
      try:
        end.do_handshake(); done[index] = True
      except ssl.SSLWantReadError: pass
      except ssl.SSLError: done[index] = True
    data = out.read()
    if data: said.append([side, data.decode('latin1')]); other.write(data)
print(json.dumps(said))
`
  const { stdout, stderr } = spawnSync('python3', ['-c', script], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return JSON.parse(stdout) as Said[]
}

const TLS_1_2 = ['client_context.maximum_version = ssl.TLSVersion.TLSv1_2']
const NO_VERSION = [
  'client_context.maximum_version = ssl.TLSVersion.TLSv1_2',
  'server_context.minimum_version = ssl.TLSVersion.TLSv1_3',
]

test('a handshake of OpenSSL tells server name, versions, cipher and protocol', () => {
  const decoder = TLS.open()
  feed(decoder, session([]))
  expect(decoder.facts()).toEqual({
    'server name': 'www.example.org',
    'offered protocols': 'h2, http/1.1',
    version: 'TLS 1.3',
    cipher: expect.stringMatching(/^TLS_/),
  })
  expect(told(decoder)[0]).toEqual(['ClientHello for www.example.org', 'ServerHello, TLS 1.3'])
  expect(decoder.finding()).toBeNull()
})

test('TLS 1.2 tells the protocol that the server chose', () => {
  const decoder = TLS.open()
  const lines = session(TLS_1_2)
  feed(decoder, inPieces(lines, 100))
  expect(decoder.facts()).toMatchObject({ version: 'TLS 1.2', protocol: 'http/1.1' })
})

test('no common version is told by the alert that the server sends', () => {
  const decoder = TLS.open()
  const lines = session(NO_VERSION)
  feed(decoder, lines)
  expect(decoder.facts().alert).toBe('protocol_version from the server')
  expect(decoder.finding()).toMatchObject({ cause: 'tls.no-common-version', frames: [2] })
  const alert = lines[1]?.[1] ?? ''
  expect(TLS.recognise({ client: '', server: alert })).toBe(true)
})

test('a client that does not trust the certificate says so in clear up to TLS 1.2', () => {
  const decoder = TLS.open()
  feed(decoder, session([...TLS_1_2, 'client_context.verify_mode = ssl.CERT_REQUIRED']))
  expect(decoder.finding()).toMatchObject({ cause: 'tls.untrusted' })
})

test('what is missing inside an encrypted record is passed over, elsewhere it ends the reading', () => {
  const decoder = TLS.open()
  expect(decoder.take(payloadOf(['>', '\x17\x03\x03\x01\x00abc'], 1))).toBe(true)
  expect(decoder.take(payloadOf(['>', 'x'], 2, 252))).toBe(true)
  expect(decoder.take(payloadOf(['>', 'x'], 3, 1))).toBe(false)
})

test('a first record is recognised at any port; other bytes are not', () => {
  const [[, hello] = ['>', '']] = session([])
  expect(TLS.recognise({ client: hello, server: '' })).toBe(true)
  expect(TLS.recognise({ client: 'GET / HTTP/1.1', server: '' })).toBe(false)
  expect(TLS.recognise({ client: '\x16\x03\x09\x00\x05\x01', server: '' })).toBe(false)
})
