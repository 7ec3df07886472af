import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { serviceName, servicePort } from '../../src/facts/service-names.ts'

test.for([
  ['http', 80],
  ['www', 80],
  ['https', 443],
  ['HTTPS', 443],
  ['ssh', 22],
  ['domain', 53],
  ['smtps', 465],
  ['postgres', 5432],
] as const)('%s is port %i', ([name, port]) => {
  expect(servicePort(name)).toBe(port)
})

test('a port has the name that ss prints', () => {
  expect([443, 25, 631, 546, 8080].map(serviceName)).toEqual([
    'https',
    'smtp',
    'ipp',
    'dhcpv6-client',
    'http-alt',
  ])
})

test('what is not well known has no port and no name', () => {
  expect(servicePort('nosuchservice')).toBeNull()
  expect(servicePort('')).toBeNull()
  expect(serviceName(27664)).toBeNull()
})

test.runIf(existsSync('/etc/services'))('no port has another name in /etc/services', () => {
  const known = new Map<number, Set<string>>()
  for (const line of readFileSync('/etc/services', 'utf8').split('\n')) {
    const match = /^([\w.-]+)\s+(\d+)\/\w+((?:[ \t]+[\w.-]+)*)/.exec(line)
    if (!match) continue
    const names = known.get(Number(match[2])) ?? new Set()
    for (const name of [match[1] ?? '', ...(match[3] ?? '').split(/\s+/)]) names.add(name)
    known.set(Number(match[2]), names)
  }
  for (let port = 1; port < 0x10000; port++) {
    const name = serviceName(port)
    const names = known.get(port)
    if (name !== null && names) expect([...names], String(port)).toContain(name)
  }
})
