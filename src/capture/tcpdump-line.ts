/**
 * What stands before the two ends in a line of tcpdump, behind its time: the interface and direction (`-i any`), the link's
 * header (`-e`), the network protocol (`IP`, `IP6`, `ARP,`; versions before 4.0 print none for IPv4), and IP's fields (`-v`).
 */
import { type ToldIp, UNTOLD_IP } from './rebuilt-packet.ts'

/** What a line is about, and the rest of it. */
export type TextHead = {
  readonly network: 'ip' | 'ip6' | 'arp'
  /** Whether the line said so: without a word for it, any text might stand there. */
  readonly labelled: boolean
  readonly ip: ToldIp
  /** Behind all of that; empty where the ends stand in the next line (`-v`). */
  readonly rest: string
}

const NETWORKS: Readonly<Record<string, TextHead['network']>> = {
  IP: 'ip',
  ip: 'ip',
  IPv4: 'ip',
  '0800': 'ip',
  'ip:': 'ip',
  'ip6:': 'ip6',
  IP6: 'ip6',
  ip6: 'ip6',
  IPv6: 'ip6',
  '86dd': 'ip6',
  'ARP,': 'arp',
  arp: 'arp',
  ARP: 'arp',
  '0806': 'arp',
}

/** `eth0  In  IP …` and, without a name, `In IP …`; a few headers that are printed in the same line. */
const LABEL =
  /^(?:(?:\S{1,20}\s+)?(?:In|Out|B|M|P|Bcast|Mcast)\s+)?(?:MPLS (?:\([^)]*\) )+|PPPoE\s+\[ses \S+\] )?(IP6|IP|ARP,|arp|ip6?:)\s+(.*)$/
/** `-e`: `…, ethertype IPv4 (0x0800), length 74: …`; behind a VLAN tag without a length, on a BSD's loopback `AF IPv4 (2)`. */
const ETHERTYPE =
  /^.{0,160}?\b(?:ethertype|AF) (IPv4|IPv6|ARP) \((?:0x[0-9a-f]{4}|\d+)\),? (?:length \d+: )?(?:\(?oui [^)]*\)?, )?(.*)$/
/** `-e` of old versions: `0:0:c0:6f:2d:40 0:a0:24:ab:cd:ef 0800 74: …`. */
const OLD_LINK =
  /^(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2} (?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2} (ip6|ip|arp|0800|86dd|0806) \d+: (.*)$/

/** Text without a word for its protocol is taken for IPv4, or IPv6 by its colons. */
function splitNetwork(text: string): Pick<TextHead, 'network' | 'labelled' | 'rest'> {
  const match = LABEL.exec(text) ?? ETHERTYPE.exec(text) ?? OLD_LINK.exec(text)
  if (match !== null) {
    const [, word = '', rest = ''] = match
    return { network: NETWORKS[word] ?? 'ip', labelled: true, rest }
  }
  const network = /^\S*:\S* > /.test(text) ? 'ip6' : 'ip'
  return { network, labelled: false, rest: text }
}

/** `(tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)`, or IPv6's `(flowlabel 0x1, hlim 64, …)`. */
const FIELDS = /^\(((?:tos|class|flowlabel|hlim)\b[^()]*(?:\([^()]*\)[^()]*)*)\)\s*(.*)$/
const DONT_FRAGMENT = 0x4000
const MORE_FRAGMENTS = 0x2000

function numberOf(text: string, form: RegExp): number | null {
  const digits = form.exec(text)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** The fields of IP, wherever a version of tcpdump prints them. */
function toldIp(fields: string): ToldIp {
  const flags = /flags \[([^\]]*)\]/.exec(fields)?.[1] ?? ''
  const length = numberOf(fields, /(?:^|[ ,])len(?:gth)? (\d+)/)
  const payload = numberOf(fields, /payload length: (\d+)/)
  const offset = numberOf(fields, /offset (\d+)/) ?? 0
  return {
    trafficClass: numberOf(fields, /(?:tos|class) (0x[0-9a-f]+)/) ?? 0,
    hopLimit: numberOf(fields, /(?:ttl|hlim) (\d+)/) ?? 0,
    identification: (numberOf(fields, /\bid (\d+)/) ?? 0) & 0xffff,
    fragment:
      (flags.includes('DF') ? DONT_FRAGMENT : 0) |
      (flags.includes('+') ? MORE_FRAGMENTS : 0) |
      ((offset >> 3) & 0x1fff),
    protocol: numberOf(fields, /(?:proto|next-header) \S+ \((\d+)\)/),
    totalBytes: payload === null ? length : null,
  }
}

/** What old versions append: `(DF) [tos 0x10] (ttl 64, id 1, len 60)`. */
function appendedIp(text: string): ToldIp {
  const tail = /(?:\s+(?:\(DF\)|\[tos 0x[0-9a-f]+[^\]]*\]|\((?:DF, )?ttl \d+[^)]*\)))+\s*$/.exec(
    text,
  )?.[0]
  if (tail === undefined) return UNTOLD_IP
  const told = toldIp(tail)
  return { ...told, fragment: tail.includes('DF') ? DONT_FRAGMENT : 0, protocol: null }
}

/** Never fails: whether the rest is of a packet is for others to say. */
export function parseHead(text: string): TextHead {
  const { network, labelled, rest } = splitNetwork(text)
  const untagged = labelled ? rest.replace(/^vlan \d+, p \d+(?:, DEI)?,? ?/, '') : rest
  const fields = labelled ? FIELDS.exec(untagged) : null
  if (fields === null) return { network, labelled, ip: appendedIp(untagged), rest: untagged }
  return { network, labelled, ip: toldIp(fields[1] ?? ''), rest: fields[2] ?? '' }
}
