/**
 * Which VLANs the frames that arrive are of: two seconds of `tcpdump -e`, whose link-level header shows
 * the tag of IEEE 802.1Q (print-ether.c of tcpdump). Without promiscuous mode, so that the interface
 * stays as it is.
 */
import type { Output, Question } from './source.ts'

export type ArrivingFrames = {
  /** How many came without a tag. */
  readonly untagged: number
  /** How many came with one, by the number of the VLAN. */
  readonly tagged: ReadonlyMap<number, number>
}

const FRAME = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2} > (?:[0-9a-f]{2}:){5}[0-9a-f]{2}, /
const TAG = /, ethertype 802\.1Q[^,]*, length \d+: vlan (\d{1,4}),/

/** The frames that tcpdump printed, by their tags; null where it could not listen. */
export function parseTcpdumpTags({ stdout, stderr, failure }: Output): ArrivingFrames | null {
  if (failure !== null || !/listening on /.test(stderr)) return null
  const frames = stdout.split('\n').filter((line) => FRAME.test(line))
  const tagged = new Map<number, number>()
  for (const line of frames) {
    const [, vlan] = TAG.exec(line) ?? []
    // VLAN 0 is only a priority: such a frame belongs to nobody's VLAN.
    if (Number(vlan ?? 0) > 0) tagged.set(Number(vlan), (tagged.get(Number(vlan)) ?? 0) + 1)
  }
  const all = [...tagged.values()].reduce((sum, count) => sum + count, 0)
  return { untagged: frames.length - all, tagged }
}

/** Listens on `device` for what asks for neighbours there, and for all that is tagged. */
export const arrivingFrames = (device: string): Question<ArrivingFrames> => ({
  name: `the frames that arrive at ${device}`,
  sources: [
    {
      argv: [
        ...['timeout', '2', 'tcpdump', '-p', '-l', '-t', '-nn', '-e', '-Q', 'in', '-c', '40'],
        ...['-i', device, 'arp or icmp6 or vlan'],
      ],
      package: 'tcpdump',
      parse: parseTcpdumpTags,
    },
  ],
})
