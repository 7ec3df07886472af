import { describe, expect, test } from 'vitest'
import { suspectLateRefusal, suspectRefusal } from '../../../src/diagnose/suspect/refusal.ts'
import { failed, refused, sounding, told } from './failed.ts'

describe('a refusal', () => {
  test('at once comes from nobody who listens, or from a firewall anywhere', async () => {
    const { accuses, acquits } = suspectRefusal(await failed(refused), true, null)
    expect(told(accuses)).toEqual([
      'tcp.no-listener server possible',
      'firewall.ingress-reset server possible',
      'firewall.path-reset path possible',
      'firewall.egress-reject client possible',
    ])
    expect(acquits.map(({ cause }) => cause)).toContain('firewall.path-reject')
  })

  test('may be an ICMP error where none could be seen', async () => {
    const { accuses, acquits } = suspectRefusal(await failed(refused), false, null)
    expect(told(accuses)).toContain('firewall.ingress-reject server possible')
    expect(acquits).toEqual([])
  })

  test.for([
    [{ ttl: 62, trafficClass: 0x10 }, ['tcp.no-listener likely', 'nat.wrong-target possible']],
    [
      { ttl: 62, trafficClass: 0 },
      ['firewall.ingress-reset likely', 'firewall.path-reset possible'],
    ],
    [{ ttl: 64, trafficClass: 0 }, ['firewall.path-reset likely', 'tcp.no-listener possible']],
    [
      { ttl: 61, trafficClass: 0x10 },
      ['tcp.no-listener likely', 'nat.wrong-target possible', 'firewall.path-reset possible'],
    ],
  ] as const)('whose reset has %j beside a usual one of 62 and 0x10', async ([answer, causes]) => {
    const syn = sounding('syn', 443, { kind: 'reset', ...answer })
    const control = sounding('ack', 80, { kind: 'reset', ttl: 62, trafficClass: 0x10 })
    const sounded = { syn, ack: syn, control, synHops: [], lostAt: null }
    const { accuses, acquits } = suspectRefusal(await failed(refused), true, sounded)
    expect(accuses.map(({ cause, weight }) => `${cause} ${weight}`)).toEqual(causes)
    for (const { cause, side } of acquits)
      expect(accuses.some((one) => one.cause === cause && one.side === side)).toBe(false)
  })

  test('after a second is an ICMP error rather than a reset', async () => {
    const found = suspectLateRefusal(await failed({ ...refused, tookMs: 1030 }))
    expect(told(found)[0]).toBe('firewall.ingress-reject server likely')
    expect(found.map(({ cause }) => cause)).not.toContain('tcp.no-listener')
  })

  test('leaves a command for each suspect, on a host of its own', async () => {
    const one = await failed(refused)
    const { accuses } = suspectRefusal(one, false, null)
    for (const { tellApart } of [...accuses, ...suspectLateRefusal(one)])
      expect(tellApart).toEqual({
        host: expect.stringMatching(/^(client|server)$/),
        command: expect.stringMatching(/\S/),
        shows: expect.stringMatching(/\S/),
      })
  })
})
