import { describe, expect, test } from 'vitest'
import { halfDuplex, watchDamage } from '../../src/diagnose/damage.ts'
import { told } from './rung/ask.ts'
import { type Outputs, witnessOf } from './scene.ts'

const COUNTERS = 'ip -j -s -s link show dev eth0'
const counted = (crc: number): string =>
  JSON.stringify([
    {
      ifname: 'eth0',
      stats64: { rx: { crc_errors: crc, frame_errors: 0 }, tx: { carrier_errors: 0 } },
    },
  ])

const witness = (client: Outputs, server: Outputs = {}) =>
  witnessOf({
    target: 'http://10.77.2.2',
    client: { ...told('client'), ...client },
    server: { ...told('server'), ...server },
  })

describe('counters of damaged frames', () => {
  test('that grow accuse the link of the end where they do', async () => {
    const end = await watchDamage(witness({}, { [COUNTERS]: [counted(40), counted(52)] }))
    const damage = await end()
    expect(damage?.accusation).toMatchObject({
      cause: 'physical.errors',
      side: 'server',
      place: { interface: 'eth0' },
    })
    expect(damage?.evidence[0]?.delta).toEqual({
      name: 'damaged frames of eth0',
      before: 40,
      after: 52,
    })
  })

  test('that are high and stay are of another day', async () => {
    const end = await watchDamage(witness({ [COUNTERS]: counted(4000) }))
    expect(await end()).toBeNull()
  })

  test('that cannot be read accuse nobody', async () => {
    expect(await (await watchDamage(witness({})))()).toBeNull()
  })
})

test('half duplex is told by ethtool alone', async () => {
  const settings = 'Settings for eth0:\n\tSpeed: 100Mb/s\n\tDuplex: Half\n'
  const { client } = witness({ 'ethtool eth0': settings })
  expect((await halfDuplex(client, 'eth0'))?.accusation.remedies?.[0]?.command).toBe(
    'ethtool -s eth0 autoneg on',
  )
  expect(await halfDuplex(witness({}).client, 'eth0')).toBeNull()
})
