import { describe, expect, test } from 'vitest'
import {
  deviceStatistics,
  parseEthtoolStatistics,
  xdpDrops,
} from '../../src/facts/ethtool-statistics.ts'
import { transcripts } from './data.ts'
import { expectQuestionSurvives } from './hostile.ts'

const veth = transcripts('frame-programs.txt')('ethtool -S eth0')

test("a driver's counters are read by name", () => {
  expect(parseEthtoolStatistics(veth)?.get('rx_queue_0_xdp_packets')).toBe(1)
  expect(parseEthtoolStatistics('no stats available\n')).toBeNull()
})

describe('frames that XDP dropped', () => {
  test('are added over the queues', () => {
    const two = veth.replace('xdp_drops: 0', 'xdp_drops: 4\n     rx_queue_1_xdp_drops: 3')
    expect(xdpDrops(parseEthtoolStatistics(two) ?? new Map())).toBe(7)
  })

  test("are the driver's sum where it lists one beside the queues", () => {
    const counters = new Map([
      ['rx_xdp_drop', 9],
      ['rx0_xdp_drop', 4],
      ['rx1_xdp_drop', 5],
    ])
    expect(xdpDrops(counters)).toBe(9)
  })

  test('are unknown where the driver does not count them', () => {
    expect(xdpDrops(new Map([['rx_packets', 5]]))).toBeNull()
  })
})

test('no output makes it throw', () => {
  expectQuestionSurvives(deviceStatistics('eth0'), veth)
})
