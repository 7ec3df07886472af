import { describe, expect, test } from 'vitest'
import { openHost } from '../../../src/host/run/open.ts'

test.each([
  ['local', 'local'],
  ['this', 'local'],
  ['netns://lab-server', 'netns://lab-server'],
  ['ssh://www', 'ssh://www'],
  ['SSH://root@[2001:db8::1]:22/', 'ssh://root@[2001:db8::1]:22'],
])('%s opens %s', (spec, access) => {
  expect(openHost(spec, 'server', 'server')).toMatchObject({
    name: 'server',
    role: 'server',
    access,
  })
})

describe('an error names what exists', () => {
  test.each([
    ['', '"" is no way to reach a host: local, netns://NAME, ssh://[USER@]HOST[:PORT]'],
    ['www', '"www" is no way to reach a host: local, netns://NAME, ssh://[USER@]HOST[:PORT]'],
    [
      'docker://x',
      '"docker://x" is no way to reach a host: local, netns://NAME, ssh://[USER@]HOST[:PORT]',
    ],
    ['netns://a/b', '"netns://a/b" names no network namespace; ip netns list shows them'],
    ['netns://', '"netns://" names no network namespace; ip netns list shows them'],
    ['ssh://-oProxyCommand=id', '"ssh://-oProxyCommand=id" is not ssh://[USER@]HOST[:PORT]'],
    ['ssh://host/path', '"ssh://host/path" is not ssh://[USER@]HOST[:PORT]'],
  ])('for %j', (spec, error) => {
    expect(openHost(spec, 'server', 'server')).toEqual({ error })
  })
})
