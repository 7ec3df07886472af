/** Rung 3, size: does a packet of the interface's size come through, and does anybody say if not? */
import { shellWord } from '../../base/shell-word.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  shown,
  skip,
  unknown,
} from '../check.ts'
import type { Echo, Probes } from '../probes.ts'
import { unlessReached } from '../reached.ts'
import { relevant } from '../relevant.ts'
import { remedy } from '../remedy.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

/** Every IPv4 host must accept this much (RFC 791 §3.1); every IPv6 link carries 1280 (RFC 8200 §5). */
const SMALL_BYTES = { 4: 576, 6: 1280 } as const
/** Until the threshold is known to so many bytes, sizes between are tried. */
const PRECISION_BYTES = 8
/** Larger than any usual MTU, so that at least two full segments are sent. */
const LARGE_WRITE_BYTES = 8192

/** Loopback and its like: no link is so wide. */
const MOST_MTU_BYTES = 65_000

type FullSized = {
  readonly address: string
  readonly family: 4 | 6
  readonly device: string
  /** What the interface, or the route, sends at most. */
  readonly mtu: number
  readonly ping: Promise<Echo>
}

/** A ping as large as the interface sends, to the first address of each family, all at once. */
async function fullSized(witness: Witness): Promise<FullSized[]> {
  const { client, probes } = witness
  const [names, links] = await Promise.all([witness.names(), witness.interfaces(client)])
  const firsts = ([4, 6] as const).flatMap((family) => {
    const one = names?.addresses.find((address) => address.family === family)
    return one ? [one] : []
  })
  const found = await Promise.all(
    firsts.map(async ({ address, family }) => {
      const route = await witness.route(client, address)
      const device =
        links.known && route.known && route.value.error === null
          ? links.value.find(({ name }) => name === route.value.device)
          : undefined
      if (!device || !route.known) return []
      const mtu = Math.min(route.value.mtu ?? Number.POSITIVE_INFINITY, device.mtu ?? 1500)
      const size = Math.min(mtu, MOST_MTU_BYTES)
      const ping = probes.ping(address, { packetBytes: size, dontFragment: true, timeoutMs: 1000 })
      return [{ address, family, device: device.name, mtu, ping }]
    }),
  )
  return found.flat()
}

export const path: Check = {
  id: 'mtu.path',
  layer: 3,
  question: 'Does a full-sized packet come through?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target) return skip('there is no target')
    const pings = await fullSized(witness)
    const { family } = await relevant(witness, witness.client)
    const found = pings.find((one) => one.family === family)
    if (!found) return skip('no way leads there')
    const { device, mtu } = found
    if (mtu > MOST_MTU_BYTES) return skip(`${device} carries ${mtu} bytes`)
    const first = await unlessReached(witness, found.ping)
    const failing = await witness.failing()
    const through = first !== null && first.received > 0
    if (failing?.stage !== 'silent') {
      if (through) return pass(`${mtu} bytes come through unfragmented`, [shown('client', first)])
      if (first) return told(first, mtu, device)
      return failing
        ? skip('it fails otherwise than by silence')
        : unknown('no answer to a full-sized ping; the service answers')
    }
    const echo = await found.ping
    const small = await witness.inSmallSegments(failing)
    // Without the privilege or the library for small segments, pings and writes have to tell.
    if (small.stage === 'connect')
      return through
        ? pass(`${mtu} bytes come through unfragmented`, [shown('client', first)])
        : suspect(witness, failing, found, echo)
    const ruling = bySmallSegments(failing, small, found, echo)
    return ruling.status === 'fail' && (await answersAnyhow(witness, failing))
      ? comesAndGoes(failing, ruling)
      : ruling
  },
}

/** Asked once more in segments of the usual size: what was silent only for a while answers now. */
async function answersAnyhow(witness: Witness, { errand, endpoint }: Visit): Promise<boolean> {
  const { exchange } = await witness.visitAs(errand, endpoint)
  return exchange.tls?.outcome === 'established' || exchange.reply !== null
}

const comesAndGoes = (failing: Visit, { evidence }: Ruling): Ruling => ({
  ...pass(
    `${formatEndpoint(failing.endpoint)} answers now in segments of any size: it was silent for a while`,
  ),
  ...(evidence && { evidence }),
  acquits: [
    { cause: 'mtu.black-hole', because: 'it answers in segments of the usual size, later' },
  ],
})

/** A router said that the packet is too big: the path is narrower, and that is known. */
function told(echo: Echo, mtu: number, device: string): Ruling {
  const narrower = echo.errors.find((error) => error.mtu !== null)
  return narrower
    ? {
        status: 'warn',
        summary: `the path carries ${narrower.mtu} bytes, ${device} sends ${mtu}; ${narrower.from ?? 'the kernel'} says so`,
        evidence: [shown('client', echo)],
      }
    : echo.possible
      ? unknown('no answer to a full-sized ping')
      : unknown(echo.because ?? 'no ping could be sent', 'iputils-ping')
}

/** Silent in segments of the usual size: does it answer in small ones? Then size is the matter. */
function bySmallSegments(failing: Visit, small: Visit, found: FullSized, full: Echo): Ruling {
  const { tls, reply } = small.exchange
  const evidence = [shown('client', full), shown('client', small.exchange.connect)]
  if (tls?.outcome !== 'established' && !reply)
    return {
      ...pass('it is as silent in small segments: size is not the matter', evidence),
      acquits: [{ cause: 'mtu.black-hole', because: 'it is as silent in small segments' }],
    }
  const narrower = full.errors.find((error) => error.mtu !== null)?.mtu ?? null
  const because = `${formatEndpoint(failing.endpoint)} says nothing in segments of the usual size, and answers when it is asked for small ones${narrower ? `; the path carries ${narrower} bytes` : ''}`
  return {
    status: 'fail',
    summary: because,
    evidence,
    contrasts: [
      {
        works: `${formatEndpoint(failing.endpoint)} answers in small segments`,
        fails: 'it is silent in segments of the usual size',
        tells: 'size: something on the path carries less and does not say so',
      },
    ],
    accuses: [blackHole(because, 'proven', narrower, found)],
  }
}

/** The visit is silent: which sizes of a ping are answered, is a large write acknowledged? */
async function suspect(
  { probes }: Witness,
  failing: Visit,
  found: FullSized,
  full: Echo,
): Promise<Ruling> {
  const { address, family, mtu, device } = found
  const size = SMALL_BYTES[family]
  const small = await probes.ping(address, {
    packetBytes: size,
    dontFragment: true,
    timeoutMs: 1000,
  })
  const evidence = [shown('client', full), shown('client', small)]
  if (small.received === 0) {
    const write = await probes.largeWrite(failing.endpoint, LARGE_WRITE_BYTES, 2500)
    if (write.outcome !== 'stuck')
      return unknown(
        `ping is not answered at any size; ${write.outcome === 'acknowledged' ? 'a large write is acknowledged' : 'no large write could be made'}`,
      )
    const because = `${LARGE_WRITE_BYTES} bytes written to ${address} are never acknowledged, though the handshake was`
    return {
      status: 'fail',
      summary: because,
      evidence: [...evidence, shown('client', write)],
      accuses: [blackHole(because, 'likely', null, found)],
    }
  }
  if (full.errors.some((error) => error.mtu !== null)) return told(full, mtu, device)
  const { threshold, last } = await bisect(probes, address, size, mtu)
  if (threshold >= mtu)
    return pass(`${mtu} bytes come through unfragmented`, [shown('client', last ?? full)])
  const because = `packets of ${threshold} bytes reach ${address} and larger ones vanish, with no ICMP that says so`
  return {
    status: 'fail',
    summary: because,
    evidence: last ? [...evidence, shown('client', last)] : evidence,
    accuses: [blackHole(because, 'proven', threshold, found)],
  }
}

/** The largest size that is answered, between one that is and one that is not. */
async function bisect(
  probes: Probes,
  address: string,
  low: number,
  high: number,
): Promise<{ threshold: number; last: Echo | null }> {
  let [good, bad, last]: [number, number, Echo | null] = [low, high + 1, null]
  while (bad - good > PRECISION_BYTES) {
    const size = Math.floor((good + bad) / 2)
    const echo = await probes.ping(address, {
      packetBytes: size,
      dontFragment: true,
      timeoutMs: 400,
    })
    if (echo.received > 0) {
      good = size
      last = echo
    } else bad = size
  }
  return { threshold: good, last }
}

const blackHole = (
  because: string,
  weight: 'proven' | 'likely',
  threshold: number | null,
  { device, mtu, family, address }: FullSized,
): Accusation => {
  const size = Math.max(threshold ?? SMALL_BYTES[6], SMALL_BYTES[family])
  return {
    cause: 'mtu.black-hole',
    side: 'path',
    weight,
    because,
    place: placeOn('client', device),
    remedies: [
      remedy({
        host: 'client',
        command: `ip link set ${shellWord(device)} mtu ${size}`,
        why: 'packets that fit the path are not lost; better: let ICMP "fragmentation needed" through, or clamp the MSS on the router',
        risk: `all traffic by ${device} uses smaller packets`,
        undo: `ip link set ${shellWord(device)} mtu ${mtu}`,
        keep: { kind: 'mtu', device, bytes: size },
        turnsGreen: 'mtu.path',
      }),
    ],
    tellApart: {
      host: 'client',
      command: `ping -c 1 -M do -s ${mtu - (family === 4 ? 28 : 48)} ${address}`,
      shows: 'no answer, where a small one is answered',
    },
  }
}
