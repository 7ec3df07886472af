/** A flow for tests: from 10.9.1.1 or fd09:1::1 to 10.9.10.2 or fd09:10::2. */
import type { Flow, TraceProtocol } from '../../../src/diagnose/trace/probe.ts'
import { type Address, parseAddress } from '../../../src/wire/address.ts'

const address = (text: string): Address => {
  const parsed = parseAddress(text)
  if (parsed === null) throw new Error(`${text} is no address`)
  return parsed
}

export const flowOf = (protocol: TraceProtocol, family: 4 | 6): Flow => ({
  protocol,
  source: address(family === 4 ? '10.9.1.1' : 'fd09:1::1'),
  destination: address(family === 4 ? '10.9.10.2' : 'fd09:10::2'),
  sourcePort: 61_000,
  destinationPort: protocol === 'icmp' ? 0 : protocol === 'tcp' ? 80 : 33_434,
  mark: 0xa1b2c3d4,
  checksum: 0x4c7b,
})
