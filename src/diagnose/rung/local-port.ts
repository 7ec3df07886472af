/**
 * Rung 4, local ports: the kernel finds none for a new connection (EADDRNOTAVAIL). The range of
 * ip_local_port_range (ip-sysctl) counts anew for each far address and port.
 */
import { connections } from '../../facts/ss.ts'
import { sysctls } from '../../facts/sysctl.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
import { type Accusation, placeOn, type Ruling, witnessed } from '../check.ts'
import { setSysctl } from '../remedy.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

const RANGE = 'net.ipv4.ip_local_port_range'
/** What is left to programs that need no privilege (RFC 6335 §6 reserves no more). */
const WIDEST = '1024 65535'

/** Says whether the range is used up by connections to this very endpoint. */
export async function exhausted({ client }: Witness, visit: Visit): Promise<Partial<Ruling>> {
  const [range, sockets] = await Promise.all([
    client.ask(sysctls([RANGE])),
    client.askAgain(connections),
  ])
  const text = range.known ? (range.value.get(RANGE) ?? '') : ''
  const [first = Number.NaN, last = Number.NaN] = text.trim().split(/\s+/).map(Number)
  const { address, port } = visit.endpoint
  const used = sockets.known
    ? new Set(
        sockets.value
          .filter(
            ({ state, local, remote }) =>
              state !== 'LISTEN' &&
              remote.port === port &&
              remote.address.replace(/^::ffff:/i, '') === address &&
              (local.port ?? 0) >= first &&
              (local.port ?? 0) <= last,
          )
          .map(({ local }) => local.port),
      ).size
    : 0
  const room = last - first + 1
  const isUsedUp = room > 0 && used >= room
  const accusation: Accusation = {
    cause: 'tcp.ports-exhausted',
    side: 'client',
    weight: isUsedUp ? 'proven' : 'likely',
    because: isUsedUp
      ? `all ${room} local ports (${first} to ${last}) are taken by connections to ${formatEndpoint(visit.endpoint)} (EADDRNOTAVAIL)`
      : 'no local port is free (EADDRNOTAVAIL)',
    place: placeOn('client'),
    remedies: isUsedUp
      ? [
          setSysctl(
            'client',
            RANGE,
            WIDEST,
            `${first} ${last}`,
            'more connections to one port of one address then have room; better: keep connections alive and use them again',
            'transport.port',
          ),
        ]
      : [],
    tellApart: {
      host: 'client',
      command: `ss -tan dst ${address}; sysctl ${RANGE}`,
      shows: 'as many sockets as the range has ports',
    },
  }
  return {
    accuses: [accusation],
    evidence: [
      ...witnessed(client, range),
      ...witnessed(client, sockets, [`${used} connections to ${formatEndpoint(visit.endpoint)}`]),
    ],
  }
}
