/**
 * A network to shoot in: the three hosts, what answers on them, and what arrives where. Packets of a
 * shot cross it within the call that sends it, unless the machine is busy: `fire` looks again for a
 * short while before it says that nothing more came.
 */
import { pollUntil } from '../../../src/host/kernel/poll.ts'
import { type Arrival, tapHost } from './arrival.ts'
import { HOSTS, makeNetwork, type Network } from './network.ts'
import { serve } from './service.ts'
import { type Shot, shoot } from './shot.ts'

export type Hit = {
  /** What sending it was refused with, at once. */
  readonly refused: string | null
  /** The error that the sender's socket had met by the end. */
  readonly error: string | null
  /** In the order in which the hosts are listed; of one host and protocol, as they came. */
  readonly arrivals: readonly Arrival[]
}

export type Range = {
  readonly network: Network
  /** Sends it, and waits until `isAll` says so of what has come, or the time is over. */
  readonly fire: (
    shot: Shot,
    isAll: (arrivals: readonly Arrival[]) => boolean,
    timeoutMs: number,
  ) => Promise<Hit>
  /** What has come since, of shots that were thought to be over. */
  readonly late: () => readonly Arrival[]
  readonly close: () => void
}

/** Makes one. */
export function makeRange(): Range {
  const network = makeNetwork()
  const posts = HOSTS.map((host) => ({
    tap: tapHost(network, host),
    service: serve(network, host),
  }))
  const read = (): readonly Arrival[] => {
    const all: Arrival[] = []
    for (let answered = true; answered; ) {
      answered = false
      for (const { tap, service } of posts) {
        const came = tap.read()
        all.push(...came)
        for (const arrival of came) {
          if (arrival.what === 'datagram' && service.answer(arrival)) answered = true
        }
      }
    }
    return all
  }
  return {
    network,
    fire: async (shot, isAll, timeoutMs) => {
      const arrivals: Arrival[] = []
      const sent = shoot(network, shot)
      const look = (): boolean => {
        arrivals.push(...read())
        return isAll(arrivals)
      }
      if (!look()) await pollUntil(look, timeoutMs)
      const error = sent.error()
      sent.close()
      return { refused: sent.refused, error, arrivals }
    },
    late: read,
    close: () => {
      for (const { tap, service } of posts) {
        tap.close()
        service.close()
      }
      network.close()
    },
  }
}
