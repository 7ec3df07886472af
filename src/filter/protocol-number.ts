/** Numbers by which headers name what they carry, as far as the filter language has words for them. */

/** EtherTypes, from IANA's registry “IEEE 802 Numbers”. */
export const ETHERTYPE = {
  ns: 0x0600,
  ip: 0x0800,
  arp: 0x0806,
  mopdl: 0x6001,
  moprc: 0x6002,
  decnet: 0x6003,
  lat: 0x6004,
  sca: 0x6007,
  bridged: 0x6558,
  rarp: 0x8035,
  atalk: 0x809b,
  aarp: 0x80f3,
  vlan: 0x8100,
  ipx: 0x8137,
  ip6: 0x86dd,
  mpls: 0x8847,
  pppoed: 0x8863,
  pppoes: 0x8864,
  serviceVlan: 0x88a8,
  loopback: 0x9000,
  oldQinq: 0x9100,
} as const

/** Service access points of LLC (IEEE 802.2). */
export const SAP = { ip: 0x06, stp: 0x42, snap: 0xaa, ipx: 0xe0, netbeui: 0xf0, iso: 0xfe } as const

/** The greatest length in an Ethernet header; what is above is a type (IEEE 802.3 §3.2.6). */
export const LONGEST_ETHERNET = 1500

/** PPP's protocol numbers (RFC 1661 §2, IANA's registry “PPP DLL Protocol Numbers”). */
export const PPP_PROTOCOL: ReadonlyMap<number, number> = new Map([
  [ETHERTYPE.ip, 0x0021],
  [SAP.iso, 0x0023],
  [ETHERTYPE.ns, 0x0025],
  [ETHERTYPE.decnet, 0x0027],
  [ETHERTYPE.atalk, 0x0029],
  [SAP.ipx, 0x002b],
  [SAP.stp, 0x0031],
  [ETHERTYPE.ip6, 0x0057],
])
/** MPLS within PPP (RFC 3032 §4.3). */
export const PPP_MPLS = 0x0281

/** What IP carries, from IANA's registry “Protocol Numbers”. */
export const IP_PROTOCOL = {
  hopByHop: 0,
  icmp: 1,
  igmp: 2,
  tcp: 6,
  igrp: 9,
  udp: 17,
  routing: 43,
  fragment: 44,
  esp: 50,
  ah: 51,
  icmp6: 58,
  none: 59,
  destinationOptions: 60,
  pim: 103,
  vrrp: 112,
  carp: 112,
  sctp: 132,
} as const

/** Network layer protocol identifiers of OSI (ISO/IEC TR 9577). */
export const OSI = { clnp: 0x81, esis: 0x82, isis: 0x83 } as const

/** PDU types of IS-IS (ISO/IEC 10589 §9). */
export const ISIS = {
  hello1: 15,
  hello2: 16,
  helloPointToPoint: 17,
  linkState1: 18,
  linkState2: 20,
  complete1: 24,
  complete2: 25,
  partial1: 26,
  partial2: 27,
} as const
