import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePath, type Path } from '../path.ts'

let path: Path
beforeAll(() => {
  path = makePath()
})
afterAll(() => path.remove())

const watch = async (address: string, family: 4 | 6): Promise<unknown[]> =>
  JSON.parse(
    await path.script(`
      import { watchIcmp } from './host/kernel/icmp-watch.ts'
      import { probeConnect } from './host/probe/connect.ts'
      const watch = await watchIcmp()
      const to = { address: '${address}', family: ${family}, port: 443 }
      const { localPort } = await probeConnect(to, 2500)
      console.log(JSON.stringify(await watch?.stop()))
      process.exit(0)`),
  )

describe.each([
  [
    4,
    '10.71.2.1',
    '10.71.1.254',
    'icmp type host-prohibited',
    3,
    10,
    'destination unreachable, host administratively prohibited',
  ],
  [
    6,
    'fd71:2::1',
    'fd71:1::254',
    'icmpv6 type admin-prohibited',
    1,
    1,
    'destination unreachable, communication administratively prohibited',
  ],
] as const)('over IPv%d', (family, server, router, reject, type, code, text) => {
  test('a refusal on the way is seen, with who sent it and what it quotes', async () => {
    path.run(path.router, 'nft add table inet t')
    path.run(path.router, 'nft add chain inet t f { type filter hook forward priority 0 ; }')
    path.run(path.router, `nft add rule inet t f tcp dport 443 reject with ${reject}`)
    const seen = await watch(server, family)
    path.run(path.router, 'nft delete table inet t')
    expect(seen[0]).toEqual({
      family,
      from: router,
      type,
      code,
      text,
      mtu: null,
      quoted: {
        destination: server,
        protocol: 6,
        sourcePort: expect.any(Number),
        destinationPort: 443,
      },
    })
  })

  test('what is no error is not seen', async () => {
    expect(await watch(server, family)).toEqual([])
  })
})

test('without privilege there is no watch', async () => {
  const source = `import { watchIcmp } from './host/kernel/icmp-watch.ts'
    process.setgid(65534)
    process.setuid(65534)
    console.log(JSON.stringify(await watchIcmp()))`
  expect(await path.script(source)).toBe('null\n')
})
