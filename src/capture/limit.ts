/** How long a packet of a file may be: MAXIMUM_SNAPLEN and max_snaplen_for_dlt() of libpcap's pcap-common.c. */

/** Of most link types. */
export const MOST_PACKET_BYTES = 262_144

/**
 * D-Bus (231) and USB (220, 249, 266) carry up to 128 MiB in libpcap's eyes, EBHSCR (279) 8 MiB; 16 MiB is the most that
 * is kept in memory here, for nothing that is read of them lies further back.
 */
const LARGE: ReadonlySet<number> = new Set([220, 231, 249, 266, 279])
const MOST_LARGE_BYTES = 16 * 1024 * 1024

/** The longest packet of a link type: a record that claims more is damaged. */
export const mostPacketBytes = (linkType: number): number =>
  LARGE.has(linkType) ? MOST_LARGE_BYTES : MOST_PACKET_BYTES
