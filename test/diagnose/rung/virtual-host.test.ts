import { expect, test } from 'vitest'
import { virtualHost } from '../../../src/diagnose/rung/virtual-host.ts'
import type { Outputs } from '../scene.ts'
import { ask, only, told } from './ask.ts'

const nginx = (names: string): Outputs => ({
  ...told('server'),
  'ss -H -tulnp': 'tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=7,fd=6))\n',
  'ps -o pid,ppid,user:32,stat,lstart,args -p 7':
    '    PID    PPID USER                             STAT                  STARTED COMMAND\n' +
    '      7       1 root                             Ss   Sat Nov 28 01:00:00 2026 nginx: master process nginx\n',
  'cat /etc/nginx/nginx.conf': `http { server { listen 80; server_name ${names}; } }`,
})
const asked = (status: string, server: Outputs) =>
  ask(virtualHost, {
    of: 'server',
    target: 'http://www.lab.example',
    server,
    probes: {
      zone: { 'www.lab.example': ['10.77.2.2'] },
      exchange: { '10.77.2.2': `HTTP/1.1 ${status}\r\n\r\n` },
    },
  })

test('a name that no virtual host has is answered by the usual one', async () => {
  const ruling = await asked('404 Not Found', nginx('other.example'))
  expect(only(ruling)).toMatchObject({ cause: 'http.not-found', weight: 'proven', partial: true })
  expect(only(ruling).because).toContain('(other.example) answers 404 on port 80')
})

test('a virtual host of the name is well: the page is what lacks', async () => {
  expect(await asked('404 Not Found', nginx('www.lab.example'))).toMatchObject({ status: 'pass' })
})

test('is not asked for where no page is missed, or no nginx is seen', async () => {
  expect(await asked('200 OK', nginx('other.example'))).toMatchObject({ status: 'skip' })
  expect(await asked('404 Not Found', told('server'))).toMatchObject({ status: 'skip' })
})
