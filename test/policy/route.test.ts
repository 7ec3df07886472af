import { describe, expect, test } from 'vitest'
import { routeIn, routeOut } from '../../src/policy/route.ts'
import type { World } from '../../src/policy/world.ts'
import { routing } from './machine.ts'
import { start } from './world.ts'

const to = (destination: string, more: Partial<World['packet']> = {}): World => ({
  ...start,
  packet: { ...start.packet, destination, ...more },
})

describe('routeIn', () => {
  test('tells what is for this host from what goes on', () => {
    expect(routeIn(routing(), start).through[0]).toMatchObject({ course: 'input' })
    expect(routeIn(routing(), to('192.0.2.7')).through[0]).toMatchObject({
      course: 'forward',
      packet: { outputDevice: 'eth1' },
    })
    expect(routeIn(routing(), to('10.0.0.255')).through[0]).toMatchObject({ course: 'input' })
  })

  test('packets to many receivers are not walked', () => {
    const six = to('ff02::1', { family: 6, source: 'fd00::9' })
    expect(routeIn(routing(), six).ends[0]).toMatchObject({ verdict: 'unknown' })
  })

  test('what a translation sends here needs no address', () => {
    const world = { ...to('192.0.2.7'), toThisHost: true }
    expect(routeIn(null, world).through[0]).toMatchObject({ course: 'input' })
  })
})

describe('routeOut', () => {
  test('gives the device, and a source to who has none', () => {
    const world = to('192.0.2.7', { source: '' })
    expect(routeOut(routing(), world).through[0]).toMatchObject({
      course: 'output',
      leavesBy: 'eth1',
      packet: { source: '10.1.0.1' },
    })
    const own = routeOut(routing(), to('10.1.0.1', { source: '' })).through[0]
    expect(own).toMatchObject({
      course: 'loopback',
      leavesBy: 'lo',
      packet: { source: '10.1.0.1' },
    })
  })

  test('without a route nothing leaves', () => {
    const host = routing({ routes: ['unreachable 192.0.2.0/24'] })
    expect(routeOut(host, to('192.0.2.7')).ends[0]).toMatchObject({ verdict: 'drop', place: null })
  })
})
