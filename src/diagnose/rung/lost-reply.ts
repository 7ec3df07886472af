/**
 * Rung 4, on the server: it answered (its socket waits in SYN-RECV) and the answer does not come
 * back. Its own next hop, or a router that says so, tells where it is lost.
 */

import { shellWord } from '../../base/shell-word.ts'
import { owners } from '../../facts/arping.ts'
import { neighbours } from '../../facts/ip-neigh.ts'
import { parsePing } from '../../facts/ping.ts'
import type { Output } from '../../facts/source.ts'
import { count, placeOn, type Ruling, seen } from '../check.ts'
import type { Evidence, Remedy } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import type { Endpoint, Family } from '../probes.ts'
import { clientAddress, isLoopback } from '../relevant.ts'
import { familyFlag, remedy } from '../remedy.ts'
import type { Change } from '../trial.ts'
import { likelyGateway, type WayBack, wayBack } from '../way-back.ts'
import { BEFORE_SERVER, clear } from '../whereabouts.ts'
import type { Witness } from '../witness.ts'

/** The server answered, and its answer did not come back. */
export async function lostReply(
  witness: Witness,
  change: Change,
  endpoint: Endpoint,
  waiting: number,
): Promise<Ruling> {
  const { inquiry } = change
  const { port, family } = endpoint
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
  if (entry && table.known) {
    const told = seen('server', table.output, [
      `${entry.address} dev ${entry.device} ${entry.state}`,
    ])
    const holder = await holderOf(witness, inquiry, endpoint.address)
    return {
      status: 'fail',
      summary: `the server's way back goes to ${hop}, which is ${entry.state}`,
      evidence: [...evidence, told],
      accuses: [
        back.gateway === null && holder !== null && holder !== entry.device
          ? {
              cause: 'route.overlap',
              side: 'server',
              weight: 'proven',
              because: `a prefix of ${entry.device} of the server covers ${client}, which is not there (${entry.state}): it comes in by ${holder}`,
              place: placeOn('server', entry.device),
            }
          : {
              cause: 'route.return-missing',
              side: 'server',
              weight: 'proven',
              because: `the server answers, but its next hop back to ${client}, ${hop}, does not exist (${entry.state})`,
              ...back.accusation,
            },
      ],
      acquits,
    }
  }
  const astray = await asymmetric(witness, inquiry, endpoint, back)
  if (astray) return { ...astray, evidence: [...evidence, ...(astray.evidence ?? [])], acquits }
  const dead = await deadGateway(inquiry, back)
  if (dead) return { ...dead, evidence: [...evidence, ...(dead.evidence ?? [])], acquits }
  const output = client ? await inquiry.run(['ping', '-c', '1', '-W', '1', client]) : null
  const ping = output ? parsePing(output.stdout) : null
  const error = ping?.errors.find(({ from }) => from !== null)
  const counter = family === 4 ? 'IcmpInDestUnreachs' : 'Icmp6InDestUnreachs'
  const unreachable = change.grew(counter) > 0
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

/**
 * The next hop back has just died: its entry still stands, and nobody answers for it. ARP tells for certain; a ping that is not
 * answered, where the answers are known to be lost, only makes it likely.
 */
async function deadGateway(inquiry: Inquiry, back: WayBack): Promise<Ruling | null> {
  const { client, gateway, device } = back
  if (!gateway || !device) return null
  const asked = gateway.includes(':') ? null : await inquiry.ask(owners(gateway, device))
  if (asked?.known && asked.value.length > 0) return null
  const proven = asked?.known === true
  const output = proven
    ? asked.output
    : await inquiry.run(['ping', '-c', '1', '-W', '1', '-I', device, gateway])
  const ping = proven ? null : parsePing(output.stdout)
  if (!proven && (!ping || ping.received > 0)) return null
  const because = `the server answers, and its next hop back to ${client}, ${gateway}, ${proven ? 'is nobody any more: ARP for it is not answered' : 'answers no ping'}`
  return {
    status: 'fail',
    summary: because,
    evidence: [seen('server', output)],
    accuses: [
      {
        cause: 'route.return-missing',
        side: 'server',
        weight: proven ? 'proven' : 'likely',
        because,
        ...back.accusation,
        tellApart: {
          host: 'server',
          command: `ip neigh get ${gateway} dev ${shellWord(device)}; ping -c 3 ${gateway}`,
          shows: 'an entry that fails once it is asked again',
        },
      },
      ...(proven
        ? []
        : [
            {
              cause: 'route.return-missing' as const,
              side: 'path' as const,
              weight: 'possible' as const,
              because: 'a router behind it may have no way back',
              place: placeOn('path'),
            },
          ]),
    ],
  }
}

/** The interface other than loopback that has the address; null where there is none. */
async function holderOf(
  witness: Witness,
  inquiry: Inquiry,
  address: string,
): Promise<string | null> {
  const links = await witness.interfaces(inquiry)
  const holder = links.known
    ? links.value.find((link) => link.addresses.some((one) => one.address === address))
    : undefined
  return holder && !isLoopback(holder) ? holder.name : null
}

/**
 * The answer leaves by another interface than the one that holds the address: does the way there
 * take the host's other address, and not this one (RFC 3704, ingress filtering)? Two pings tell.
 */
async function asymmetric(
  witness: Witness,
  inquiry: Inquiry,
  { address, family }: Endpoint,
  { client, device }: WayBack,
): Promise<Ruling | null> {
  const holder = await holderOf(witness, inquiry, address)
  if (!client || !device || !holder || holder === device) return null
  const ping = (...from: readonly string[]) =>
    inquiry.run(['ping', '-c', '1', '-W', '1', ...from, client])
  const [usual, own] = await Promise.all([ping(), ping('-I', address)])
  const comesBack = ({ stdout }: Output): boolean => (parsePing(stdout)?.received ?? 0) > 0
  if (comesBack(own)) return null
  const proven = comesBack(usual)
  const because = `the server answers ${client} by ${device} with the address ${address}, which is that of ${holder}${proven ? `; by ${device} a ping comes back, with that address none does` : ''}`
  const gateway = await likelyGateway(witness, inquiry, family, null, holder)
  return {
    status: 'fail',
    summary: because,
    evidence: [seen('server', usual), seen('server', own)],
    accuses: [
      {
        cause: 'route.asymmetric',
        side: 'server',
        weight: proven ? 'proven' : 'likely',
        because,
        place: placeOn('server', device),
        remedies: gateway ? [routeBySource(family, address, gateway)] : [],
      },
    ],
  }
}

/** A table of its own for what is sent from that address. */
function routeBySource(
  family: Family,
  address: string,
  gateway: { readonly address: string; readonly device: string },
): Remedy {
  const ip = `ip ${familyFlag(family)}`
  const rule = `from ${address} table ${SOURCE_TABLE}`
  const route = `default via ${gateway.address} dev ${shellWord(gateway.device)} table ${SOURCE_TABLE}`
  return remedy({
    host: 'server',
    command: `${ip}route add ${route} && ${ip}rule add ${rule}`,
    why: `answers from ${address} then leave by ${gateway.device}, where the question came in`,
    undo: `${ip}rule del ${rule} && ${ip}route del ${route}`,
    persist: `in /etc/network/interfaces: up ip route add ${route}; up ip rule add ${rule}`,
    turnsGreen: 'transport.port',
  })
}

/** A routing table that nobody has named (rt_tables names 253 to 255). */
const SOURCE_TABLE = 90
