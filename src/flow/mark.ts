/** What TCP's analysis says of one segment: the marks of Wireshark's "TCP analysis", by its names and rules (packet-tcp.c). */

/** Bits; a segment's marks are a sum of them. */
export const MARK: {
  readonly retransmission: 1
  readonly fastRetransmission: 2
  readonly spuriousRetransmission: 4
  readonly outOfOrder: 8
  readonly duplicateAck: 16
  readonly keepAlive: 32
  readonly keepAliveAck: 64
  readonly zeroWindow: 128
  readonly zeroWindowProbe: 256
  readonly zeroWindowProbeAck: 512
  readonly windowFull: 1024
  readonly windowUpdate: 2048
  readonly lostSegment: 4096
  readonly ackedUnseen: 8192
  readonly portReused: 16384
} = {
  retransmission: 1,
  fastRetransmission: 2,
  spuriousRetransmission: 4,
  outOfOrder: 8,
  duplicateAck: 16,
  keepAlive: 32,
  keepAliveAck: 64,
  zeroWindow: 128,
  zeroWindowProbe: 256,
  zeroWindowProbeAck: 512,
  windowFull: 1024,
  windowUpdate: 2048,
  lostSegment: 4096,
  ackedUnseen: 8192,
  portReused: 16384,
}
