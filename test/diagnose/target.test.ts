import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isNoTarget, parseTarget, type Target } from '../../src/diagnose/target.ts'

function target(text: string): Target {
  const parsed = parseTarget(text)
  if (isNoTarget(parsed)) throw new Error(parsed.error)
  return parsed
}

function refusal(text: string): string {
  const parsed = parseTarget(text)
  if (!isNoTarget(parsed)) throw new Error(`${text} was taken for ${JSON.stringify(parsed)}`)
  return parsed.error
}

describe('what people write', () => {
  test.for([
    ['www.example.org', 'https', 'www.example.org', 443, '/', false],
    ['www.example.org:443', 'https', 'www.example.org', 443, '/', true],
    ['www.example.org:80', 'http', 'www.example.org', 80, '/', true],
    ['h:8080', 'http', 'h', 8080, '/', true],
    ['h:22', 'ssh', 'h', 22, '/', true],
    ['h:25', 'smtp', 'h', 25, '/', true],
    ['h:587', 'smtp', 'h', 587, '/', true],
    ['h:21', 'ftp', 'h', 21, '/', true],
    ['h:53', 'dns', 'h', 53, '/', true],
    ['h:5432', 'postgres', 'h', 5432, '/', true],
    ['postgresql://u@h/db', 'postgres', 'h', 5432, '/db', false],
    ['mariadb://h', 'mysql', 'h', 3306, '/', false],
    ['h:6379', 'redis', 'h', 6379, '/', true],
    ['h:7777', 'tcp', 'h', 7777, '/', true],
    ['localhost', 'https', 'localhost', 443, '/', false],
    ['192.0.2.7', 'https', '192.0.2.7', 443, '/', false],
    ['192.0.2.7:22', 'ssh', '192.0.2.7', 22, '/', true],
    ['2001:db8::1', 'https', '2001:db8::1', 443, '/', false],
    ['::1', 'https', '::1', 443, '/', false],
    ['[2001:DB8::1]', 'https', '2001:db8::1', 443, '/', false],
    ['[2001:db8::1]:22', 'ssh', '2001:db8::1', 22, '/', true],
    ['fe80::1%eth0', 'https', 'fe80::1%eth0', 443, '/', false],
    ['https://www.example.org', 'https', 'www.example.org', 443, '/', false],
    ['HTTPS://WWW.Example.ORG/A?b=C#d', 'https', 'www.example.org', 443, '/A?b=C', false],
    ['http://h?x', 'http', 'h', 80, '/?x', false],
    ['http://h#f', 'http', 'h', 80, '/', false],
    ['http://h:8443/', 'http', 'h', 8443, '/', true],
    ['http://[::1]:8080/x', 'http', '::1', 8080, '/x', true],
    ['https://user:secret@h/', 'https', 'h', 443, '/', false],
    ['smtp://example.org', 'smtp', 'example.org', 25, '/', false],
    ['smtps://h', 'smtps', 'h', 465, '/', false],
    ['submission://h', 'smtp', 'h', 587, '/', true],
    ['SUBMISSION://h:2587', 'smtp', 'h', 2587, '/', true],
    ['imap://h', 'imap', 'h', 143, '/', false],
    ['h:993', 'imaps', 'h', 993, '/', true],
    ['h:465', 'smtps', 'h', 465, '/', true],
    ['ssh://root@h', 'ssh', 'h', 22, '/', false],
    ['ssh://h:2222', 'ssh', 'h', 2222, '/', true],
    ['ftp://h', 'ftp', 'h', 21, '/', false],
    ['dns://192.0.2.53/www.example.org', 'dns', '192.0.2.53', 53, '/www.example.org', false],
    ['tcp://h:5432', 'tcp', 'h', 5432, '/', true],
    ['bücher.example', 'https', 'xn--bcher-kva.example', 443, '/', false],
    ['  h:22 ', 'ssh', 'h', 22, '/', true],
    ['example.org.', 'https', 'example.org.', 443, '/', false],
    ['my_service:80', 'http', 'my_service', 80, '/', true],
    ['a/b', 'https', 'a', 443, '/b', false],
    ['www.example.org/path', 'https', 'www.example.org', 443, '/path', false],
  ] as const)('%s', ([input, scheme, host, port, path, portGiven]) => {
    expect(target(input)).toEqual({ input: input.trim(), scheme, host, port, path, portGiven })
  })
})

describe('what is no target says why', () => {
  test.for([
    ['', 'names no host'],
    ['   ', 'names no host'],
    ['https://', 'names no host'],
    [':443', 'names no host'],
    ['gopher://h', 'not a scheme that rungs knows'],
    ['h:', 'is not a port'],
    ['h:0', 'is not a port'],
    ['h:65536', 'is not a port'],
    ['h:http', 'is not a port'],
    ['h:-1', 'is not a port'],
    ['h: 80', 'is not a port'],
    ['tcp://h', 'write tcp://HOST:PORT'],
    ['2001:db8::1:zz', 'neither an IPv6 address nor HOST:PORT'],
    ['a:b:c', 'neither an IPv6 address nor HOST:PORT'],
    ['[::1', 'neither an IPv6 address nor HOST:PORT'],
    ['[h]', 'is not a host'],
    ['[]', 'names no host'],
    ['1.2.3', 'four decimal numbers'],
    ['300.1.1.1', 'is not a host'],
    ['0x7f.1', 'four decimal numbers'],
    ['h$(id)', 'is not a host'],
    ['-rf', 'is not a host'],
    ['h;ls', 'is not a host'],
    ['a..b', 'label'],
    ['.', 'label'],
    [`${'a'.repeat(64)}.example`, 'label'],
    [`${'abcdefgh.'.repeat(29)}com`, 'host name'],
    ['http://h/a b', 'encode it'],
    ['h\u0000', 'is not a host'],
    ['h\u001b[2J', 'is not a host'],
  ] as const)('%j', ([input, words]) => {
    expect(refusal(input)).toContain(words)
  })
})

describe('any text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'ab1:/[]@?#.%-x \u0000é') }),
    fc.webUrl(),
    fc.ipV4(),
    fc.ipV6(),
  )

  test('is a target or a refusal in one short line, never an exception', () => {
    fc.assert(
      fc.property(text, (input) => {
        const parsed = parseTarget(input)
        if (isNoTarget(parsed)) {
          expect(parsed.error.length).toBeLessThan(1500)
          expect(parsed.error).not.toMatch(/[\n\r\u001b\u0000]/)
          return
        }
        expect(parsed.port).toBeGreaterThanOrEqual(1)
        expect(parsed.port).toBeLessThanOrEqual(0xffff)
        expect(parsed.host).toMatch(/^[^\s/@[\]-][^\s/@[\]]*$/)
        expect(parsed.path).toMatch(/^\/[^\s\u0000-\u001f\u007f]*$/)
      }),
    )
  })

  test('a host and a port that are one read back', () => {
    const port = fc.integer({ min: 1, max: 0xffff })
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.ipV4()), port, (host, number) => {
        expect(target(`${host}:${number}`)).toMatchObject({
          host: host.toLowerCase(),
          port: number,
        })
      }),
    )
  })

  test('a web address is understood as the URL standard understands it', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (url) => {
        const { hostname, pathname, search } = new URL(url)
        const { host, path } = target(url)
        expect(host).toBe(hostname)
        expect(new URL(`http://h${path}`).pathname).toBe(pathname)
        expect(new URL(`http://h${path}`).search).toBe(search)
      }),
    )
  })

  test('a megabyte is refused at once', () => {
    for (const piece of ['a', 'a.', ':', '[', '/', '@', '%', ' '])
      expect(refusal(`${piece.repeat(1 << 20)}`).length).toBeLessThan(1500)
  })
})
