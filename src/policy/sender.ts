/**
 * What whoever sent a packet gets to know of its fate, as Linux tells its programs: ICMP errors
 * become errors of the socket (net/ipv4/icmp.c icmp_err_convert, net/ipv6/icmp.c icmpv6_err_convert,
 * net/ipv4/tcp_ipv4.c tcp_v4_err, net/ipv4/udp.c udp_err), a local rule that drops an error of the
 * call that sends (net/netfilter/core.c nf_hook_slow), but not for TCP, which goes on trying.
 */
import type { ConnectionJourney } from './connection.ts'
import type { Journey, Start } from './journey.ts'
import type { Packet } from './packet.ts'
import { codeOfRejection } from './refusal.ts'

export type Notice = {
  /** `error`: the system call fails by itself, nothing comes back. `silence`: nothing at all. */
  readonly kind: 'silence' | 'reset' | 'icmp' | 'error'
  /** The ICMP error. */
  readonly icmp: { readonly type: number; readonly code: number } | null
  /** What `connect`, `send` or the next `recv` of an ordinary program reports; null: nothing. */
  readonly errno: string | null
  readonly when: 'at once' | 'after about a second' | 'after about two minutes' | null
  /** For people, as a sentence without its stop. */
  readonly says: string
}

/** Errors of ICMP's codes, and whether UDP is told of them (icmp_err_convert: fatal). */
const ERRORS_4: ReadonlyMap<number, readonly [errno: string, fatal: boolean]> = new Map([
  [0, ['ENETUNREACH', false]],
  [1, ['EHOSTUNREACH', false]],
  [2, ['ENOPROTOOPT', true]],
  [3, ['ECONNREFUSED', true]],
  [9, ['ENETUNREACH', true]],
  [10, ['EHOSTUNREACH', true]],
  [13, ['EHOSTUNREACH', true]],
])
/** The same of ICMPv6 (icmpv6_err_convert). */
const ERRORS_6: ReadonlyMap<number, readonly [errno: string, fatal: boolean]> = new Map([
  [0, ['ENETUNREACH', false]],
  [1, ['EACCES', true]],
  [3, ['EHOSTUNREACH', false]],
  [4, ['ECONNREFUSED', true]],
  [5, ['EACCES', true]],
  [6, ['EACCES', true]],
])

/** What the codes mean (IANA, ICMP and ICMPv6 parameters). */
const MEANINGS: Readonly<Record<4 | 6, Readonly<Record<number, string>>>> = {
  4: {
    0: 'network unreachable',
    1: 'host unreachable',
    2: 'protocol unreachable',
    3: 'port unreachable',
    9: 'network administratively prohibited',
    10: 'host administratively prohibited',
    13: 'communication administratively prohibited',
  },
  6: {
    0: 'no route to destination',
    1: 'communication administratively prohibited',
    3: 'address unreachable',
    4: 'port unreachable',
    5: 'source address failed policy',
    6: 'reject route to destination',
  },
}

/** Type 3 in ICMP, 1 in ICMPv6: destination unreachable. */
const UNREACHABLE = { 4: 3, 6: 1 } as const

/** The errors' words of the C library, as programs print them. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  EINVAL: 'Invalid argument',
  ENETUNREACH: 'Network is unreachable',
  ENOPROTOOPT: 'Protocol not available',
  EPERM: 'Operation not permitted',
  ETIMEDOUT: 'Connection timed out',
}
const named = (errno: string): string => `${errno} (${WORDS[errno] ?? errno})`

const SILENCE: Notice = {
  kind: 'silence',
  icmp: null,
  errno: null,
  when: null,
  says: 'the sender hears nothing',
}

/** Nothing comes back: TCP tries again and again (tcp_syn_retries), the others just wait. */
function silence({ protocol }: Packet): Notice {
  if (protocol !== 'tcp') return SILENCE
  const says = `the sender hears nothing, tries again and gives up after about two minutes with ${named('ETIMEDOUT')}`
  return { ...SILENCE, errno: 'ETIMEDOUT', when: 'after about two minutes', says }
}

const atOnce = (errno: string, call: string): Notice => ({
  kind: 'error',
  icmp: null,
  errno,
  when: 'at once',
  says: `${call} fails at once with ${named(errno)}`,
})

/** A reset is an answer of TCP's own. */
const RESET: Notice = {
  kind: 'reset',
  icmp: null,
  errno: 'ECONNREFUSED',
  when: 'at once',
  says: `the sender gets a TCP reset, at once: ${named('ECONNREFUSED')}`,
}

function icmpNotice({ family, protocol }: Packet, code: number): Notice {
  const icmp = { type: UNREACHABLE[family], code }
  const message = `ICMP${family === 6 ? 'v6' : ''} ${icmp.type}/${code} (${MEANINGS[family][code] ?? 'destination unreachable'})`
  const gets = `the sender gets ${message}`
  const [errno, fatal] = (family === 4 ? ERRORS_4 : ERRORS_6).get(code) ?? ['EHOSTUNREACH', false]
  if (protocol === 'icmp')
    return { kind: 'icmp', icmp, errno: null, when: 'at once', says: `${gets}, which ping prints` }
  if (protocol === 'udp' && !fatal) {
    const says = `${gets}, of which a UDP socket is not told`
    return { kind: 'icmp', icmp, errno: null, when: null, says }
  }
  // IPv6's connect holds its socket while the error comes in: it is told at the next try.
  const when = protocol === 'tcp' && family === 6 ? 'after about a second' : 'at once'
  const told = protocol === 'tcp' ? 'connect' : 'the next call'
  const says = `${gets}: ${told} fails ${when} with ${named(errno)}`
  return { kind: 'icmp', icmp, errno, when, says }
}

/** The hooks at which a packet is still in the hands of the call that sends it. */
const isSending = ({ steps }: Journey): boolean => {
  const last = steps.findLast(({ hook }) => hook !== null)?.hook
  return last === 'output' || last === 'postrouting'
}

/**
 * What the sender sees of the first packet's fate; null where the packet is accepted, or where its
 * fate is not known. A remote sender is taken to be as Linux is.
 */
export function senderSees({ there, back }: ConnectionJourney, start: Start): Notice | null {
  const { verdict, packet, rejectWith, error } = there
  const local = start.kind === 'local'
  const { protocol } = packet
  if (verdict !== 'dropped' && verdict !== 'rejected') return null
  if (error !== null) {
    // What output's NAT or marks have changed is routed again: TCP's connect is not told.
    const again = there.steps.filter(({ did }) => did === 'routed').length > 1
    if (again && protocol === 'tcp') return silence(packet)
    return atOnce(error, protocol === 'tcp' ? 'connect' : again ? 'send' : 'connect or send')
  }
  // What a rule drops on its way out fails in the call that sends, even where it is rejected.
  if (local && protocol !== 'tcp' && isSending(there)) return atOnce('EPERM', 'send')
  if (verdict === 'dropped') return silence(packet)
  if (back?.verdict === 'unknown') return null
  if (back?.verdict !== 'accepted') return silence(packet)
  if (rejectWith === 'tcp-reset') return RESET
  const code = codeOfRejection(rejectWith ?? '', packet.family)
  return code === null ? null : icmpNotice(packet, code)
}
