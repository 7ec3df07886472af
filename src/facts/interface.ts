/**
 * A network interface as every tool tells it: `ip`, busybox's `ip`, `ifconfig`. Flags are the
 * kernel's (include/uapi/linux/if.h, `IFF_` left out) as the tool spells them.
 */
export type Traffic = {
  readonly bytes: number
  readonly packets: number
  readonly errors: number
  readonly dropped: number
  /** CRC, frame and carrier errors, as far as the tool tells them; else 0. */
  readonly physicalErrors: number
}

export type InterfaceAddress = {
  readonly family: 4 | 6
  readonly address: string
  readonly prefixLength: number
  /** The other end's address on a point-to-point link. */
  readonly peer: string | null
  /** `global`, `site`, `link`, `host` or a number; empty where the tool tells none. */
  readonly scope: string
  /** `dynamic`, `tentative`, `dadfailed`, `deprecated`, `temporary`, `noprefixroute`, … */
  readonly flags: readonly string[]
}

/** A program that sees every frame before the kernel does (Documentation/networking/af_xdp.rst). */
export type Xdp = {
  /** Where it runs, as `ip link set dev IF xdpdrv|xdpgeneric|xdpoffload` names it. */
  readonly mode: 'drv' | 'generic' | 'offload'
  /** The kernel's number of the program; null when not told. */
  readonly program: number | null
  readonly name: string | null
}

export type Interface = {
  readonly name: string
  readonly index: number | null
  /** `veth`, `bridge`, `vlan`, `wireguard`, …; null when not told, as for hardware. */
  readonly kind: string | null
  /** `ether`, `loopback`, `none`, `ppp`, …; empty when not told. */
  readonly linkType: string
  readonly flags: readonly string[]
  /** The administrator wants it up. */
  readonly up: boolean
  /** The lower layer works; null when it is not up, or when the tool does not tell. */
  readonly carrier: boolean | null
  /** RFC 2863 §3.1.14: `UP`, `DOWN`, `LOWERLAYERDOWN`, `DORMANT`, …; `UNKNOWN` when not told. */
  readonly operState: string
  readonly mac: string | null
  readonly mtu: number | null
  /** The bridge, bond or VRF that it is a port of. */
  readonly master: string | null
  /** The parent of a VLAN or macvlan, or a veth's peer in the same namespace. */
  readonly lower: string | null
  /** The XDP program that is attached; null for none, and where the tool does not tell. */
  readonly xdp: Xdp | null
  readonly addresses: readonly InterfaceAddress[]
  readonly received: Traffic | null
  readonly sent: Traffic | null
}

/** A MAC address in lower case; null for none, for all zeros and for what is no MAC. */
export function macOf(text: string | null | undefined): string | null {
  const mac = text?.toLowerCase() ?? ''
  return /^(?:[0-9a-f]{2}:)+[0-9a-f]{2}$/.test(mac) && /[1-9a-f]/.test(mac) ? mac : null
}

/** Whether the lower layer works, from `ip`'s flags. */
export function carrierOf(flags: readonly string[]): boolean | null {
  if (!flags.includes('UP')) return null
  // A dormant port (802.1X) has both flags: its carrier is there.
  return flags.includes('LOWER_UP')
}

/** Counters by the names that `ip` and `ifconfig` use; null when there is no count of packets. */
export function trafficOf(counters: ReadonlyMap<string, number>): Traffic | null {
  const count = (name: string): number => counters.get(name) ?? 0
  if (!counters.has('packets')) return null
  return {
    bytes: count('bytes'),
    packets: count('packets'),
    errors: count('errors'),
    dropped: count('dropped'),
    physicalErrors: count('crc') + count('frame') + count('carrier'),
  }
}
