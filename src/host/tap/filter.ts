/**
 * Which packets of a host belong to the attempts: those of the addresses in question at their ports, ICMP errors about them, and
 * whoever asks for a neighbour. As an expression for tcpdump, and as a program for a ring of all devices.
 */
import type { Endpoint } from '../../diagnose/probes.ts'
import { compileBlocks } from '../../filter/compile.ts'
import {
  ABS,
  ANCILLARY_PROTOCOL,
  H,
  JEQ,
  JMP,
  K,
  LD,
  type Program,
  RET,
} from '../../filter/instruction.ts'
import { layOut } from '../../filter/layout.ts'
import { namesOf } from '../../filter/names.ts'
import { ETHER_TYPE } from '../../wire/link-ethernet.ts'
import { LINK_TYPE } from '../../wire/link-type.ts'

/** Of each packet: the headers, behind a cooked one, with what an ICMP error quotes. */
export const SNAP_BYTES = 192

/** SYN, FIN and RST: what begins and ends connections. */
const OPENS_OR_ENDS: Readonly<Record<4 | 6, string>> = {
  4: 'tcp[13] & 7 != 0',
  6: 'ip6[53] & 7 != 0',
}

const BESIDE = 'arp or icmp or icmp6'

const either = (all: readonly string[]): string => [...new Set(all)].join(' or ')

/** At the client: all that goes to and comes from these endpoints. */
export const clientExpression = (endpoints: readonly Endpoint[]): string =>
  either([...endpoints.map(({ address, port }) => `(host ${address} and port ${port})`), BESIDE])

/**
 * Beyond it, where the addresses may be others: all of the client's own address, and of those that come to the endpoint by
 * other addresses only what begins and ends a connection, so that a busy server does not tell of all its clients.
 */
export function farExpression(endpoints: readonly Endpoint[], clients: readonly string[]): string {
  const full = endpoints.flatMap(({ port }) =>
    clients.map((address) => `(host ${address} and port ${port})`),
  )
  const ends = endpoints.flatMap(({ address, family, port }) => [
    `(host ${address} and tcp port ${port} and ${OPENS_OR_ENDS[family]})`,
    `(host ${address} and udp port ${port})`,
  ])
  return either([...full, ...ends, BESIDE])
}

/**
 * The program of an expression for a ring of all devices, whose packets begin with the network's header. That is IP, as
 * in a raw capture, or ARP, which only the kernel's word beside the packet tells. It is not optimised: that takes longer
 * than the program will run.
 */
export function ringProgram(expression: string): Program {
  const { root } = compileBlocks(expression.replace('arp or ', ''), {
    linkType: LINK_TYPE.raw,
    source: 'none',
    bigEndian: false,
    snapLength: SNAP_BYTES,
    netmask: null,
    names: namesOf({}),
  })
  return [
    { code: LD | H | ABS, jt: 0, jf: 0, k: ANCILLARY_PROTOCOL },
    { code: JMP | JEQ | K, jt: 0, jf: 1, k: ETHER_TYPE.arp },
    { code: RET | K, jt: 0, jf: 0, k: SNAP_BYTES },
    ...layOut(root),
  ]
}
