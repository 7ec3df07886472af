import { describe, expect, test } from 'vitest'
import { backend } from '../../../src/diagnose/rung/backend.ts'
import type { Outputs } from '../scene.ts'
import { ask, only, told } from './ask.ts'

const SERVER: Outputs = {
  ...told('server'),
  'ss -H -tulnp': 'tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=7,fd=6))\n',
  'ps -o pid,ppid,user:32,stat,lstart,args -p 7':
    '    PID    PPID USER                             STAT                  STARTED COMMAND\n' +
    '      7       1 root                             Ss   Sat Nov 28 01:00:00 2026 nginx: master process nginx\n',
  'cat /etc/nginx/nginx.conf':
    'http { server { listen 80; location / { proxy_pass http://127.0.0.1:8080; } } }',
}
const page = (status: string): string =>
  `HTTP/1.1 ${status}\r\nServer: nginx\r\n\r\n<center>nginx</center>`
const asked = (status: string, server: Outputs = SERVER) =>
  ask(backend, { of: 'server', server, probes: { exchange: { '10.77.2.2': page(status) } } })

describe('the backend', () => {
  test('that refuses is what the front complains of', async () => {
    const ruling = await asked('502 Bad Gateway', {
      ...SERVER,
      'nc -z -w 1 127.0.0.1 8080': { code: 1 },
    })
    expect(only(ruling)).toMatchObject({
      cause: 'http.upstream-down',
      side: 'server',
      weight: 'proven',
    })
    expect(only(ruling).because).toContain('127.0.0.1:8080 refuses: nothing listens there')
    expect(ruling.evidence?.[0]?.command).toBe('cat /etc/nginx/nginx.conf')
  })

  test('that accepts and is waited for in vain is too slow', async () => {
    const listens = `${SERVER['ss -H -tulnp']}tcp LISTEN 0 5 127.0.0.1:8080 0.0.0.0:*\n`
    const accepting = { ...SERVER, 'ss -H -tulnp': listens, 'nc -z -w 1 127.0.0.1 8080': '' }
    expect(only(await asked('504 Gateway Timeout', accepting))).toMatchObject({
      cause: 'http.upstream-down',
      weight: 'proven',
    })
    expect(only(await asked('502 Bad Gateway', accepting))).toMatchObject({ weight: 'likely' })
  })

  test('is unknown where the front cannot be read, or names nobody', async () => {
    const unread = await asked('502 Bad Gateway', {
      ...SERVER,
      'cat /etc/nginx/nginx.conf': { code: 1 },
    })
    expect(unread).toMatchObject({ status: 'unknown' })
    const nobody = { ...SERVER, 'cat /etc/nginx/nginx.conf': 'http { server { listen 80; } }' }
    expect(await asked('502 Bad Gateway', nobody)).toMatchObject({ status: 'unknown' })
  })

  test('is not asked for where no front complains', async () => {
    for (const status of ['200 OK', '500 Internal Server Error', '404 Not Found'])
      expect(await asked(status)).toMatchObject({ status: 'skip' })
  })
})
