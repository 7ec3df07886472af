/**
 * Rung 4, on the server: it answered (its socket waits in SYN-RECV) and the answer does not come
 * back. Its own next hop, or a router that says so, tells where it is lost.
 */
import { neighbours } from '../../facts/ip-neigh.ts'
import { parsePing } from '../../facts/ping.ts'
import { count, placeOn, type Ruling, seen } from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import type { Endpoint } from '../probes.ts'
import { clientAddress } from '../relevant.ts'
import { wayBack } from '../way-back.ts'
import { BEFORE_SERVER, clear } from '../whereabouts.ts'
import type { Witness } from '../witness.ts'

/** The server answered, and its answer did not come back. */
export async function lostReply(
  witness: Witness,
  inquiry: Inquiry,
  { port, family }: Endpoint,
  waiting: number,
): Promise<Ruling> {
  const back = await wayBack(witness, inquiry, family)
  const client = await clientAddress(witness, family)
  const sockets = `${count(waiting, 'connection')} of port ${port} in SYN-RECV`
  const evidence: Evidence[] = [
    {
      host: 'server',
      source: 'ss',
      command: `ss -tan state syn-recv sport = :${port}`,
      lines: [sockets],
    },
  ]
  const acquits = clear(
    [
      ...BEFORE_SERVER.filter((c) => c !== 'firewall.path-drop'),
      'firewall.ingress-drop',
      'tcp.accept-queue-full',
      'tcp.no-listener',
    ],
    `the server answered: ${sockets}`,
  )
  const table = await inquiry.askAgain(neighbours)
  const hop = back.gateway ?? client
  const entry = table.known
    ? table.value.find((one) => one.address === hop && /^(FAILED|INCOMPLETE)$/.test(one.state))
    : undefined
  if (entry)
    return {
      status: 'fail',
      summary: `the server's way back goes to ${hop}, which is ${entry.state}`,
      evidence: [
        ...evidence,
        ...(table.known
          ? [seen('server', table.output, [`${entry.address} dev ${entry.device} ${entry.state}`])]
          : []),
      ],
      accuses: [
        {
          cause: 'route.return-missing',
          side: 'server',
          weight: 'proven',
          because: `the server answers, but its next hop back to ${client}, ${hop}, does not exist (${entry.state})`,
          ...back.accusation,
        },
      ],
      acquits,
    }
  const output = client ? await inquiry.run(['ping', '-c', '1', '-W', '1', client]) : null
  const ping = output ? parsePing(output.stdout) : null
  const error = ping?.errors.find(({ from }) => from !== null)
  const counter = family === 4 ? 'IcmpInDestUnreachs' : 'Icmp6InDestUnreachs'
  const unreachable = (trial.server?.grew(counter) ?? 0) > 0
  const isFiltered = ping !== null && ping.received > 0 && !unreachable
  const reason = error
    ? `${error.from} says ${error.text} to a ping from the server to ${client}`
    : 'the answer is lost on the way back'
  return {
    status: 'fail',
    summary: `the server answers and its answer does not come back; ${reason}`,
    evidence: [...evidence, ...(output ? [seen('server', output)] : [])],
    accuses:
      error && /net|no route/i.test(error.text)
        ? [
            {
              cause: 'route.return-missing',
              side: 'path',
              weight: 'proven',
              because: `the server answers, and ${error.from} has no route back to ${client}: ${error.text}`,
              place: placeOn('path'),
            },
          ]
        : [
            {
              cause: 'firewall.path-drop',
              side: 'path',
              weight: isFiltered ? 'likely' : 'possible',
              because: `the server answers (${sockets}), and the answers do not come back`,
              place: placeOn('path'),
              tellApart: {
                host: 'the last router before the client',
                command: `tcpdump -n port ${port}`,
                shows: 'no SYN-ACK arrives there',
              },
            },
            {
              cause: 'route.return-missing',
              side: 'path',
              weight: isFiltered ? 'possible' : 'likely',
              because: `the server answers (${sockets}), and nothing of it reaches ${client}${unreachable ? `; a router says that it is unreachable (${counter} grew)` : ''}`,
              place: placeOn('path'),
            },
            {
              cause: 'route.asymmetric',
              side: 'path',
              weight: 'possible',
              because: 'the reply may take another way',
              place: placeOn('path'),
            },
          ],
    acquits,
  }
}
