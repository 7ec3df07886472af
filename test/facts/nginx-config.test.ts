import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  chooseServer,
  nginxServers,
  nginxUpstreams,
  parseNginxConfig,
} from '../../src/facts/nginx-config.ts'

const CONFIG = `
user www-data; # nobody else
http {
  log_format main '$remote_addr "$request" {#;}';
  map $http_upgrade $connection { default upgrade; '' close; }
  upstream app { least_conn; server 127.0.0.1:8080; server unix:/run/app.sock; server 10.0.0.9 down; }
  server { listen 80 default_server; listen [::]:80; server_name _; return 404; }
  server {
    listen 192.0.2.1:443 ssl; listen [::]:443 ssl http2;
    server_name www.example.org *.example.net ~^(.+)\\.example\\.com$;
    ssl_certificate "/etc/ssl/www chain.pem";
    location / { proxy_pass http://app/; }
    location = /exact { proxy_pass http://127.0.0.1:1; }
    location /php { location ~ \\.php$ { fastcgi_pass unix:/run/php.sock; } }
    location /var { proxy_pass http://$backend; }
  }
}
stream { server { listen 25; proxy_pass 10.0.0.7:25; } }
`
const config = parseNginxConfig(CONFIG)
const servers = nginxServers(config)

describe('the virtual hosts', () => {
  test('are those of the web, with ports, names and certificate', () => {
    expect(
      servers.map(({ listens, names, certificate }) => ({ listens, names, certificate })),
    ).toEqual([
      {
        listens: [
          { port: 80, isDefault: true },
          { port: 80, isDefault: false },
        ],
        names: ['_'],
        certificate: null,
      },
      {
        listens: [
          { port: 443, isDefault: false },
          { port: 443, isDefault: false },
        ],
        names: ['www.example.org', '*.example.net', '~^(.+)\\.example\\.com$'],
        certificate: '/etc/ssl/www chain.pem',
      },
    ])
  })

  test.for([
    ['www.example.org', 443, 'www.example.org', true],
    ['WWW.EXAMPLE.ORG', 443, 'www.example.org', true],
    ['a.example.net', 443, 'www.example.org', true],
    ['example.net', 443, 'www.example.org', true],
    ['www.example.org', 80, '_', false],
  ] as const)('%s on port %d is answered by %s', ([host, port, name, byName]) => {
    const chosen = chooseServer(servers, host, port)
    expect(chosen?.server.names[0]).toBe(name)
    // A regular expression that might fit is taken as fitting: it is not run.
    if (host !== 'example.net') expect(chosen?.byName).toBe(byName)
  })

  test('are none on a port that nobody listens on', () => {
    expect(chooseServer(servers, 'www.example.org', 8443)).toBeNull()
  })
})

describe('a request', () => {
  test.for([
    ['/', ['127.0.0.1:8080', 'unix:/run/app.sock']],
    ['/exact', ['http://127.0.0.1:1']],
    ['/exact/more', ['127.0.0.1:8080', 'unix:/run/app.sock']],
    ['/php/x', ['unix:/run/php.sock']],
  ] as const)('for %s is passed on to %j', ([path, expected]) => {
    const server = servers[1]
    expect(server && nginxUpstreams(config, server, path)).toEqual(expected)
  })
})

test('a text that breaks off, and any other, gives what could be read', () => {
  expect(parseNginxConfig('a b; http { server { listen 80')).toEqual([
    { name: 'a', words: ['b'], block: null },
  ])
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const all = parseNginxConfig(`http { server { ${text} } }`)
      expect(Array.isArray(nginxServers(all))).toBe(true)
    }),
  )
  expect(parseNginxConfig('{'.repeat(100_000))).toEqual([])
})
