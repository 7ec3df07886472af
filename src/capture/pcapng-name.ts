/**
 * The Name Resolution Block of pcapng, §4.5: records of an address and its names, each padded to 32 bits.
 *
 *    0  type 16: 0 the end, 1 IPv4, 2 IPv6 | 2  length 16 | 4  address, then names that end with a zero byte
 */
import { formatAddress } from '../wire/address.ts'
import { bytesBetween } from '../wire/bytes.ts'
import { padded } from './pcapng-block.ts'

/** A file may have as many as it likes; nobody reads more. */
const MOST_NAMES = 100_000

/** Notes the first name of each address from `at` on; a record that runs past `end` is left out. */
export function readNames(
  view: DataView,
  from: number,
  end: number,
  little: boolean,
  names: Map<string, string>,
): void {
  let at = from
  while (end - at >= 4) {
    const type = view.getUint16(at, little)
    const length = view.getUint16(at + 2, little)
    if (type === 0 || length > end - at - 4) return
    const family = type === 1 ? 4 : 6
    const nameAt = at + 4 + (family === 4 ? 4 : 16)
    const recordEnd = at + 4 + length
    if ((type === 1 || type === 2) && nameAt < recordEnd && names.size < MOST_NAMES) {
      const bytes = bytesBetween(view, at + 4, nameAt)
      const [name = ''] = new TextDecoder()
        .decode(bytesBetween(view, nameAt, recordEnd))
        .split('\0')
      if (name !== '') names.set(formatAddress({ family, bytes, zone: null }), name)
    }
    at += 4 + padded(length)
  }
}
