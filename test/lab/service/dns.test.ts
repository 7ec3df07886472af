import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerBytes, type DnsBehaviour, RCODES, serveDns } from '../../../src/lab/service/dns.ts'
import { loadTopology } from '../../../src/lab/topology.ts'
import { dnsQuery, writeDns } from '../../../src/wire/dns.ts'
import { BINDS, client, freePort } from './loopback.ts'

const GOOD: DnsBehaviour = {
  zone: loadTopology('standard').zone,
  rcode: RCODES.noerror,
  silent: false,
  truncates: false,
}

async function dig(behaviour: Partial<DnsBehaviour>, ...words: readonly string[]): Promise<string> {
  const port = await freePort()
  await serveDns({ port, binds: BINDS }, { ...GOOD, ...behaviour })
  const options = ['+time=1', '+tries=1', '+noedns']
  const { stdout } = await client('dig', '@127.0.0.1', '-p', `${port}`, ...options, ...words)
  return stdout
}

test('dig reads addresses, aliases, mail exchanges and the authority', async () => {
  expect(await dig({}, '+short', 'www.lab.example', 'A')).toBe('203.0.113.80\n')
  expect(await dig({}, '+short', 'WWW.lab.example', 'AAAA')).toBe('2001:db8:0:80::80\n')
  expect(await dig({}, '+short', 'ftp.lab.example')).toBe('www.lab.example.\n203.0.113.80\n')
  expect(await dig({}, '+short', 'lab.example', 'MX')).toBe('10 mail.lab.example.\n')
  expect(await dig({}, '+short', 'lab.example', 'SOA')).toMatch(/^ns\.lab\.example\. hostmaster\./)
  expect(await dig({}, '+short', '-x', '203.0.113.80')).toBe('www.lab.example.\n')
})

test('a name that does not exist and one without an address are told apart', async () => {
  const missing = await dig({}, 'wwww.lab.example')
  expect(missing).toContain('status: NXDOMAIN')
  expect(missing).toMatch(/AUTHORITY SECTION:\nlab\.example\.\s+\d+\s+IN\s+SOA/)
  const empty = await dig({}, 'info.lab.example')
  expect(empty).toContain('status: NOERROR')
  expect(empty).toContain('ANSWER: 0')
  // A name that only has names below it exists (RFC 8020).
  expect(await dig({}, '113.0.203.in-addr.arpa', 'PTR')).toContain('status: NOERROR')
})

test('it fails, refuses, stays silent, and cuts as it is told', async () => {
  expect(await dig({ rcode: RCODES.servfail }, 'www.lab.example')).toContain('status: SERVFAIL')
  expect(await dig({ rcode: RCODES.refused }, 'www.lab.example')).toContain('status: REFUSED')
  expect(await dig({ silent: true }, 'www.lab.example')).toMatch(/timed out|no servers/)
  const cut = await dig({ truncates: true }, 'www.lab.example')
  expect(cut).toContain('Truncated, retrying in TCP mode')
  expect(cut).toContain('203.0.113.80')
})

test('a circle of aliases ends', async () => {
  const zone = { 'a.example': { CNAME: ['b.example'] }, 'b.example': { CNAME: ['a.example'] } }
  expect(await dig({ zone }, 'a.example')).toContain('status: NOERROR')
})

test('an answer is not answered, and no bytes end the server', () => {
  const query = dnsQuery({ id: 1, name: 'www.lab.example', type: 1 })
  expect(answerBytes(writeDns({ ...query, qr: true }), GOOD, true)).toBeNull()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const answer = answerBytes(bytes, GOOD, true)
      expect(answer === null || answer.length >= 12).toBe(true)
    }),
  )
})
