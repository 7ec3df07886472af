/** Packets made by chance that pass the hosts that have rules. */
import type { Protocol } from './arrival.ts'
import type { Chance } from './chance.ts'
import { addressesOf, HOSTS, type HostName } from './network.ts'
import { PORTS } from './service.ts'
import type { Shot } from './shot.ts'
import { ownAddress } from './vocabulary.ts'

/** The hosts that a packet from one to the other passes. */
const between = (from: HostName, to: HostName): readonly HostName[] => {
  const [first, last] = [HOSTS.indexOf(from), HOSTS.indexOf(to)].toSorted((a, b) => a - b)
  return HOSTS.slice(first, (last ?? 0) + 1)
}

/** Numbers that are spread over all that a program may take, each once until all were. */
const FIRST_PORT = 700
const MANY_PORTS = 63_997 // a prime: any stride meets all
const STRIDE = 7919

/** Above them are left those that stand for the served ones. */
const sourcePort = (serial: number): number => {
  const port = FIRST_PORT + ((serial * STRIDE) % MANY_PORTS)
  return port >= 8000 && port < 8010 ? port + 57_000 : port
}

/** One packet; `serial` makes its source port its own. */
export function makeShot(random: Chance, withRules: readonly HostName[], serial: number): Shot {
  for (;;) {
    const host = random.percent(40) ? random.pick(withRules) : random.pick(HOSTS)
    const target = random.percent(20) ? host : random.pick(HOSTS)
    if (!between(host, target).some((one) => withRules.includes(one))) continue
    const family = random.percent(60) ? 4 : 6
    const protocol = random.pick<Protocol>(['tcp', 'tcp', 'tcp', 'udp', 'udp', 'icmp'])
    const destination =
      host === target
        ? random.pick(addressesOf(target, family))
        : ownAddress(random, target, family)
    const isLoopback = destination === '127.0.0.1' || destination === '::1'
    random.use(`packet ${protocol} over IPv${family}`)
    random.use(`packet ${host} to ${target}`)
    return {
      host,
      family,
      protocol,
      source: isLoopback ? destination : ownAddress(random, host, family),
      destination,
      sourcePort: sourcePort(serial),
      destinationPort: protocol === 'icmp' ? null : random.pick(PORTS),
      mark: random.percent(75) ? 0 : random.pick([1, 2, 5, 7]),
      user: random.percent(80) ? 0 : 1000,
      dataBytes: random.pick([10, 10, 40, 300, 1000]),
    }
  }
}
