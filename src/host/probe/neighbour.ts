/** Who answers for an address on the link, asked by a packet of our own. */
import { printable } from '../../base/printable.ts'
import type { NeighbourReply } from '../../diagnose/probes.ts'
import { familyOf } from '../../wire/address.ts'
import { kernelNeighbour } from '../kernel/neighbour.ts'

/** Asks for `address` on `device` by ARP or neighbour solicitation. Never throws. */
export async function probeNeighbour(
  address: string,
  device: string,
  timeoutMs: number,
): Promise<NeighbourReply> {
  const answer = await kernelNeighbour(address, device, timeoutMs)
  const { outcome, macs, because } = answer
  const command =
    familyOf(address) === 6
      ? `ndisc6 -1 ${address} ${device}`
      : `arping -c 1 -I ${device} ${address}`
  const lines =
    outcome === 'unknown'
      ? [`not asked: ${because}`]
      : macs.length === 0
        ? [`nobody answers for ${address} on ${device} within ${timeoutMs} ms`]
        : macs.map((mac) => `${address} is at ${mac} on ${device}`)
  return { ...answer, command: printable(command), lines: lines.map(printable) }
}
