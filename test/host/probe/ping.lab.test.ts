import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ip } from '../namespace.ts'
import { makePath, type Path } from '../path.ts'

let path: Path
beforeAll(() => {
  path = makePath()
})
afterAll(() => path.remove())

const TO = { 4: '10.71.2.1', 6: 'fd71:2::1' } as const
const ROUTER = { 4: '10.71.1.254', 6: 'fd71:1::254' } as const

const allowGroups = (range: string): void => {
  execFileSync('ip', [
    ...['netns', 'exec', path.client, 'sysctl', '-qw', `net.ipv4.ping_group_range=${range}`],
  ])
}

describe.each([4, 6] as const)('over IPv%d', (family) => {
  test('a host that answers has a time and the TTL that ping sees', async () => {
    const echo = await path.probe('ping', TO[family], { timeoutMs: 1000 })
    expect(echo).toMatchObject({ sent: 1, received: 1, ttl: 63, errors: [], possible: true })
    expect(echo.rttMs).toBeGreaterThan(0)
    expect(echo.rttMs).toBeLessThan(500)
    const said = path.run(path.client, `ping -c 1 -n ${TO[family]}`)
    expect(said).toContain('ttl=63 ')
    expect(echo.command).toBe(`ping ${family === 6 ? '-6 ' : ''}-c 1 ${TO[family]}`)
  })

  test('a small TTL ends at the router', async () => {
    const echo = await path.probe('ping', TO[family], { timeoutMs: 1000, ttl: 1 })
    expect(echo).toMatchObject({ sent: 1, received: 0, rttMs: null, ttl: null })
    expect(echo.errors).toEqual([
      {
        from: ROUTER[family],
        text: family === 4 ? 'time to live exceeded in transit' : 'hop limit exceeded in transit',
        mtu: null,
      },
    ])
    expect(echo.lines[0]).toContain(`from ${ROUTER[family]}: `)
  })

  test('a silent host is silent', async () => {
    const namespace = path.server
    path.run(namespace, 'nft add table inet t')
    path.run(namespace, 'nft add chain inet t i { type filter hook input priority 0 ; }')
    path.run(
      namespace,
      `nft add rule inet t i meta l4proto ${family === 4 ? 'icmp' : 'icmpv6 icmpv6 type echo-request'} drop`,
    )
    const echo = await path.probe('ping', TO[family], { timeoutMs: 300 })
    path.run(namespace, 'nft delete table inet t')
    expect(echo).toMatchObject({ sent: 1, received: 0, errors: [], possible: true })
    expect(echo.lines).toEqual([`no reply from ${TO[family]} within 300 ms`])
  })

  test('a packet that does not fit is told with the MTU, first by the router, then by ourselves', async () => {
    ip(`-n ${path.router} link set r1 mtu 1400`)
    const big = { timeoutMs: 1000, packetBytes: 1500, dontFragment: true }
    const first = await path.probe('ping', TO[family], big)
    expect(first).toMatchObject({ sent: 1, received: 0 })
    expect(first.errors[0]).toMatchObject({ from: ROUTER[family], mtu: 1400 })
    const second = await path.probe('ping', TO[family], big)
    expect(second.errors).toEqual([{ from: null, text: 'message too long', mtu: 1400 }])
    const fits = await path.probe('ping', TO[family], { ...big, packetBytes: 1400 })
    expect(fits).toMatchObject({ received: 1 })
    ip(`-n ${path.server} link set eth0 mtu 1400`)
    const fragmented = await path.probe('ping', TO[family], { timeoutMs: 1000, packetBytes: 1500 })
    expect(fragmented).toMatchObject({ received: 1 })
    ip(`-n ${path.router} link set r1 mtu 1500`)
    ip(`-n ${path.server} link set eth0 mtu 1500`)
    ip(`-n ${path.client} -${family} route flush cache`)
  })

  test('a local drop or a missing route is told', async () => {
    path.run(path.client, 'nft add table inet t')
    path.run(path.client, 'nft add chain inet t o { type filter hook output priority 0 ; }')
    path.run(
      path.client,
      `nft add rule inet t o meta l4proto ${family === 4 ? 'icmp' : 'icmpv6'} drop`,
    )
    const dropped = await path.probe('ping', TO[family], { timeoutMs: 500 })
    path.run(path.client, 'nft delete table inet t')
    expect(dropped).toMatchObject({ sent: 0, received: 0, possible: true })
    expect(dropped.errors[0]).toEqual({ from: null, text: 'operation not permitted', mtu: null })
    ip(`-n ${path.client} -${family} route del default`)
    const lost = await path.probe('ping', TO[family], { timeoutMs: 500 })
    ip(`-n ${path.client} -${family} route add default via ${ROUTER[family]}`)
    expect(lost.errors).toEqual([{ from: null, text: 'network is unreachable', mtu: null }])
  })

  test('a router that refuses is named', async () => {
    ip(`-n ${path.router} -${family} route add prohibit ${TO[family]}`)
    const echo = await path.probe('ping', TO[family], { timeoutMs: 1000 })
    ip(`-n ${path.router} -${family} route del prohibit ${TO[family]}`)
    expect(echo.errors[0]).toMatchObject({
      from: ROUTER[family],
      text: 'communication administratively prohibited',
    })
  })

  test('a user without privilege pings by a datagram socket, where the kernel allows it', async () => {
    allowGroups('0 2147483647')
    const echo = await path.probeUnprivileged('ping', TO[family], { timeoutMs: 1000, ttl: 1 })
    const other = await path.probeUnprivileged('ping', TO[family], { timeoutMs: 1000 })
    allowGroups('1 0')
    expect(echo.errors[0]).toMatchObject({ from: ROUTER[family] })
    expect(other).toMatchObject({ received: 1, ttl: 63 })
  })

  test('without any way to ping nothing is known', async () => {
    const echo = await path.probeUnprivileged('ping', TO[family], { timeoutMs: 1000 })
    expect(echo).toMatchObject({ possible: false, sent: 0, received: 0 })
    expect(echo.because).toMatch(/^no ICMP socket: .*; ping cannot send either$/)
  })
})

test('a neighbour that is not there is unreachable by our own word', async () => {
  const echo = await path.probe('ping', '10.71.1.77', { timeoutMs: 5000 })
  expect(echo.errors[0]).toMatchObject({ from: '10.71.1.1', text: 'host unreachable' })
})

test('a device is left by, or its absence told', async () => {
  const device = { timeoutMs: 500, device: 'eth0' }
  expect(await path.probe('ping', '10.71.2.1', device)).toMatchObject({ received: 1 })
  const lost = await path.probe('ping', '10.71.2.1', { timeoutMs: 500, device: 'none' })
  expect(lost).toMatchObject({ sent: 0, errors: [{ text: 'no such device' }] })
})
