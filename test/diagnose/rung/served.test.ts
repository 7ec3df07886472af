import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { served } from '../../../src/diagnose/rung/served.ts'
import type { Outputs } from '../scene.ts'
import { certificate } from '../scripted-probes.ts'
import { ask, commands, only, told } from './ask.ts'

const text = readFileSync(
  join(import.meta.dirname, '../../facts/data/openssl-s-client.txt'),
  'utf8',
)
const [pem = ''] = /-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/.exec(text) ?? []
const x509 = readFileSync(join(import.meta.dirname, '../../facts/data/openssl-x509.txt'), 'utf8')
const X509 =
  'openssl x509 -in /etc/c/cert.pem -noout -subject -issuer -enddate -fingerprint -sha256'
const CONF =
  'http { server { listen 443 ssl; server_name 10.77.2.2; ssl_certificate /etc/c/cert.pem; } }'

const SERVER: Outputs = {
  ...told('server'),
  'openssl s_client -showcerts -connect 10.77.2.2:443 -noservername': text,
  'ss -H -tulnp': 'tcp LISTEN 0 511 0.0.0.0:443 0.0.0.0:* users:(("nginx",pid=7,fd=6))\n',
  'ps -o pid,ppid,user:32,stat,lstart,args -p 7':
    '    PID    PPID USER                             STAT                  STARTED COMMAND\n' +
    '      7       1 root                             Ss   Sat Nov 28 01:00:00 2026 nginx: master process nginx\n',
  'cat /etc/nginx/nginx.conf': CONF,
}

const asked = (
  leaf: Partial<typeof certificate> & { pem: string },
  server: Outputs,
  distrust: string,
) =>
  ask(served, {
    of: 'server',
    target: 'https://10.77.2.2',
    server,
    probes: {
      tls: { '10.77.2.2': { trusted: false, distrust, chain: [{ ...certificate, ...leaf }] } },
    },
  })

describe('the certificate on the server itself', () => {
  test('that is another one was replaced on the path', async () => {
    const ruling = await asked(
      { pem: pem.replace('MII', 'MIJ') },
      SERVER,
      'SELF_SIGNED_CERT_IN_CHAIN',
    )
    expect(only(ruling)).toMatchObject({ cause: 'tls.intercepted', side: 'path', weight: 'proven' })
  })

  test('that is the same was not, nor redirected', async () => {
    const ruling = await asked(
      { pem },
      { ...SERVER, 'cat /etc/nginx/nginx.conf': { code: 1 } },
      'X',
    )
    expect(ruling.status).toBe('pass')
    expect(ruling.acquits?.map(({ cause }) => cause)).toEqual([
      'tls.intercepted',
      'firewall.redirect',
      'dns.wrong-answer',
    ])
  })

  test('that is older than the file was not loaded', async () => {
    const ruling = await asked({ pem }, { ...SERVER, [X509]: x509 }, 'CERT_HAS_EXPIRED')
    expect(only(ruling)).toMatchObject({ cause: 'tls.expired', side: 'server', weight: 'proven' })
    expect(commands(ruling)).toEqual(['kill -HUP 7'])
  })

  test('that is alone, with the chain in a file beside it, gets the chain', async () => {
    const fingerprint = /Fingerprint=(\S+)/.exec(x509)?.[1] ?? ''
    const server = { ...SERVER, [X509]: x509, 'ls -1 /etc/c': 'cert.pem\nfullchain.pem\n' }
    const ruling = await asked({ pem, fingerprint }, server, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    expect(only(ruling)).toMatchObject({ cause: 'tls.untrusted', weight: 'proven' })
    expect(commands(ruling)[0]).toBe(
      "cp /etc/nginx/nginx.conf /etc/nginx/nginx.conf.rungs && sed 's|/etc/c/cert\\.pem|/etc/c/fullchain.pem|' /etc/nginx/nginx.conf.rungs > /etc/nginx/nginx.conf && kill -HUP 7",
    )
  })

  test('is not asked for where none is in doubt, or another machine may end TLS', async () => {
    expect(await ask(served, { of: 'server', server: SERVER })).toMatchObject({ status: 'skip' })
    const { 'ip -j -s -d address show': _, ...elsewhere } = SERVER
    expect((await asked({ pem }, elsewhere, 'X')).status).toBe('skip')
  })
})
