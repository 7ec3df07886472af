/**
 * A switch made of a Linux bridge: the VLANs of its ports and where it has learned whom, as bridge(8)
 * prints them in JSON (bridge/vlan.c and bridge/fdb.c of iproute2).
 */
import { macOf } from './interface.ts'
import { type JsonRecord, numberOf, parseRecords, recordsOf, textOf, textsOf } from './json.ts'
import { type Output, type Question, succeeded } from './source.ts'

export type PortVlans = {
  readonly port: string
  /** Of frames that come without a tag (PVID); null where such frames are dropped. */
  readonly untagged: number | null
  /** All that may pass, in either form. */
  readonly members: readonly number[]
}

const MOST_VLAN = 4095

/** `{"vlan":10,"vlanEnd":20,"flags":["PVID","Egress Untagged"]}` */
const rangeOf = (record: JsonRecord): number[] => {
  const first = numberOf(record, 'vlan') ?? 0
  const last = Math.min(numberOf(record, 'vlanEnd') ?? first, MOST_VLAN)
  return first > 0 && last >= first
    ? Array.from({ length: last - first + 1 }, (_, index) => first + index)
    : []
}

/** The ports that `bridge -j vlan show` printed; null when it is not that. */
export function parseBridgeVlans(text: string): readonly PortVlans[] | null {
  const records = parseRecords(text)
  return (
    records?.flatMap((record) => {
      const port = textOf(record, 'ifname')
      const vlans = recordsOf(record, 'vlans')
      const own = vlans.find((vlan) => textsOf(vlan, 'flags').includes('PVID'))
      return port === null
        ? []
        : [
            {
              port,
              untagged: own ? (rangeOf(own)[0] ?? null) : null,
              members: vlans.flatMap(rangeOf),
            },
          ]
    }) ?? null
  )
}

/** A MAC address, and the port behind which it was seen. */
export type Learned = { readonly mac: string; readonly port: string }

/** What `bridge -j fdb show` printed of hosts behind ports; null when it is not that. */
export function parseBridgeForwarding(text: string): readonly Learned[] | null {
  return (
    parseRecords(text)?.flatMap((record) => {
      const mac = macOf(textOf(record, 'mac'))
      const port = textOf(record, 'ifname')
      const isOwn = textOf(record, 'state') === 'permanent'
      return mac !== null && port !== null && !isOwn ? [{ mac, port }] : []
    }) ?? null
  )
}

/** The VLANs of every port; none where no bridge filters by them. */
export const portVlans: Question<readonly PortVlans[]> = {
  name: 'the VLANs of the ports',
  sources: [
    {
      argv: ['bridge', '-j', 'vlan', 'show'],
      package: 'iproute2',
      parse: (output: Output) => (succeeded(output) ? parseBridgeVlans(output.stdout) : null),
    },
  ],
}

/** Who was learned behind which port. */
export const learned: Question<readonly Learned[]> = {
  name: 'who is behind which port',
  sources: [
    {
      argv: ['bridge', '-j', 'fdb', 'show'],
      package: 'iproute2',
      parse: (output: Output) => (succeeded(output) ? parseBridgeForwarding(output.stdout) : null),
    },
  ],
}
