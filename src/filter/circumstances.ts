/** What a filter is compiled for: the same expression is another program for another link type, a file or a live capture. */

import type { Names } from './names.ts'

/** Everything outside the expression that its program depends on. */
export type Circumstances = {
  /** The link type, as `wire/link-type.ts` numbers them. */
  readonly linkType: number
  /**
   * Where packets come from: a `file`; a packet socket (`live`: Linux says the direction, the interface and the VLAN tag beside the
   * packet); or `none`, as `tcpdump -d -y` compiles without either.
   */
  readonly source: 'file' | 'live' | 'none'
  /** Whether the file's writer was big-endian: link type NULL has its family in that order. */
  readonly bigEndian: boolean
  /** How many bytes of a wanted packet the program asks for; tcpdump's default is 262144. */
  readonly snapLength: number
  /** The network mask that `ip broadcast` needs, as a number; null where it is unknown. tcpdump takes 0 for files. */
  readonly netmask: number | null
  readonly names: Names
}
