import { describe, expect, test } from 'vitest'
import { suspectUnreachable } from '../../../src/diagnose/suspect/unreachable.ts'
import { controls, failed, told, unreachable } from './failed.ts'

describe('an unreachable host without an ICMP error', () => {
  test('that is alive is kept away by a filter', async () => {
    const found = told(suspectUnreachable(await failed(unreachable), controls(true)))
    expect(found[0]).toBe('firewall.path-reject path likely')
  })

  test('after three seconds is one that the last router does not find', async () => {
    const late = await failed({ ...unreachable, tookMs: 3070 })
    expect(told(suspectUnreachable(late, controls(false)))[0]).toBe(
      'link.neighbour-failed path likely',
    )
  })

  test('is a dead end, more likely so where a hop says it', async () => {
    const one = await failed({ ...unreachable, errno: 'ENETUNREACH' })
    const hop = { from: '10.77.1.1', error: 'Destination Net Unreachable' }
    expect(told(suspectUnreachable(one, controls(false)))[0]).toBe('route.dead-end path possible')
    expect(told(suspectUnreachable(one, controls(false, [hop])))[0]).toBe(
      'route.dead-end path likely',
    )
  })
})
