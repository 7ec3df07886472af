/**
 * Who answers ARP for an address, asked by arping(8): the one of iputils (arping.c) or the other by
 * Thomas Habets (`arping` in Debian). It sends two requests and changes nothing; only root may.
 */
import { macOf } from './interface.ts'
import type { Output, Question } from './source.ts'

/** `Unicast reply from 10.0.0.2 [02:00:00:00:00:0B]  0.545ms` */
const IPUTILS = /^(?:Uni|Broad)cast re(?:ply|quest) from \S{1,45} \[([0-9A-Fa-f:]{17})\]/
/** `42 bytes from 02:00:00:00:00:0b (10.0.0.2): index=0 time=11.962 usec` */
const HABETS = /^\d{1,5} bytes from ([0-9A-Fa-f:]{17}) \(/
const HEADER = /^ARPING \d/m

/** Every MAC address that answered; null where this is not arping's output. */
export function parseArping({ stdout }: Output): readonly string[] | null {
  if (!HEADER.test(stdout)) return null
  const macs = stdout
    .split('\n')
    .map((line) => macOf((IPUTILS.exec(line) ?? HABETS.exec(line))?.[1]))
  return [...new Set(macs.filter((mac) => mac !== null))]
}

const PACKAGE = 'iputils-arping'
const asking = (device: string, address: string): string[] => [
  ...['-c', '2', '-w', '1', '-I', device, address],
]

/** Who on the link of `device` has an IPv4 address of another host. */
export const owners = (address: string, device: string): Question<readonly string[]> => ({
  name: `who answers ARP for ${address}`,
  sources: [{ argv: ['arping', ...asking(device, address)], package: PACKAGE, parse: parseArping }],
})

/**
 * Who else on the link of `device` has an IPv4 address of this host, asked as RFC 5227 §2.1.1 says,
 * from no address, so that nobody learns anything by it. iputils has `-D` for it, the other `-0`.
 */
export const otherOwners = (address: string, device: string): Question<readonly string[]> => ({
  name: `who else answers ARP for ${address}`,
  sources: ['-D', '-0'].map((flag) => ({
    argv: ['arping', flag, ...asking(device, address)],
    package: PACKAGE,
    parse: parseArping,
  })),
})
