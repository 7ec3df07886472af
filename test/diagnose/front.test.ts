import { describe, expect, test } from 'vitest'
import {
  formatUpstream,
  matchesGlob,
  parseUpstream,
  readFront,
  upstreamsOf,
} from '../../src/diagnose/front.ts'
import { inFakeTime, type Outputs, target, witnessOf } from './scene.ts'

/** A front whose process (7) runs `command`, with these files. */
const host = (command: string, files: Outputs): Outputs => ({
  'ss -H -tulnp': 'tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("front",pid=7,fd=6))\n',
  'ps -o pid,ppid,user:32,stat,lstart,args -p 7':
    '    PID    PPID USER                             STAT                  STARTED COMMAND\n' +
    `      7       1 root                             Ss   Sat Nov 28 01:00:00 2026 ${command}\n`,
  ...files,
})

const errand = target('http://www.lab.example/app?x')

async function front(server: Outputs) {
  const witness = witnessOf({ target: 'http://10.77.2.2', client: {}, server })
  const inquiry = witness.server
  if (!inquiry) throw new Error('there is a server')
  return inFakeTime(() => readFront(witness, inquiry))
}

const upstreams = async (server: Outputs): Promise<string[]> => {
  const found = await front(server)
  return found ? upstreamsOf(found, errand).map(formatUpstream) : []
}

describe('a front', () => {
  test('is read with what it includes, from where its command says', async () => {
    const server = host('nginx: master process nginx -c /srv/n.conf', {
      'cat /srv/n.conf': 'http { include sites/*.conf; include /srv/gone.conf; }',
      'ls -1 /srv/sites': 'a.conf\nb.conf~\n.c.conf\n',
      'cat /srv/sites/a.conf':
        'server { listen 80; server_name www.lab.example; location /app { proxy_pass http://127.0.0.1:8080; } }',
    })
    expect((await front(server))?.files).toEqual(['/srv/n.conf', '/srv/sites/a.conf'])
    expect(await upstreams(server)).toEqual(['127.0.0.1:8080'])
  })

  test.for([
    [
      '/usr/sbin/apache2 -k start',
      '/etc/apache2/apache2.conf',
      'ProxyPass / http://10.0.0.7:81/',
      '10.0.0.7:81',
    ],
    [
      '/usr/sbin/haproxy -Ws -f /etc/h.cfg',
      '/etc/h.cfg',
      ' server a 10.0.0.7:81 check',
      '10.0.0.7:81',
    ],
    ['/usr/bin/caddy run --config /etc/c', '/etc/c', 'reverse_proxy localhost:81', 'localhost:81'],
  ] as const)('%s is read', async ([command, file, text, expected]) => {
    expect(await upstreams(host(command, { [`cat ${file}`]: text }))).toEqual([expected])
  })

  test('of another kind, or without a file that can be read, is none', async () => {
    expect(await front(host('/usr/bin/node app.js', {}))).toBeNull()
    expect(await front(host('nginx: master process nginx', {}))).toBeNull()
  })

  test('that includes itself is read to an end', async () => {
    const server = host('nginx: master process nginx -c /n', { 'cat /n': 'include /n;\nhttp {}' })
    expect((await front(server))?.files.length).toBeLessThan(10)
  })
})

test.for([
  ['http://127.0.0.1:8080/x', '127.0.0.1:8080'],
  ['https://app.example.org', 'app.example.org:443'],
  ['fcgi://127.0.0.1/', '127.0.0.1:9000'],
  ['http://[::1]:8080', '[::1]:8080'],
  ['10.0.0.7', '10.0.0.7:80'],
  [':9000', 'localhost:9000'],
  ['http://unix:/run/app.sock:/x', 'unix:/run/app.sock'],
  ['unix:/run/php.sock|fcgi://localhost', 'unix:/run/php.sock'],
] as const)('the upstream %s is %s', ([text, expected]) => {
  const found = parseUpstream(text)
  expect(found && formatUpstream(found)).toBe(expected)
})

test('what would be more than a name in a command is no upstream', () => {
  for (const text of ['http://-x:80', 'a;b:80', 'http://$(id):80', 'http://a b/'])
    expect(parseUpstream(text)).toBeNull()
})

test('a pattern takes the names that a shell would give it', () => {
  expect(matchesGlob('*.conf', 'a.conf')).toBe(true)
  expect(matchesGlob('*.conf', 'a.conf~')).toBe(false)
  expect(matchesGlob('*', '.hidden')).toBe(false)
  expect(matchesGlob('a?[', 'ab[')).toBe(true)
})
