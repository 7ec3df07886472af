import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTraceLine } from '../../src/facts/drop-trace.ts'

/** Lines of trace_pipe of Linux 6.18, but for the one that says otherwise. */
const LINE = {
  udp: '            bash-10627   [000] ..s1. 17121.659735: kfree_skb: skbaddr=00000000993d97c4 rx_sk=0000000000000000 protocol=2048 location=__udp4_lib_rcv+0x4bc/0xd00 reason: NO_SOCKET',
  reset:
    '            bash-10628   [000] ..s1. 17121.667340: tcp_send_reset: skbaddr=00000000c730769a skaddr=0000000000000000 src=127.0.0.1:9 dest=127.0.0.1:44888 state=UNKNOWN reason=NO_SOCKET',
  reset6:
    '            node-12345   [001] ..s2. 17121.667340: tcp_send_reset: skbaddr=00000000c730769a skaddr=0000000000000000 src=[2001:db8:0:80::80]:443 dest=[2001:db8:0:1::10]:44888 state=UNKNOWN reason=NO_SOCKET',
  xdp: '     ksoftirqd/1-22      [001] .Ns.. 17947.857995: kfree_skb: skbaddr=000000008c6c84e8 rx_sk=0000000000000000 protocol=34525 location=veth_xdp_rcv_skb+0x27d/0x590 reason: NOT_SPECIFIED',
  lost: 'CPU:1 [LOST 17296 EVENTS]',
  /** Linux 5.17: no receiving socket, and an address where no symbol may be shown. */
  old: '          <idle>-0       [000] ..s2.    44.123456: kfree_skb: skbaddr=000000005d0a67df protocol=2048 location=000000006a1c3b5e reason: NO_SOCKET',
  /** A process may call itself what it wants. */
  liar: ' 1.000000: kfree_skb: x-10628   [000] ..s1. 17121.667358: kfree_skb: skbaddr=00000000c730769a rx_sk=0000000000000000 protocol=2048 location=tcp_v4_rcv+0x91/0x13f0 reason: NO_SOCKET',
  module:
    '            node-1       [000] ..s1.     7.000001: kfree_skb: skbaddr=0000000000000001 rx_sk=0000000000000000 protocol=2048 location=nft_do_chain+0x1a/0x500 [nf_tables] reason: NETFILTER_DROP',
}

describe('a line of the trace', () => {
  test('tells of a drop why, by which function and when', () => {
    expect(parseTraceLine(LINE.udp)).toEqual({
      kind: 'drop',
      atMs: 17_121_659.735,
      reason: 'NO_SOCKET',
      by: '__udp4_lib_rcv',
      protocol: 0x800,
    })
    expect(parseTraceLine(LINE.xdp)).toMatchObject({ by: 'veth_xdp_rcv_skb', protocol: 0x86dd })
  })

  test('tells of a function in a module', () => {
    expect(parseTraceLine(LINE.module)).toMatchObject({
      by: 'nft_do_chain',
      reason: 'NETFILTER_DROP',
    })
  })

  test('tells of a reset whose it is', () => {
    expect(parseTraceLine(LINE.reset)).toEqual({
      kind: 'reset',
      atMs: 17_121_667.34,
      from: '127.0.0.1:9',
      to: '127.0.0.1:44888',
      reason: 'NO_SOCKET',
    })
    expect(parseTraceLine(LINE.reset6)).toMatchObject({ from: '[2001:db8:0:80::80]:443' })
  })

  test('tells how many events did not fit', () => {
    expect(parseTraceLine(LINE.lost)).toEqual({ kind: 'lost', events: 17_296 })
  })

  test('has no function where the kernel keeps its addresses to itself', () => {
    expect(parseTraceLine(LINE.old)).toMatchObject({ by: null, reason: 'NO_SOCKET' })
  })

  test('is not what a process calls itself', () => {
    expect(parseTraceLine(LINE.liar)).toMatchObject({ kind: 'drop', atMs: 17_121_667.358 })
  })

  test('is null for anything else', () => {
    for (const line of ['', '# tracer: nop', LINE.udp.slice(0, -30), LINE.reset.slice(0, 80)])
      expect(parseTraceLine(line)).toBeNull()
  })

  test('is read without an exception, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(LINE)),
        fc.nat(300),
        fc.string(),
        (line, at, put) => {
          parseTraceLine(line.slice(0, at) + put + line.slice(at))
        },
      ),
    )
  })
})
