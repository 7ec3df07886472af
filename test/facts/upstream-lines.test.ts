import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  apacheUpstreams,
  caddyUpstreams,
  haproxyUpstreams,
} from '../../src/facts/upstream-lines.ts'

test('Apache passes on by ProxyPass, by a balancer and by a handler', () => {
  const text = `
    # ProxyPass / http://127.0.0.1:1/
    ProxyPass /static !
    ProxyPass "/app" "http://127.0.0.1:8080/" retry=0
    ProxyPassMatch ^/(.*\\.php)$ unix:/run/php/php8.2-fpm.sock|fcgi://localhost/srv/
    ProxyPass /b balancer://group
    BalancerMember http://10.0.0.7:8081
    <FilesMatch ".+\\.ph(?:ar|p|tml)$">
        SetHandler "proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost"
    </FilesMatch>
    SetHandler server-status
    ProxyPassReverse /app http://127.0.0.1:9999/`
  expect(apacheUpstreams(text)).toEqual([
    'http://127.0.0.1:8080/',
    'unix:/run/php/php8.2-fpm.sock',
    'http://10.0.0.7:8081',
    'unix:/run/php/php8.2-fpm.sock',
  ])
})

test('HAProxy passes on to its servers, but not to those that are disabled', () => {
  const text = `
backend app
  # server zero 127.0.0.1:1
  server one 127.0.0.1:8080 check
  server two unix@/run/app.sock
  server three /run/other.sock
  server four 10.0.0.9:80 disabled
  server-template x 3 app:80`
  expect(haproxyUpstreams(text)).toEqual([
    '127.0.0.1:8080',
    'unix:/run/app.sock',
    'unix:/run/other.sock',
  ])
})

test('Caddy passes on by reverse_proxy and to PHP', () => {
  const text = `
example.org {
  reverse_proxy /api/* localhost:9005 10.0.0.8:9005
  reverse_proxy {
    to http://10.0.0.9:80
  }
  php_fastcgi unix//run/php/php-fpm.sock # comment
}`
  expect(caddyUpstreams(text)).toEqual([
    'localhost:9005',
    '10.0.0.8:9005',
    'http://10.0.0.9:80',
    'unix:/run/php/php-fpm.sock',
  ])
})

test('any text is survived', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const read of [apacheUpstreams, haproxyUpstreams, caddyUpstreams])
        expect(Array.isArray(read(`ProxyPass ${text}\nserver x ${text}\nto ${text}`))).toBe(true)
    }),
  )
})
