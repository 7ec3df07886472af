/** Link types by name, as tcpdump's -y takes them: its own names (pcap_datalink_name_to_val(3PCAP)) and those of captures. */
import { nearest } from '../base/nearest.ts'
import { LINK_LAYERS } from '../filter/link-layer.ts'
import { linkTypeName } from '../wire/link-type.ts'
import { UsageError } from './command.ts'

/** Where tcpdump's name is another one than that of captures. */
const TCPDUMP_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'EN10MB'],
  [6, 'IEEE802'],
  [7, 'ARCNET'],
  [50, 'PPP_SERIAL'],
  [100, 'ATM_RFC1483'],
  [119, 'PRISM_HEADER'],
  [127, 'IEEE802_11_RADIO'],
  [163, 'IEEE802_11_RADIO_AVS'],
])

/** The name that tcpdump has for a link type; its number where it has none. */
export const filterLinkName = (linkType: number): string =>
  TCPDUMP_NAMES.get(linkType) ?? linkTypeName(linkType)

/** Those whose headers are known, by name. */
const NUMBERS: ReadonlyMap<string, number> = new Map(
  [...LINK_LAYERS.keys()].flatMap((linkType): [string, number][] => [
    [linkTypeName(linkType), linkType],
    [filterLinkName(linkType), linkType],
  ]),
)

/** The names that there are. */
export const FILTER_LINK_NAMES: readonly string[] = [...LINK_LAYERS.keys()]
  .map(filterLinkName)
  .filter((name, index, names) => !/^\d/.test(name) && names.indexOf(name) === index)

/** The number of a link type that is named, with or without `DLT_`, or numbered; a UsageError where it is none. */
export function readLinkType(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  const name = text.toUpperCase().replace(/^(?:DLT|LINKTYPE)_/, '')
  const number = NUMBERS.get(name)
  if (number !== undefined) return number
  const meant = nearest(name, FILTER_LINK_NAMES)
  throw new UsageError(
    `--link-type was ${text}, which is no link type${meant === null ? `; there are ${FILTER_LINK_NAMES.join(', ')}` : `: did you mean ${meant}?`}`,
  )
}
