/** The link types of captures, from https://www.tcpdump.org/linktypes.html. */

/** By name, those that are read. */
export const LINK_TYPE: {
  readonly null: 0
  readonly ethernet: 1
  readonly ppp: 9
  readonly oldRaw: 12
  readonly openbsdRaw: 14
  readonly pppHdlc: 50
  readonly pppEther: 51
  readonly raw: 101
  readonly ciscoHdlc: 104
  readonly wifi: 105
  readonly loop: 108
  readonly sll: 113
  readonly prism: 119
  readonly radiotap: 127
  readonly avs: 163
  readonly pppPppd: 166
  readonly pppWithDirection: 204
  readonly ipv4: 228
  readonly ipv6: 229
  readonly sll2: 276
} = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  oldRaw: 12,
  openbsdRaw: 14,
  pppHdlc: 50,
  pppEther: 51,
  raw: 101,
  ciscoHdlc: 104,
  wifi: 105,
  loop: 108,
  sll: 113,
  prism: 119,
  radiotap: 127,
  avs: 163,
  pppPppd: 166,
  pppWithDirection: 204,
  ipv4: 228,
  ipv6: 229,
  sll2: 276,
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'NULL'],
  [1, 'ETHERNET'],
  [3, 'AX25'],
  [6, 'IEEE802_5'],
  [7, 'ARCNET_BSD'],
  [8, 'SLIP'],
  [9, 'PPP'],
  [10, 'FDDI'],
  [12, 'RAW'],
  [14, 'RAW'],
  [50, 'PPP_HDLC'],
  [51, 'PPP_ETHER'],
  [99, 'SYMANTEC_FIREWALL'],
  [100, 'ATM_RFC1483'],
  [101, 'RAW'],
  [104, 'C_HDLC'],
  [105, 'IEEE802_11'],
  [107, 'FRELAY'],
  [108, 'LOOP'],
  [109, 'ENC'],
  [113, 'LINUX_SLL'],
  [114, 'LTALK'],
  [117, 'PFLOG'],
  [119, 'IEEE802_11_PRISM'],
  [122, 'IP_OVER_FC'],
  [123, 'SUNATM'],
  [127, 'IEEE802_11_RADIOTAP'],
  [129, 'ARCNET_LINUX'],
  [138, 'APPLE_IP_OVER_IEEE1394'],
  [140, 'MTP2'],
  [141, 'MTP3'],
  [142, 'SCCP'],
  [143, 'DOCSIS'],
  [144, 'LINUX_IRDA'],
  [147, 'USER0'],
  [148, 'USER1'],
  [149, 'USER2'],
  [150, 'USER3'],
  [163, 'IEEE802_11_AVS'],
  [165, 'BACNET_MS_TP'],
  [166, 'PPP_PPPD'],
  [169, 'GPRS_LLC'],
  [177, 'LINUX_LAPD'],
  [187, 'BLUETOOTH_HCI_H4'],
  [189, 'USB_LINUX'],
  [192, 'PPI'],
  [195, 'IEEE802_15_4_WITHFCS'],
  [201, 'BLUETOOTH_HCI_H4_WITH_PHDR'],
  [203, 'LAPD'],
  [204, 'PPP_WITH_DIR'],
  [209, 'IPMB_LINUX'],
  [215, 'IEEE802_15_4_NONASK_PHY'],
  [220, 'USB_LINUX_MMAPPED'],
  [224, 'FC_2'],
  [226, 'IPNET'],
  [227, 'CAN_SOCKETCAN'],
  [228, 'IPV4'],
  [229, 'IPV6'],
  [230, 'IEEE802_15_4_NOFCS'],
  [231, 'DBUS'],
  [235, 'DVB_CI'],
  [239, 'NFLOG'],
  [240, 'NETANALYZER'],
  [242, 'IPOIB'],
  [243, 'MPEG_2_TS'],
  [247, 'INFINIBAND'],
  [248, 'SCTP'],
  [249, 'USBPCAP'],
  [251, 'BLUETOOTH_LE_LL'],
  [252, 'WIRESHARK_UPPER_PDU'],
  [253, 'NETLINK'],
  [254, 'BLUETOOTH_LINUX_MONITOR'],
  [256, 'BLUETOOTH_LE_LL_WITH_PHDR'],
  [258, 'PKTAP'],
  [259, 'EPON'],
  [264, 'ISO_14443'],
  [265, 'RDS'],
  [266, 'USB_DARWIN'],
  [268, 'SDLC'],
  [271, 'VSOCK'],
  [272, 'NORDIC_BLE'],
  [274, 'ETHERNET_MPACKET'],
  [276, 'LINUX_SLL2'],
  [279, 'EBHSCR'],
  [280, 'VPP_DISPATCH'],
  [283, 'IEEE802_15_4_TAP'],
])

/** The name without its prefix `LINKTYPE_`, or the number where it has none. */
export const linkTypeName = (linkType: number): string => NAMES.get(linkType) ?? `${linkType}`
