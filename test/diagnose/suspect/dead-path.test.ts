import { describe, expect, test } from 'vitest'
import type { Controls } from '../../../src/diagnose/controls.ts'
import { suspectDeadPath, suspectPath } from '../../../src/diagnose/suspect/dead-path.ts'
import { controls, failed, path, silent, told } from './failed.ts'

describe('silence of the whole host', () => {
  const causes = async (given: Controls): Promise<string[]> =>
    told(suspectDeadPath(await failed(silent), given))

  test('of all hops is a router that does not forward', async () => {
    const silence = path(null, null, null)
    const near = (gatewayAnswers: boolean) => causes({ ...silence, gatewayAnswers })
    expect((await near(true))[0]).toBe('route.forwarding-off path likely')
    // A router that says nothing at all may forward all the same.
    expect((await near(false))[0]).toBe('route.forwarding-off path possible')
  })

  test('after some hops may be a drop, or a reply that finds no way', async () => {
    const found = (await causes(path('10.77.1.1', '10.77.9.1', null, null))).join()
    for (const cause of ['ingress-drop', 'return-missing', 'path-drop'])
      expect(found).toContain(cause)
    expect(found).not.toContain('forwarding-off')
  })

  test('is told by the SYN where it comes farther than a ping', async () => {
    const reached = { ttl: 2, from: '10.77.9.1', error: null, arrived: false }
    const given = path('10.77.1.1', null, null, null)
    const accuses = suspectDeadPath(await failed(silent), given, reached)
    const drop = accuses.find(({ cause }) => cause === 'firewall.path-drop')
    expect(drop?.place?.hop).toBe(2)
    expect(drop?.because).toBe(
      'a SYN to 10.77.2.2:443 comes as far as 10.77.9.1 (hop 2), and no hop answers after it',
    )
    expect(
      told(suspectDeadPath(await failed(silent), path(null, null), reached)).join(),
    ).not.toContain('forwarding-off')
  })

  test('of hops that come again and again is a circle', async () => {
    const round = ['10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2']
    expect(await causes(path(...round))).toEqual(['route.loop path proven'])
  })

  test('of a hop that answers twice in a row is no circle', async () => {
    const twice = ['10.0.0.1', '10.0.0.2', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']
    expect((await causes(path(...twice))).join()).not.toContain('route.loop')
  })

  test('after a hop that knows no way is a dead end there', async () => {
    const end = { from: '10.77.9.1', error: 'Destination Net Unreachable' }
    const found = await causes(controls(false, [{ from: '10.77.1.1' }, end]))
    expect(found[0]).toBe('route.dead-end path likely')
  })

  test('after a hop that finds no such host is a host that is off, or unplugged', async () => {
    const end = { from: '10.77.2.1', error: 'Destination Host Unreachable' }
    const found = await causes(controls(false, [{ from: '10.77.1.1' }, end]))
    expect(found[0]).toBe('link.neighbour-failed path likely')
    expect(found).toContain('physical.no-carrier server possible')
    // A ping's error tells nothing of how long the router has asked.
    expect(found.join()).toContain('path-reject')
  })
})

test('what of the path is accused for certain holds for whatever was to be reached there', async () => {
  const one = await failed(silent)
  const accused = (given: Controls): string[] => told(suspectPath(one, given))
  const end = { from: '10.77.9.1', error: 'Destination Net Unreachable' }
  expect(accused(controls(false, [{ from: '10.77.1.1' }, end]))).toEqual([
    'route.dead-end path likely',
  ])
  expect(accused(path('10.77.1.1', null))).toEqual([])
  expect(accused(controls(true))).toEqual([])
})
