/**
 * A driver's own counters: `ethtool -S IF` (ethtool.c, dump_stats). Each driver has its names; of
 * interest here is how many frames an XDP program dropped (`rx_queue_0_xdp_drops` of veth,
 * `rx_xdp_drop` of mlx5, `rx_xdp_drops` of virtio_net, `xdp_drop` of others).
 */
import type { Output, Question } from './source.ts'

const COUNTER = /^\s+(\S[^:]{0,80}): (\d{1,20})$/
const XDP_DROP = /xdp_?drops?$/i

/** The counters by name; null where there is none. */
export function parseEthtoolStatistics(text: string): ReadonlyMap<string, number> | null {
  const found = text.split(/\r?\n/).flatMap((line): [string, number][] => {
    const [, name, value] = COUNTER.exec(line) ?? []
    return name === undefined ? [] : [[name, Number(value)]]
  })
  return found.length > 0 ? new Map(found) : null
}

/** How many frames XDP dropped; null where the driver does not count them. */
export function xdpDrops(statistics: ReadonlyMap<string, number>): number | null {
  const counts = [...statistics].filter(([name]) => XDP_DROP.test(name))
  // Some drivers list the sum beside the queues (`rx_xdp_drop`, `rx0_xdp_drop`, …).
  const sums = counts.filter(([name]) => !/\d/.test(name))
  const counted = sums.length > 0 ? sums : counts
  return counted.length === 0 ? null : counted.reduce((sum, [, value]) => sum + value, 0)
}

/** The driver's counters of `device`. */
export const deviceStatistics = (device: string): Question<ReadonlyMap<string, number>> => ({
  name: `the driver's counters of ${device}`,
  sources: [
    {
      argv: ['ethtool', '-S', device],
      package: 'ethtool',
      parse: ({ stdout }: Output) => parseEthtoolStatistics(stdout),
    },
  ],
})
