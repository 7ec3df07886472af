/**
 * Rung 3, size on the own link: does the gateway answer a packet as large as the interface sends?
 * Where only smaller ones are answered, the link carries less than the interface believes, and
 * nobody says so: there is no router between (RFC 1191 needs one).
 */
import { shellWord } from '../../base/shell-word.ts'
import { parsePing } from '../../facts/ping.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  sideOf,
  skip,
  typed,
  unknown,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import { untilCounted } from '../reached.ts'
import { relevant } from '../relevant.ts'
import { remedy } from '../remedy.ts'
import type { Witness } from '../witness.ts'

/** What usual links and tunnels carry: Ethernet, PPPoE, GRE, WireGuard, and the least of IPv6. */
const USUAL_BYTES: readonly number[] = [9000, 1500, 1492, 1476, 1450, 1420, 1400, 1300, 1280]
/** Bytes of the IP and ICMP headers, which ping's -s does not count. */
const HEADER_BYTES = { 4: 28, 6: 48 } as const
/** Loopback and its like: no link is so wide. */
const MOST_MTU_BYTES = 65_000

export const link: Check = {
  id: 'mtu.link',
  layer: 3,
  question: 'Does the own link carry what the interface sends?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const failing = witness.target ? await witness.failing() : null
    if (failing?.stage !== 'silent') return skip('nothing was accepted and then silent')
    const { lookup, device, family } = await relevant(witness, inquiry)
    const mtu = device?.mtu ?? null
    if (!lookup?.gateway || !device || mtu === null || mtu > MOST_MTU_BYTES)
      return skip('no gateway is on the way')
    await untilCounted(witness)
    const { gateway } = lookup
    const sizes = [mtu, ...USUAL_BYTES.filter((size) => size < mtu)]
    const asked = await Promise.all(
      sizes.map((size) => sized(witness, inquiry, gateway, size, family)),
    )
    const [full] = asked
    const carried = asked.find(({ answered }) => answered)
    if (!full || full.answered)
      return pass(`${gateway} answers ${mtu} bytes`, full ? [full.evidence] : [])
    if (!carried) return unknown(`${gateway} answers no ping of any size`)
    const small = await witness.inSmallSegments(failing)
    const works = small.exchange.tls?.outcome === 'established' || small.exchange.reply !== null
    const because = `${gateway}, the next hop on ${device.name} of ${inquiry.host.name}, answers ${carried.bytes} bytes and not the ${mtu} that the interface sends, and nobody says why`
    return narrow(inquiry, device.name, mtu, carried.bytes, works, because, [
      full.evidence,
      carried.evidence,
    ])
  },
}

type Sized = {
  readonly bytes: number
  readonly answered: boolean
  readonly evidence: Evidence
}

/** A ping of that size that may not be fragmented. */
async function sized(
  { probes }: Witness,
  inquiry: Inquiry,
  gateway: string,
  bytes: number,
  family: 4 | 6,
): Promise<Sized> {
  const host = inquiry.host.name
  if (inquiry.host.role === 'client') {
    const echo = await probes.ping(gateway, {
      packetBytes: bytes,
      dontFragment: true,
      timeoutMs: 900,
    })
    const { command, lines } = echo
    // A local error names the size: then somebody does say so.
    const answered = echo.received > 0 || echo.errors.some(({ mtu }) => mtu !== null)
    return { bytes, answered, evidence: { host, source: 'probe', command, lines } }
  }
  const size = String(bytes - HEADER_BYTES[family])
  const output = await inquiry.run([
    ...['ping', '-c', '1', '-W', '1', '-M', 'do', '-s', size, gateway],
  ])
  const said = parsePing(`${output.stdout}\n${output.stderr}`)
  const answered =
    (said?.received ?? 0) > 0 || (said?.errors.some(({ mtu }) => mtu !== null) ?? false)
  const lines = output.stdout.trim().split('\n').slice(-1)
  return { bytes, answered, evidence: { host, source: 'ping', command: typed(output.argv), lines } }
}

function narrow(
  inquiry: Inquiry,
  device: string,
  mtu: number,
  carried: number,
  works: boolean,
  because: string,
  evidence: readonly Evidence[],
): Ruling {
  const set = (bytes: number): string => `ip link set ${shellWord(device)} mtu ${bytes}`
  const accusation: Accusation = {
    cause: 'mtu.local-mismatch',
    side: sideOf(inquiry),
    weight: works ? 'proven' : 'likely',
    because,
    place: placeOn(inquiry.host.name, device),
    remedies: [
      remedy({
        host: inquiry.host.name,
        command: set(carried),
        why: 'the interface then sends no more than its link carries; better: let the link carry more',
        risk: `all traffic by ${device} uses smaller packets`,
        undo: set(mtu),
        persist: `in /etc/network/interfaces: mtu ${carried}`,
        turnsGreen: 'mtu.link',
      }),
    ],
  }
  return { status: 'fail', summary: because, evidence, accuses: [accusation] }
}
