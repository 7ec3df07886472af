/**
 * Where the headers of each link type lie, and how it names what it carries (https://www.tcpdump.org/linktypes.html). A layer that
 * is not here can only be looked at with `ether[…]`.
 */

/** How a link type says what it carries. */
export type TypeTest =
  | 'ethernet'
  | 'ethertype'
  | 'llc'
  | 'wifi'
  | 'sll'
  | 'ppp'
  | 'hdlc'
  | 'loopback'
  | 'raw'
  | 'ipv4'
  | 'ipv6'
  | 'arcnet'
  | 'frame-relay'
  | 'apple-talk'
  | 'pflog'
  | 'ipnet'
  | 'atm'
  | 'juniper'
  | 'bacnet'
  | 'none'

/** What kind of link-layer addresses there are. */
export type MacLayout =
  | 'ethernet'
  | 'wifi'
  | 'arcnet'
  | { readonly source: number; readonly destination: number }

/** The headers of one link type; places are in bytes from the packet's begin, -1 where there is none. */
export type LinkLayer = {
  readonly test: TypeTest
  /** Where the link header lies, behind what an analyser put before it. */
  readonly headerAt: number
  /** Where the type lies; null where there is none. For 802.11, of the LLC header at the earliest. */
  readonly typeAt: number | null
  readonly payloadAt: number
  /** Where the network header lies in the payload: behind LLC and SNAP, and behind LLC alone. */
  readonly networkAt: number
  readonly networkAtWithoutSnap: number
  /** Whether a header of changing length lies before the link header, and whether the payload begins at a changing place. */
  readonly variableHeader: boolean
  readonly variablePayload: boolean
  readonly macs: MacLayout | null
  /** Its name in an error. */
  readonly name: string
}

const layer = (
  name: string,
  test: TypeTest,
  typeAt: number | null,
  payloadAt: number,
  more: Partial<LinkLayer> = {},
): LinkLayer => {
  return {
    name,
    test,
    typeAt,
    payloadAt,
    headerAt: 0,
    networkAt: 0,
    networkAtWithoutSnap: 0,
    variableHeader: false,
    variablePayload: false,
    macs: null,
    ...more,
  }
}

/** Behind LLC and SNAP, and behind LLC alone. */
const LLC = { networkAt: 8, networkAtWithoutSnap: 3 }
const WIFI = { ...LLC, variablePayload: true, macs: 'wifi' } as const
const RADIO = { ...WIFI, variableHeader: true }

const ANALYSER = { networkAtWithoutSnap: 3, macs: 'ethernet' } as const

/** Where a header has no fixed place. */
const NOWHERE = -1

const juniper = (
  name: string,
  typeAt: number,
  payloadAt: number,
  networkAt = 0,
  networkAtWithoutSnap = NOWHERE,
): LinkLayer =>
  layer(`Juniper ${name}`, 'juniper', typeAt, payloadAt, { networkAt, networkAtWithoutSnap })

/** Juniper's layers whose packets begin at a changing place. */
const juniperAnywhere = (name: string, typeAt: number): LinkLayer =>
  juniper(name, typeAt, NOWHERE, NOWHERE)

/** Link types by their numbers in captures. */
export const LINK_LAYERS: ReadonlyMap<number, LinkLayer> = new Map([
  [0, layer('BSD loopback', 'loopback', 0, 4)],
  [1, layer('Ethernet', 'ethernet', 12, 14, { networkAtWithoutSnap: 3, macs: 'ethernet' })],
  [6, layer('Token ring', 'llc', 14, 14, { ...LLC, macs: { source: 8, destination: 2 } })],
  [7, layer('ARCNET', 'arcnet', 2, 6, { macs: 'arcnet' })],
  [8, layer('SLIP', 'raw', null, 16)],
  [9, layer('PPP', 'ppp', 2, 4)],
  [10, layer('FDDI', 'llc', 13, 13, { ...LLC, macs: { source: 7, destination: 1 } })],
  [12, layer('Raw IP', 'raw', null, 0)],
  [14, layer('Raw IP', 'raw', null, 0)],
  [50, layer('PPP over serial', 'ppp', 2, 4)],
  [51, layer('PPPoE', 'ppp', 6, 8)],
  [99, layer('Symantec Firewall', 'ethertype', 6, 44)],
  [100, layer('RFC 1483 LLC-encapsulated ATM', 'llc', 0, 0, LLC)],
  [101, layer('Raw IP', 'raw', null, 0)],
  [104, layer('Cisco HDLC', 'hdlc', 2, 4)],
  [105, layer('802.11', 'wifi', 24, 0, WIFI)],
  [107, layer('Frame Relay', 'frame-relay', null, 0)],
  [108, layer('OpenBSD loopback', 'loopback', 0, 4)],
  [109, layer('OpenBSD encapsulated IP', 'loopback', 0, 12)],
  [113, layer('Linux cooked v1', 'sll', 14, 16)],
  [114, layer('Localtalk', 'apple-talk', null, 0)],
  [117, layer('OpenBSD pflog file', 'pflog', 0, 0, { variablePayload: true })],
  [119, layer('802.11 plus Prism header', 'wifi', 24, 0, RADIO)],
  [
    122,
    layer('RFC 2625 IP-over-Fibre Channel', 'llc', 16, 16, {
      ...LLC,
      macs: { source: 10, destination: 2 },
    }),
  ],
  [123, layer('Sun raw ATM', 'atm', 4, 4, LLC)],
  [127, layer('802.11 plus radiotap header', 'wifi', 24, 0, RADIO)],
  [129, layer('Linux ARCNET', 'arcnet', 4, 8, { macs: 'arcnet' })],
  [130, juniper('multi-link PPP', 4, 4)],
  [131, juniper('multi-link Frame Relay', 4, 4)],
  [132, juniperAnywhere('encryption services', 6)],
  [133, juniper('GGSN', 6, 12)],
  [134, juniper('FRF.16 Frame Relay', 4, 4)],
  [135, juniper('ATM2', 8, 8, 0, 10)],
  [136, juniperAnywhere('services', 12)],
  [137, juniper('ATM1', 4, 4, 0, 10)],
  [138, layer('Apple IP-over-IEEE 1394', 'ethertype', 16, 18)],
  [163, layer('802.11 plus AVS radio information header', 'wifi', 24, 0, RADIO)],
  [164, juniper('passive monitor', 12, 12)],
  [
    165,
    layer('BACnet MS/TP', 'bacnet', null, NOWHERE, {
      networkAt: NOWHERE,
      networkAtWithoutSnap: NOWHERE,
    }),
  ],
  [166, layer('PPP over serial, with direction', 'ppp', 2, 4)],
  [167, juniper('PPPoE', 16, 14, 18, 21)],
  [168, juniper('PPPoE over ATM', 4, 6)],
  [178, juniper('Ethernet', 16, 14, 18, 21)],
  [179, juniper('PPP', 4, 4)],
  [180, juniper('Frame Relay', 4, 4)],
  [181, juniper('C-HDLC', 4, 4)],
  [183, juniperAnywhere('voice', 18)],
  [192, layer('Per-Packet Information', 'wifi', 24, 0, RADIO)],
  [194, juniperAnywhere('ISM', 8)],
  [200, juniperAnywhere('secure tunnel', 18)],
  [226, layer('IP over Solaris IPNET', 'ipnet', 1, 24, { networkAtWithoutSnap: -1 })],
  [228, layer('Raw IPv4', 'ipv4', null, 0)],
  [229, layer('Raw IPv6', 'ipv6', null, 0)],
  [232, juniperAnywhere('VS', 8)],
  [233, juniperAnywhere('SRX E2E', 8)],
  [234, juniperAnywhere('Fibre Channel', 8)],
  [238, juniperAnywhere('ATM CEMIC', 8)],
  [240, layer('Ethernet of a netANALYZER', 'ethernet', 16, 18, { ...ANALYSER, headerAt: 4 })],
  [
    241,
    layer('Ethernet of a netANALYZER, with preamble', 'ethernet', 24, 26, {
      ...ANALYSER,
      headerAt: 12,
    }),
  ],
  [276, layer('Linux cooked v2', 'ethertype', 0, 20)],
])

/** A link type of which nothing is known but that packets have bytes. */
export const otherLayer = (name: string): LinkLayer => layer(name, 'none', null, 0)
