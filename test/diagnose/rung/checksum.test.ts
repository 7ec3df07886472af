import { describe, expect, test } from 'vitest'
import { checksum } from '../../../src/diagnose/rung/checksum.ts'
import { recorded } from '../scene.ts'
import { type Asked, ask, commands, only } from './ask.ts'
import { COUNTERS, growing } from './counting.ts'

const silent = { connect: { '10.77.2.2': 'timeout' } }
const asked = (server: Asked['server'], probes: Asked['probes'] = silent): Asked => ({
  client: recorded('dropped-client'),
  server: server ?? null,
  of: 'server',
  ...(probes && { probes }),
})

describe('packets that arrive with wrong checksums', () => {
  const wrong = growing({ 'Tcp:InCsumErrors': 3 })

  test("are the sender's, where nothing of TCP arrives whole", async () => {
    const ruling = await ask(checksum, asked(wrong))
    expect(ruling.accuses?.[0]).toMatchObject({
      cause: 'link.checksum',
      side: 'client',
      weight: 'likely',
    })
    expect(ruling.accuses?.[1]).toMatchObject({ side: 'path', weight: 'possible' })
    expect(commands(ruling)).toEqual(['ethtool -K eth0 tx off'])
  })

  test('were rewritten on the way, where another port is heard', async () => {
    const probes = { connect: { '10.77.2.2 80': 'timeout', '10.77.2.2 22': 'ECONNREFUSED' } }
    expect(only(await ask(checksum, asked(wrong, probes)))).toMatchObject({
      side: 'path',
      weight: 'proven',
    })
  })

  test('are counted for the header of IPv4 as well', async () => {
    const ruling = await ask(checksum, asked(growing({ 'IpExt:InCsumErrors': 4 })))
    expect(ruling.summary).toContain('IpExtInCsumErrors')
  })

  test('of others, fewer than were sent, are no reason', async () => {
    const ruling = await ask(checksum, asked(growing({ 'Tcp:InCsumErrors': 2 })))
    expect(ruling.status).toBe('pass')
  })
})

test('where the service answers nothing is looked at', async () => {
  const scene = { client: recorded('healthy-client'), server: recorded('healthy-server') }
  expect((await ask(checksum, { ...scene, of: 'server' })).status).toBe('skip')
})

test('without counters nothing is known', async () => {
  const bare = { ...growing({}), [COUNTERS]: { failure: 'missing' as const, code: null } }
  expect((await ask(checksum, asked(bare))).status).toBe('unknown')
})
