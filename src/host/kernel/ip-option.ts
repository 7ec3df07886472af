/**
 * The options of a socket that are numbered differently for IPv4 and IPv6, ip(7) and ipv6(7):
 * include/uapi/linux/in.h and in6.h.
 */
import type { ControlMessage } from './socket.ts'

type IpOptions = {
  readonly level: number
  readonly ttl: number
  readonly trafficClass: number
  readonly discover: number
  readonly receiveError: number
  readonly receiveTtl: number
  readonly receiveTrafficClass: number
  /** The types of the control messages that the two before ask for. */
  readonly ttlMessage: number
  readonly trafficClassMessage: number
}

export const OPTIONS: Readonly<Record<4 | 6, IpOptions>> = {
  4: {
    level: 0,
    ttl: 2,
    trafficClass: 1,
    discover: 10,
    receiveError: 11,
    receiveTtl: 12,
    receiveTrafficClass: 13,
    ttlMessage: 2,
    trafficClassMessage: 1,
  },
  6: {
    level: 41,
    ttl: 16,
    trafficClass: 67,
    discover: 23,
    receiveError: 25,
    receiveTtl: 51,
    receiveTrafficClass: 66,
    ttlMessage: 52,
    trafficClassMessage: 67,
  },
}

/**
 * Values of IP_MTU_DISCOVER and IPV6_MTU_DISCOVER: packets may be fragmented; they may not, and what is known
 * of the path's MTU is obeyed; they may not, and only the device's MTU is obeyed.
 */
export const DISCOVER: { readonly not: 0; readonly do: 2; readonly probe: 3 } = {
  not: 0,
  do: 2,
  probe: 3,
}

/** The number in the control message of that type at the level of IP or IPv6; null where there is none. */
export function toldNumber(
  control: readonly ControlMessage[],
  family: 4 | 6,
  type: number,
): number | null {
  const { level } = OPTIONS[family]
  const found = control.find((one) => one.level === level && one.type === type)
  return found && found.bytes.length >= 4 ? found.bytes.readInt32LE(0) : null
}
