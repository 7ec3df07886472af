import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openHost, parsePod } from '../../../src/host/run/open.ts'

test.each([
  ['local', 'local'],
  ['this', 'local'],
  ['netns://lab-server', 'netns://lab-server'],
  ['ssh://www', 'ssh://www'],
  ['SSH://root@[2001:db8::1]:22/', 'ssh://root@[2001:db8::1]:22'],
  ['docker://web', 'docker://web'],
  ['docker://4f1c0d2a9b7e/', 'docker://4f1c0d2a9b7e'],
  ['Podman://shop_web.1-a', 'podman://shop_web.1-a'],
  ['k8s://shop/web-0', 'k8s://shop/web-0'],
  ['k8s://kube-system/coredns-7db6d8ff4d.x/dns', 'k8s://kube-system/coredns-7db6d8ff4d.x/dns'],
])('%s opens %s', (spec, access) => {
  expect(openHost(spec, 'server', 'server')).toMatchObject({
    name: 'server',
    role: 'server',
    access,
  })
})

const ALL =
  'local, netns://NAME, ssh://[USER@]HOST[:PORT], docker://NAME, podman://NAME, k8s://NAMESPACE/POD[/CONTAINER]'

describe('an error names what exists', () => {
  test.each([
    ['', `"" is no way to reach a host: ${ALL}`],
    ['www', `"www" is no way to reach a host: ${ALL}`],
    ['dcoker://x', `"dcoker://x" is no way to reach a host: ${ALL}; did you mean docker://?`],
    ['constructor://x', `"constructor://x" is no way to reach a host: ${ALL}`],
    ['netns://a/b', '"netns://a/b" names no network namespace; ip netns list shows them'],
    ['netns://', '"netns://" names no network namespace; ip netns list shows them'],
    ['ssh://-oProxyCommand=id', '"ssh://-oProxyCommand=id" is not ssh://[USER@]HOST[:PORT]'],
    ['ssh://host/path', '"ssh://host/path" is not ssh://[USER@]HOST[:PORT]'],
    [
      'docker://--privileged',
      '"docker://--privileged" names no container; docker ps -a lists them',
    ],
    ['podman://a b', '"podman://a b" names no container; podman ps -a lists them'],
    ['docker://', '"docker://" names no container; docker ps -a lists them'],
    [
      'k8s://web',
      '"k8s://web" is not k8s://NAMESPACE/POD[/CONTAINER]; kubectl get pods -A lists them',
    ],
  ])('for %j', (spec, error) => {
    expect(openHost(spec, 'server', 'server')).toEqual({ error })
  })
})

test.each([
  '',
  '/',
  'shop',
  'shop/',
  '/web',
  'Shop/web',
  'shop/web/',
  'shop/-web',
  'shop/web/a/b',
  'shop/web..x',
  `shop/${'a'.repeat(254)}`,
  'shop/web/a.b',
  '--all/x',
])('%j is no pod', (text) => {
  expect(parsePod(text)).toBeNull()
})

test('no words of a host become an option or a path', () => {
  fc.assert(
    fc.property(fc.constantFrom('docker', 'podman', 'k8s'), fc.string(), (scheme, rest) => {
      const host = openHost(`${scheme}://${rest}`, 'server', 'server')
      if ('error' in host) return
      const parts = host.access.replace(/^\w+:\/\//, '').split('/')
      for (const part of parts) expect(part).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/)
    }),
  )
})
