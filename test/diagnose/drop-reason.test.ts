import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DROP_CAUSES, readDropReason, TELLING_FUNCTIONS } from '../../src/diagnose/drop-reason.ts'

/** The names of Linux 6.18, from /sys/kernel/tracing/events/skb/kfree_skb/format. */
const NAMES = [
  ...readFileSync(join(import.meta.dirname, 'data', 'kfree-skb-format.txt'), 'utf8').matchAll(
    /\{ \d+, "([A-Z0-9_]+)" \}/g,
  ),
].map(([, name]) => name ?? '')

describe('a reason', () => {
  test('that has causes is one that the kernel knows', () => {
    const named = NAMES.filter((name) => (readDropReason(name, null)?.causes.length ?? 0) > 0)
    expect(named).toEqual(
      expect.arrayContaining([
        ...['NO_SOCKET', 'TCP_CSUM', 'SOCKET_FILTER', 'NETFILTER_DROP', 'IP_RPFILTER', 'XDP'],
        ...['SOCKET_RCVBUFF', 'TCP_OVERWINDOW', 'QDISC_DROP', 'NEIGH_FAILED', 'IP_OUTNOROUTES'],
        ...['PKT_TOO_BIG', 'TC_INGRESS', 'TC_EGRESS', 'IP_INADDRERRORS', 'TCP_LISTEN_OVERFLOW'],
      ]),
    )
  })

  test('that is not listed is told by its name, and accuses nobody', () => {
    expect(readDropReason('VXLAN_INVALID_HDR', null)).toEqual({
      words: 'for VXLAN_INVALID_HDR',
      causes: [],
    })
    expect(readDropReason('constructor', null)?.causes).toEqual([])
  })

  test('that only follows from an answer says nothing', () => {
    expect(readDropReason('TCP_RESET', 'tcp_v4_do_rcv')).toBeNull()
  })

  test('that is not given is that of the function, where it has only one', () => {
    expect(readDropReason('NOT_SPECIFIED', 'do_xdp_generic')?.causes).toEqual(['firewall.bpf-drop'])
    expect(readDropReason('NOT_SPECIFIED', 'ip6_mc_input')).toBeNull()
    expect(readDropReason('NOT_SPECIFIED', null)).toBeNull()
    expect(TELLING_FUNCTIONS).toContain('ip_error')
  })

  test('of a reply to a ping that nobody waits for says nothing', () => {
    expect(readDropReason('NO_SOCKET', 'ping_rcv')).toBeNull()
    expect(readDropReason('NO_SOCKET', 'tcp_v4_rcv')?.causes).toContain('tcp.no-listener')
  })
})

test('every cause is listed once', () => {
  expect(new Set(DROP_CAUSES).size).toBe(DROP_CAUSES.length)
  expect(DROP_CAUSES).toContain('firewall.ingress-drop')
})
