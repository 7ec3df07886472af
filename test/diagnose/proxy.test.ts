import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ExchangePlan } from '../../src/diagnose/probes.ts'
import { formatProxy, leadsThere, parseProxy, takeDetour } from '../../src/diagnose/proxy.ts'
import { play } from '../dialog/playbook.ts'
import { inFakeTime, target } from './scene.ts'
import { type Script, scriptedProbes } from './scripted-probes.ts'

const read = (value: string) => parseProxy({ variable: 'https_proxy', value })

describe('the URL of a proxy', () => {
  test.for([
    ['http://proxy.example.org:3128', 'proxy.example.org:3128'],
    ['proxy.example.org:3128/', 'proxy.example.org:3128'],
    // curl: "If no port number is specified in the proxy string, it is assumed to be 1080".
    ['http://proxy.example.org', 'proxy.example.org:1080'],
    ['http://proxy.example.org:80', 'proxy.example.org:80'],
    ['https://proxy.example.org', 'proxy.example.org:443'],
    ['http://[2001:db8::9]:8080', '[2001:db8::9]:8080'],
    ['http://user:secret@10.0.0.9:3128', '10.0.0.9:3128'],
  ] as const)('%s leads to %s', ([value, expected]) => {
    const proxy = read(value)
    expect(proxy && formatProxy(proxy)).toBe(expected)
  })

  test('holds a user, who is told to the proxy alone', () => {
    expect(read('http://ann:a%20b@10.0.0.9:3128')?.authorization).toBe(`Basic ${btoa('ann:a b')}`)
    expect(read('http://10.0.0.9:3128')?.authorization).toBeNull()
  })

  test('may be none, whatever is written there', () => {
    expect(read('http://')).toBeNull()
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const proxy = read(value)
        expect(proxy === null || proxy.host !== '').toBe(true)
      }),
    )
  })
})

/** What the proxy is asked, and whether that leads there. */
async function by(url: string, proxy: string, script: Script = {}) {
  const plans: ExchangePlan[] = []
  const probes = scriptedProbes(script)
  const detour = await inFakeTime(() =>
    takeDetour(
      target(url),
      { variable: 'proxy', value: proxy },
      {
        ...probes,
        exchange: (to, plan) => {
          plans.push(plan)
          return probes.exchange(to, plan)
        },
      },
      { userAgent: 'rungs/0.0.0', token: 'abc', timeoutMs: 5000 },
    ),
  )
  return { detour, plan: plans[0] }
}

/** What is said to a proxy that leads on. */
const saidTo = (plan: ExchangePlan | undefined) =>
  plan ? play(plan.talk(), ['HTTP/1.1 200 OK\r\n\r\n']).said : []

describe('the way by a proxy', () => {
  test('is a request in absolute form for a plain page', async () => {
    const { plan, detour } = await by('http://www.example.org/a?b', 'http://u:p@10.0.0.9:3128')
    const [request] = saidTo(plan)
    expect(request).toMatch(/^GET http:\/\/www\.example\.org\/a\?b HTTP\/1\.1\r\n/)
    expect(request).toContain('Proxy-Authorization: Basic dTpw\r\n')
    expect(leadsThere(detour)).toBe(true)
  })

  test('is a tunnel where TLS is spoken, and the user is not told to the server', async () => {
    const { plan } = await by('https://www.example.org/a', 'http://u:p@10.0.0.9:3128')
    const [tunnel, request] = saidTo(plan)
    expect(tunnel).toMatch(/^CONNECT www\.example\.org:443 HTTP\/1\.1\r\n/)
    expect(tunnel).toContain('Proxy-Authorization: Basic dTpw\r\n')
    expect(request).toMatch(/^GET \/a HTTP/)
    expect(request).not.toContain('Proxy-Authorization')
    expect(plan?.command).toBe('curl -v -x http://10.0.0.9:3128 https://www.example.org/a')
  })

  test('does not lead there where the proxy refuses', async () => {
    const { detour } = await by('https://www.example.org', '10.0.0.9:3128', {
      exchange: { '10.0.0.9': 'HTTP/1.1 403 Forbidden\r\n\r\n' },
    })
    expect(detour.visit).toMatchObject({ stage: 'failure', code: 403, told: { byProxy: true } })
    expect(leadsThere(detour)).toBe(false)
    const wantsLogin = 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'
    const plain = await by('http://www.example.org', '10.0.0.9:3128', {
      exchange: { '10.0.0.9': wantsLogin },
    })
    expect(leadsThere(plain.detour)).toBe(false)
  })

  test('does not begin without an address, and of a SOCKS proxy only the port is known', async () => {
    const { detour } = await by('http://a.example', 'http://proxy.example:3128')
    expect(detour).toMatchObject({ visit: null, lookup: { errno: 'ENOTFOUND' } })
    const socks = await by('http://a.example', 'socks5://10.0.0.9:1080')
    expect(socks.detour).toMatchObject({ visit: null, connect: { outcome: 'connected' } })
  })
})
