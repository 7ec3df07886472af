/**
 * Rung 4, on the server: packets that arrived and were dropped for a reason that its kernel counts
 * by name: a full accept queue, the reverse path filter, no route back, an address of nobody. The
 * counters are those of net/ipv4/proc.c and net/ipv6/proc.c.
 */
import { shellWord } from '../../base/shell-word.ts'
import { type Accusation, count, placeOn, type Ruling } from '../check.ts'
import type { Inquiry } from '../host.ts'
import type { Family } from '../probes.ts'
import { familyFlag, loosenReversePath, remedy } from '../remedy.ts'
import type { Change } from '../trial.ts'
import type { Visit } from '../visit.ts'
import { wayBack } from '../way-back.ts'
import { BEFORE_SERVER, clear, delta } from '../whereabouts.ts'
import type { Witness } from '../witness.ts'

const ended = (
  change: Change,
  counter: string,
  accusation: Omit<Accusation, 'weight' | 'side'> & Partial<Accusation>,
): Ruling => ({
  status: 'fail',
  summary: accusation.because,
  evidence: [delta(change, counter)],
  accuses: [{ side: 'server', weight: 'proven', ...accusation }],
  acquits: clear(BEFORE_SERVER, `the packets arrived at the server (${counter} grew)`),
})

/** A counter of the server's kernel that grew by as many as were sent names what dropped them. */
export async function countedDrop(
  witness: Witness,
  inquiry: Inquiry,
  change: Change,
  sent: number,
  failing: Visit,
  prefix: string,
): Promise<Ruling | null> {
  const { family, address, port } = failing.endpoint
  const grown = (name: string): boolean => change.grew(name) >= sent
  const overflow = ['TcpExtListenOverflows'].find(grown)
  if (overflow)
    return ended(change, overflow, {
      cause: 'tcp.accept-queue-full',
      because: `the accept queue of port ${port} is full: ${overflow} +${change.grew(overflow)} for ${count(sent, 'SYN')}`,
      place: placeOn('server'),
    })
  const back = await wayBack(witness, inquiry, family)
  if (grown('TcpExtIPReversePathFilter')) {
    const name = 'TcpExtIPReversePathFilter'
    if (back.device === null)
      return ended(change, name, {
        cause: 'route.return-missing',
        because: `the server has no route back to ${back.client}: ${name} +${change.grew(name)} for ${count(sent, 'SYN')}`,
        ...back.accusation,
      })
    return ended(change, name, {
      cause: 'route.reverse-path-filter',
      because: `the reverse path filter drops them: ${name} +${change.grew(name)} for ${count(sent, 'SYN')}, while the way back to ${back.client} is by ${back.device}`,
      place: placeOn('server', back.device),
      remedies: await loosen(witness, inquiry, address),
    })
  }
  const noRoutes = `${prefix}OutNoRoutes`
  if (grown(noRoutes) || (back.device === null && back.known && change.grew('TcpInSegs') >= sent))
    return ended(change, noRoutes, {
      cause: 'route.return-missing',
      because: `the server finds no route back to ${back.client}: ${noRoutes} +${change.grew(noRoutes)} for ${count(sent, 'SYN')}`,
      ...back.accusation,
    })
  const addressErrors = `${prefix}InAddrErrors`
  const held = await holds(witness, inquiry, address)
  if (grown(addressErrors) && !held)
    return ended(change, addressErrors, {
      cause: 'address.not-on-server',
      because: `${address} is on no interface of the server, which drops what comes for it: ${addressErrors} +${change.grew(addressErrors)} for ${count(sent, 'SYN')}`,
      ...(await addAddress(witness, inquiry, address, family)),
    })
  return null
}

/** Whether an interface of the host has the address; true where that cannot be read. */
async function holds(witness: Witness, inquiry: Inquiry, address: string): Promise<boolean> {
  const links = await witness.interfaces(inquiry)
  return (
    !links.known ||
    links.value.some((link) => link.addresses.some((one) => one.address === address))
  )
}

async function addAddress(witness: Witness, inquiry: Inquiry, address: string, family: Family) {
  const back = await wayBack(witness, inquiry, family)
  if (!back.device) return {}
  const length = family === 4 ? 32 : 128
  return {
    place: placeOn('server', back.device),
    remedies: [
      remedy({
        host: 'server',
        command: `ip ${familyFlag(family)}address add ${address}/${length} dev ${shellWord(back.device)}`,
        why: 'the server then takes what is sent to that address; where the name is wrong, mend the name instead',
        risk: 'another host may hold the address by right',
        undo: `ip ${familyFlag(family)}address del ${address}/${length} dev ${shellWord(back.device)}`,
        keep: {
          kind: 'address',
          device: back.device,
          family,
          address: `${address}/${length}`,
          instead: null,
        },
        turnsGreen: 'transport.port',
      }),
    ],
  }
}

/** `rp_filter` of the interface by which the address is reached, and of `all`: the larger counts. */
async function loosen(witness: Witness, inquiry: Inquiry, address: string) {
  const links = await witness.interfaces(inquiry)
  const device = links.known
    ? links.value.find((link) => link.addresses.some((one) => one.address === address))?.name
    : undefined
  return device ? [loosenReversePath('server', device)] : []
}
