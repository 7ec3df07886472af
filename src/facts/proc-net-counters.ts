/**
 * The kernel's counters by the names that `nstat` gives them: /proc/net/snmp and netstat
 * (net/ipv4/proc.c: a line of names, then a line of values) and /proc/net/snmp6 (net/ipv6/proc.c: a
 * name and a value on each line).
 */
import { type Output, type Question, succeeded } from './source.ts'

/** `IpInAddrErrors`, `TcpOutRsts`, `TcpExtListenOverflows`, `IpExtInNoRoutes`, `Ip6OutNoRoutes`, … */
export type Counters = ReadonlyMap<string, number>

/** A counter that grew, from what to what. */
export type Growth = { readonly before: number; readonly after: number }

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

const NUMBER = /^-?\d{1,20}$/

/** The counters in those files, one after the other; null when there is none. */
export function parseProcNetCounters(text: string): Counters | null {
  const counters = new Map<string, number>()
  let names: { readonly prefix: string; readonly list: readonly string[] } | null = null
  for (const line of text.split('\n')) {
    const [first = '', ...rest] = words(line)
    const second = rest[0] ?? ''
    if (/^[A-Z]\w*:$/.test(first)) {
      const prefix = first.slice(0, -1)
      if (!NUMBER.test(second)) names = { prefix, list: rest }
      else if (names?.prefix === prefix)
        for (const [at, name] of names.list.entries())
          if (NUMBER.test(rest[at] ?? '')) counters.set(prefix + name, Number(rest[at]))
    } else if (/^(?:Ip6|Icmp6|Udp6|UdpLite6)\w+$/.test(first) && NUMBER.test(second))
      counters.set(first, Number(second))
  }
  return counters.size > 0 ? counters : null
}

/** The counters that `nstat -a` printed; null when there is none. */
export function parseNstat(text: string): Counters | null {
  const counters = new Map<string, number>()
  for (const line of text.split('\n')) {
    const match = /^([A-Z]\w{2,80})\s+(\d{1,20})\s+\d+\.\d+\s*$/.exec(line)
    if (match) counters.set(match[1] ?? '', Number(match[2]))
  }
  return counters.size > 0 ? counters : null
}

/** The counters of the namespace. `cat` fails where there is no IPv6 and prints the rest: taken. */
export const counters: Question<Counters> = {
  name: "the kernel's network counters",
  sources: [
    {
      argv: ['cat', '/proc/net/snmp', '/proc/net/snmp6', '/proc/net/netstat'],
      package: 'coreutils',
      parse: (output: Output): Counters | null =>
        output.failure === null ? parseProcNetCounters(output.stdout) : null,
    },
    {
      // `-s` leaves nstat's history file alone: a check writes nothing.
      argv: ['nstat', '-azs'],
      package: 'iproute2',
      parse: (output: Output): Counters | null =>
        succeeded(output) ? parseNstat(output.stdout) : null,
    },
  ],
}

/** The counters that are greater after than before, one that appeared counting from 0. */
export function grown(before: Counters, after: Counters): Map<string, Growth> {
  const found = new Map<string, Growth>()
  for (const [name, value] of after) {
    const was = before.get(name) ?? 0
    if (value > was) found.set(name, { before: was, after: value })
  }
  return found
}
