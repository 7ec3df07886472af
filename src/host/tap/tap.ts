/** Captures on all hosts of a check at once: through rings where their network is within reach, else by their tcpdump. */
import { createSocket } from 'node:dgram'
import type { Host } from '../../diagnose/host.ts'
import type { Blind, Point } from '../../diagnose/passage/point.ts'
import type { Endpoint } from '../../diagnose/probes.ts'
import type { Tap, Tapped } from '../../diagnose/tap.ts'
import { quoteForShell } from '../run/quote.ts'
import { openHostStream } from '../run/stream.ts'
import { clientExpression, farExpression } from './filter.ts'
import type { Outlook } from './outlook.ts'
import { tcpdumpArgv, watchProgram } from './program.ts'
import { watchRing } from './ring.ts'

/** A tap that is open until it is closed. */
export type LiveTap = Tap & { readonly close: () => Promise<void> }

/** Where an address is not told within this, the capture begins without it. */
const ADDRESS_MS = 50

/** The address that this host would speak to an endpoint from; a datagram's socket is given one without a packet. */
function localAddress({ address, family, port }: Endpoint): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket(family === 4 ? 'udp4' : 'udp6')
    const finish = (found: string | null): void => {
      clearTimeout(timer)
      socket.removeAllListeners().on('error', () => {})
      socket.close()
      resolve(found)
    }
    const timer = setTimeout(() => finish(null), ADDRESS_MS)
    socket.on('error', () => finish(null))
    socket.connect(port, address, () => finish(socket.address().address))
  })
}

/** What is told at once from where its packets can be seen; others are asked over some way first. */
const isNear = ({ access }: Host): boolean => access === 'local' || access.startsWith('netns://')

const key = ({ address, port }: Endpoint): string => `${address}|${port}`

/** A host and what watches it, one for each time that something new was to be watched. */
type Watched = {
  readonly host: Host
  readonly outlooks: Outlook[]
  because: string | null
}

class HostsTap implements LiveTap {
  readonly #hosts: readonly Watched[]
  readonly #known = new Map<string, { near: Promise<void>; all: Promise<void> }>()
  #closed = false

  constructor(hosts: readonly Host[]) {
    this.#hosts = hosts.map((host) => ({ host, outlooks: [], because: null }))
  }

  watch(endpoints: readonly Endpoint[]): { near: Promise<void>; all: Promise<void> } {
    const fresh = endpoints.filter((one) => !this.#known.has(key(one)))
    if (fresh.length > 0) {
      const started = this.#start(fresh)
      for (const one of fresh) this.#known.set(key(one), started)
    }
    const known = endpoints.flatMap((one) => this.#known.get(key(one)) ?? [])
    return {
      near: Promise.all(known.map(({ near }) => near)).then(() => {}),
      all: Promise.all(known.map(({ all }) => all)).then(() => {}),
    }
  }

  /** Begins everywhere; what is far away is not waited for before what is near. */
  #start(endpoints: readonly Endpoint[]): { near: Promise<void>; all: Promise<void> } {
    const clients = Promise.all(endpoints.map(localAddress)).then((found) => [
      ...new Set(found.filter((address) => address !== null)),
    ])
    const begun = this.#hosts.map((watched) => ({
      isNear: isNear(watched.host),
      outlook: clients.then((known) => this.#begin(watched, endpoints, known)),
    }))
    return {
      near: Promise.all(begun.filter((one) => one.isNear).map(({ outlook }) => outlook)).then(
        () => {},
      ),
      all: Promise.all(
        begun.map(async ({ outlook }) => {
          await (await outlook)?.ready
        }),
      ).then(() => {}),
    }
  }

  /** Begins on one host; null where that cannot be. */
  async #begin(
    watched: Watched,
    endpoints: readonly Endpoint[],
    clients: readonly string[],
  ): Promise<Outlook | null> {
    const { host } = watched
    const vantage = await host.vantage?.()
    if (this.#closed) return null
    if (!vantage || 'because' in vantage) {
      watched.because = vantage?.because ?? 'its packets cannot be seen from here'
      return null
    }
    const expression =
      host.role === 'client' ? clientExpression(endpoints) : farExpression(endpoints, clients)
    const command = quoteForShell(['tcpdump', '-ni', 'any', expression])
    const outlook =
      vantage.kind === 'network'
        ? watchRing(vantage.path, expression, command)
        : watchProgram(
            (ears) => openHostStream(host, tcpdumpArgv(expression), ears, { sparesItself: true }),
            command,
          )
    watched.outlooks.push(outlook)
    return outlook
  }

  async collect(): Promise<Tapped> {
    const untilMs = Date.now()
    await Promise.all(this.#hosts.flatMap(({ outlooks }) => outlooks.map((one) => one.settle())))
    const points: Point[] = []
    const blind: Blind[] = []
    for (const { host, outlooks, because } of this.#hosts) {
      const seeing = outlooks.filter((one) => one.failure() === null)
      const failure = outlooks[0]?.failure() ?? null
      if (seeing.length > 0) points.push(pointOf(host, seeing))
      else if (failure) blind.push({ host: host.name, ...failure })
      else if (because) blind.push({ host: host.name, because, needs: null })
    }
    return { points, blind, untilMs }
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#hosts.flatMap(({ outlooks }) => outlooks.map((one) => one.close())))
  }
}

/** What all outlooks of a host saw, as one place. */
function pointOf(host: Host, outlooks: readonly Outlook[]): Point {
  return {
    host: host.name,
    role: host.role,
    sightings: outlooks
      .flatMap(({ collector }) => collector.sightings)
      .toSorted((a, b) => a.timeMs - b.timeMs),
    lost: outlooks.reduce((sum, one) => sum + one.lost(), 0),
    sinceMs: Math.max(...outlooks.map((one) => one.sinceMs() ?? 0)),
    devices: new Map(),
    command: outlooks[0]?.command ?? 'tcpdump',
  }
}

/** A tap on these hosts; nothing is opened before something is to be watched. */
export const openTap = (hosts: readonly Host[]): LiveTap => new HostsTap(hosts)
