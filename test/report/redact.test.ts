import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import { formatHtml } from '../../src/report/html.ts'
import { formatJson } from '../../src/report/json.ts'
import { formatJunit } from '../../src/report/junit.ts'
import { formatMarkdown } from '../../src/report/markdown.ts'
import { redact } from '../../src/report/redact.ts'
import { describeDiagnosis } from '../../src/report/short.ts'
import { formatDiagnosis } from '../../src/report/terminal.ts'
import * as written from './diagnoses.ts'

/** The lines as the evidence of a diagnosis, redacted. */
function lines(...given: string[]): readonly string[] {
  const finding = written.refused.findings.at(-1)
  if (!finding) throw new Error('a finding is missing')
  const evidence = [{ host: 'client', source: 'x', command: 'x', lines: given }]
  const diagnosis = { ...written.refused, findings: [{ ...finding, evidence }] }
  return redact(diagnosis).findings[0]?.evidence[0]?.lines ?? []
}

describe('what is replaced', () => {
  test.for([
    ['a name', 'GET https://shop.acme.com/x', 'GET https://host-2.example/x'],
    ['a name in any case, with a dot at its end', 'Shop.ACME.com. IN A', 'host-2.example. IN A'],
    ['a mail address', 'to bob@acme.com', 'to user-1@host-2.example'],
    ['an account', 'ssh bob@45.1.2.3', 'ssh user-1@192.0.2.1'],
    ['a password', 'http://bob:secret@45.1.2.3:3128', 'http://user-1@192.0.2.1:3128'],
    ['a query', 'GET https://acme.com/?token=abc', 'GET https://host-2.example/?query-1'],
    ['a home', '/home/bob/.ssh/id_rsa', '/home/user-1/.ssh/id_rsa'],
    [
      'a user in a log',
      'Failed password for invalid user bob from 45.1.2.3',
      'Failed password for invalid user user-1 from 192.0.2.1',
    ],
    ['a fingerprint', `SHA256:${'aB3'.repeat(14)}x`, 'key-1'],
    ['a key', `ssh-rsa ${'AAAAB3Nza'.repeat(6)}`, 'ssh-rsa key-1'],
    ['a number of 128 bits', 'token 0123456789abcdef0123456789abcdef', 'token key-1'],
    ['a UUID', '123e4567-e89b-12d3-a456-426614174000', 'key-1'],
    [
      'the host of a log',
      'Nov 28 01:02:03 www17 nginx[1]: www17',
      'Nov 28 01:02:03 host-1 nginx[1]: host-1',
    ],
    ['a network of the air', 'SSID: Smiths at home', 'SSID: network-1'],
  ] as const)('%s', ([, text, image]) => {
    expect(lines(text)).toEqual([image])
  })
})

describe('what stays', () => {
  test.for([
    'LISTEN 0 128 127.0.0.1:80 0.0.0.0:* users:(("nginx",pid=7,fd=6))',
    'systemctl show nginx.service',
    'sysctl -w net.ipv4.conf.eth0.rp_filter=2',
    'nft delete rule inet filter input handle 12',
    'service.stopped explains tcp.no-listener',
    'ssh root@localhost',
    '/etc/systemd/system/nginx.service.d/override.conf',
    'TcpExtListenOverflows 3 0.0',
    'HTTP/1.1 200 OK',
    'nameserver 8.8.8.8',
  ])('%s', (text) => {
    expect(lines(text)).toEqual([text])
  })
})

test('hosts that are called by one word are so everywhere, the ends keep their roles', () => {
  const diagnosis: Diagnosis = {
    ...written.refused,
    target: { input: 'tcp://db01:5432', scheme: 'tcp', host: 'db01', port: 5432 },
    server: { name: 'server', address: '10.0.2.2', access: 'ssh://alice@db01:22' },
    routers: [{ name: 'edge', access: 'netns://edge' }],
    verdict: { ...written.refused.verdict, summary: 'alice cannot reach db01 by edge from client' },
  }
  const { target, server, routers, verdict } = redact(diagnosis)
  expect(target).toEqual({ input: 'tcp://host-1:5432', scheme: 'tcp', host: 'host-1', port: 5432 })
  expect(server?.access).toBe('ssh://user-1@host-1:22')
  expect(routers).toEqual([{ name: 'host-2', access: 'netns://host-2' }])
  expect(verdict.summary).toBe('user-1 cannot reach host-1 by host-2 from client')
})

test('the name behind a server of the DNS is found in the path as well', () => {
  const input = 'dns://45.1.2.3/intra.acme.com'
  const target = { input, scheme: 'dns', host: '45.1.2.3', port: 53 }
  const summary = 'intra.acme.com is not known'
  const redacted = redact({
    ...written.refused,
    target,
    verdict: { ...written.refused.verdict, summary },
  })
  expect(redacted.target?.input).toMatch(/^dns:\/\/192\.0\.2\.1\/host-\d\.example$/)
})

/** Words that can stand for anything that must not survive. */
const label = fc
  .stringMatching(/^[a-z][a-z0-9]{4,9}[a-z]$/)
  .filter((word) => !/^(server|client)$/.test(word))
const secrets = fc.record({
  domain: fc
    .tuple(label, label, fc.constantFrom('com', 'org', 'intern', 'de'))
    .map((parts) => `q${parts.join('.')}`),
  user: label.map((word) => `zz${word}`),
  ipv4: fc
    .tuple(fc.constantFrom(10, 45, 93, 192), fc.nat(255), fc.nat(255), fc.nat(255))
    .map((bytes) => bytes.join('.'))
    .filter((text) => !/^192\.0\.0\./.test(text)),
  ipv6: fc
    .array(fc.integer({ min: 0x1000, max: 0xffff }), { minLength: 7, maxLength: 7 })
    .map((groups) => ['2a02', ...groups.map((group) => group.toString(16))].join(':')),
  mac: fc
    .array(fc.integer({ min: 0x10, max: 0xff }), { minLength: 5, maxLength: 5 })
    .map((bytes) => ['0a', ...bytes.map((byte) => byte.toString(16))].join(':')),
  key: fc.stringMatching(/^[A-Za-z0-9]{43}$/).map((text) => `SHA256:${text}`),
})

test('nothing of what was secret survives, in any form of the report', { timeout: 30_000 }, () => {
  fc.assert(
    fc.property(secrets, (secret) => {
      const { domain, user, ipv4, ipv6, mac, key } = secret
      const text = [
        `ssh ${user}@${domain} to ${ipv4}:22, ${ipv4}/24 and [${ipv6}]:443, ${ipv6}/64`,
        `(${mac}) https://${user}:x@${domain}/~${user}?a=${domain}`,
        `${key} /home/${user}/x ${domain}. ${ipv4}.53 > dev`,
        `reply from ${ipv6}: ttl=62, from=${ipv4}: x, ${ipv6}.53 > addr:${ipv6} src=${ipv6}. ${ipv6}:52450`,
      ].join(' | ')
      const finding = written.refused.findings.at(-1)
      const diagnosis: Diagnosis = {
        ...written.refused,
        target: { input: `https://${domain}/`, scheme: 'https', host: domain, port: 443 },
        client: { name: 'client', address: ipv4 },
        server: { name: 'server', address: ipv6, access: `ssh://${user}@${domain}` },
        attempts: written.refused.attempts.map((one) => ({ ...one, address: ipv4 })),
        verdict: {
          ...written.refused.verdict,
          summary: text,
          remedies: [
            {
              ...(written.refused.verdict.remedies[0] as Diagnosis['verdict']['remedies'][0]),
              command: text,
              undo: text,
              persist: text,
            },
          ],
          excluded: [{ cause: 'tcp.no-listener', because: text }],
        },
        contrasts: [{ works: text, fails: text, tells: text }],
        findings: finding
          ? [
              {
                ...finding,
                summary: text,
                evidence: [{ host: 'client', source: 'x', command: text, lines: [text] }],
              },
            ]
          : [],
        unknowns: [{ id: 'x', because: text, needs: text }],
      }
      const redacted = redact(diagnosis)
      const page = {
        columns: 100_000,
        unicode: true,
        verbose: true,
        paint: (_: string, shown: string) => shown,
      }
      const forms = [
        formatJson(redacted),
        formatMarkdown(redacted).replaceAll('\\', ''),
        formatHtml(redacted),
        formatJunit(redacted),
        describeDiagnosis(redacted),
        formatDiagnosis(redacted, page),
      ]
      for (const form of forms)
        for (const one of Object.values(secret))
          expect(form.toLowerCase()).not.toContain(one.toLowerCase())
    }),
    { numRuns: 40 },
  )
})

test('redacting says the same again: what was redacted alike is alike', () => {
  expect(redact(written.long)).toEqual(redact(written.long))
  for (const one of [written.healthy, written.refused, written.dropped, written.hostile]) {
    const { verdict, findings } = redact(one)
    expect(verdict.cause).toBe(one.verdict.cause)
    expect(findings.map(({ id }) => id)).toEqual(one.findings.map(({ id }) => id))
  }
})

test.for(['a', 'a.', 'a-', ':', '1:', '1.', '@', '?', '/', 'A1b', '0 ', 'FF:', 'a@'])(
  'a long line of %j takes no long time',
  (piece) => {
    const startedAt = performance.now()
    lines(piece.repeat(20_000 / piece.length))
    expect(performance.now() - startedAt).toBeLessThan(2000)
  },
)
