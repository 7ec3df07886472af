import { describe, expect, test } from 'vitest'
import type { Controls } from '../../../src/diagnose/controls.ts'
import type { Soundings } from '../../../src/diagnose/soundings.ts'
import { suspectSilence } from '../../../src/diagnose/suspect/silence.ts'
import { controls, failed, silent, sounding, told } from './failed.ts'

describe('silence', () => {
  const causes = async (given: Controls, sounded: Soundings | null = null): Promise<string[]> =>
    told(suspectSilence(await failed(silent), given, sounded).accuses)
  const mute = sounding('syn', 443, null)
  const control = sounding('ack', 80, { kind: 'reset', ttl: 62, trafficClass: 0x10 })

  test('of a port that answers no stray ACK either is filtered, and no full queue', async () => {
    const sounded = { syn: mute, ack: mute, control, synHops: [], lostAt: null }
    const found = await causes(controls(true), sounded)
    expect(found[0]).toBe('firewall.ingress-drop server possible')
    expect(found.join()).not.toContain('queue')
    const { acquits } = suspectSilence(await failed(silent), controls(true), sounded)
    expect(acquits).toEqual([expect.objectContaining({ cause: 'tcp.accept-queue-full' })])
  })

  test('of a port that resets a stray ACK is a queue that is full', async () => {
    const found = await causes(controls(true), {
      syn: mute,
      ack: control,
      control,
      synHops: [],
      lostAt: null,
    })
    expect(found[0]).toBe('tcp.accept-queue-full server likely')
    expect(found.join()).not.toContain('egress-drop')
  })

  test('of a SYN that gets less far than a ping is a drop on the way', async () => {
    const lostAt = { ttl: 2, from: '10.77.9.1', error: null, arrived: false }
    const found = await causes(controls(true), {
      syn: mute,
      ack: mute,
      control,
      synHops: [],
      lostAt,
    })
    expect(found).toEqual([
      'firewall.path-drop path likely',
      'firewall.egress-drop client possible',
    ])
  })

  test('of a SYN that comes to a hop is not the doing of this host', async () => {
    const synHops = [{ ttl: 1, from: '10.77.1.1', error: null, arrived: false }]
    const given = { syn: mute, ack: mute, control: null, synHops, lostAt: null }
    const { accuses } = suspectSilence(await failed(silent), controls(true), given)
    expect(told(accuses).join()).not.toContain('egress-drop client')
    const path = accuses.find(({ cause }) => cause === 'firewall.path-drop')
    expect(path?.place?.hop).toBe(1)
    expect(path?.because).toContain('a SYN to it comes as far as 10.77.1.1 (hop 1)')
  })

  test('of a host of which nothing answers is a drop where a ping comes farther', async () => {
    const lostAt = { ttl: 2, from: '10.77.9.1', error: null, arrived: false }
    const given = { syn: mute, ack: mute, control: null, synHops: [], lostAt }
    expect(await causes(controls(false), given)).toEqual([
      'firewall.path-drop path likely',
      'firewall.egress-drop client possible',
    ])
  })

  test('of one port of a host that is alive is a drop first of all', async () => {
    const found = await causes(controls(true))
    expect(found[0]).toBe('firewall.ingress-drop server possible')
    expect(found).toContain('tcp.accept-queue-full server possible')
    expect(found.join()).not.toContain('route.')
  })
})
