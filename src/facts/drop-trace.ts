/**
 * What the kernel's tracepoints `skb:kfree_skb` and `tcp:tcp_send_reset` print (include/trace/events/skb.h, tcp.h;
 * Documentation/trace/ftrace.rst for the head of a line). A dropped packet has no addresses there; a reset has.
 */

/** A packet that the kernel dropped. */
export type Drop = {
  /** By the clock of the trace, in milliseconds. */
  readonly atMs: number
  /** As include/net/dropreason-core.h names it: `NETFILTER_DROP`. */
  readonly reason: string
  /** The function that dropped it: `nf_hook_slow`; null where the kernel keeps its addresses to itself. */
  readonly by: string | null
  /** EtherType (IEEE 802). */
  readonly protocol: number
}

/** A reset that the kernel's own TCP sent. */
export type Reset = {
  readonly atMs: number
  /** `192.0.2.7:443`, `[2001:db8::7]:443`. */
  readonly from: string
  readonly to: string
  /** As include/net/rstreason.h names it: `NO_SOCKET`. */
  readonly reason: string
}

export type Traced =
  | ({ readonly kind: 'drop' } & Drop)
  | ({ readonly kind: 'reset' } & Reset)
  /** So many events did not fit. */
  | { readonly kind: 'lost'; readonly events: number }

const HEAD = /^.*\s(\d{1,12})\.(\d{6}): (kfree_skb|tcp_send_reset): (.*)$/
const DROP = /\bprotocol=(\d{1,5}) location=(\S+).* reason: ([A-Z0-9_]{1,64})$/
const RESET = /\bsrc=(\S{1,64}) dest=(\S{1,64}) .*\breason=([A-Z0-9_]{1,64})$/
const LOST = /^CPU:\d+ \[LOST (\d{1,12}) EVENTS\]$/
/** `nf_hook_slow+0x9a/0x120 [nf_tables]`: a symbol as %pS prints it (Documentation/core-api/printk-formats.rst). */
const SYMBOL = /^([A-Za-z_][\w.]*)\+0x/

/** Reads one line; null for any other. */
export function parseTraceLine(line: string): Traced | null {
  const lost = LOST.exec(line)
  if (lost) return { kind: 'lost', events: Number(lost[1]) }
  const head = line.length > 1000 ? null : HEAD.exec(line)
  if (!head) return null
  const [, seconds, micros, event, rest = ''] = head
  const atMs = Number(seconds) * 1000 + Number(micros) / 1000
  if (event === 'kfree_skb') {
    const [, protocol, location = '', reason] = DROP.exec(rest) ?? []
    if (reason === undefined) return null
    const by = SYMBOL.exec(location)?.[1] ?? null
    return { kind: 'drop', atMs, reason, by, protocol: Number(protocol) }
  }
  const [, from, to, reason] = RESET.exec(rest) ?? []
  return from === undefined || to === undefined || reason === undefined
    ? null
    : { kind: 'reset', atMs, from, to, reason }
}
