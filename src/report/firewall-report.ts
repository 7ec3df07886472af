/** What `rungs firewall` answers: the packet, what becomes of it and by which rule, and what would change it. */
import type { Place } from '../facts/rule-set.ts'
import type { Asked } from '../policy/asked.ts'
import type { ConnectionJourney } from '../policy/connection.ts'
import type { Course, Fate, Journey, Step } from '../policy/journey.ts'
import { ownerName } from '../policy/owner-name.ts'
import type { Packet } from '../policy/packet.ts'
import type { Offer } from '../policy/ruling/offer.ts'
import { type Notice, senderSees } from '../policy/sender.ts'
import { formatEndpoint } from '../wire/endpoint.ts'

/** A packet between two ends; a null port is one that its system chooses, a null device is not known. */
export type PacketRecord = {
  readonly family: 4 | 6
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  readonly source: string
  readonly sourcePort: number | null
  readonly destination: string
  readonly destinationPort: number | null
  readonly inputDevice: string | null
  readonly outputDevice: string | null
  readonly state: string
  readonly icmpType: string | null
}

/** What becomes of one packet. */
export type Outcome = {
  readonly verdict: Fate
  /** All that it may come to; one verdict unless it is unknown. */
  readonly possible: readonly Fate[]
  /** One sentence. */
  readonly summary: string
  /** The rule or policy that decided; null: none did. */
  readonly rule: Place | null
  /** The program that has written it: `ufw`, `Docker`; null where people may have. */
  readonly owner: string | null
  readonly rejectWith: string | null
  readonly course: Course | null
  /** As it is delivered or leaves, after translations; else as it was where it ended. */
  readonly ends: PacketRecord
  readonly steps: readonly Step[]
  /** What is not known, and would change the verdict. */
  readonly unknowns: readonly { readonly rule: Place | null; readonly because: string }[]
}

/** How a host keeps what a tool has changed. */
export type Keep = { readonly tool: string; readonly how: string }

export type FirewallReport = {
  readonly schema: 'rungs.firewall/1'
  readonly tool: string
  /** Whose rules they are: a host, or files. */
  readonly source: { readonly host: string | null; readonly files: readonly string[] }
  /** As it was asked about; an address that stands for any is told below. */
  readonly packet: PacketRecord
  readonly anySource: boolean
  readonly anyDestination: boolean
  /** Why it takes its course. */
  readonly because: string
  readonly there: Outcome
  /** What the sender sees of it; null where it passes, or where that is not known. */
  readonly sees: Notice | null
  /** The answer to it, the other way through the same host; null where none comes. */
  readonly reply: Outcome | null
  /** What follows in the first direction, once the connection stands. */
  readonly onward: Outcome | null
  /** Where an address stands for any: the rules that may rule otherwise about particular ones. */
  readonly exceptions: readonly Place[]
  readonly offers: readonly Offer[]
  /** How what the offers change is kept over a start, by the tool that changes it. */
  readonly keeps: readonly Keep[]
  /** What else there is to know of the answer. */
  readonly notes: readonly string[]
}

const record = (packet: Packet): PacketRecord => ({
  family: packet.family,
  protocol: packet.protocol,
  source: packet.source,
  sourcePort: packet.sourcePort,
  destination: packet.destination,
  destinationPort: packet.destinationPort,
  inputDevice: packet.inputDevice || null,
  outputDevice: packet.outputDevice || null,
  state: packet.state,
  icmpType: packet.icmpType,
})

const outcome = (journey: Journey): Outcome => ({
  verdict: journey.verdict,
  possible: journey.possible,
  summary: journey.because,
  rule: journey.place,
  owner: journey.place && ownerName(journey.place),
  rejectWith: journey.rejectWith,
  course: journey.course,
  ends: record(journey.packet),
  steps: journey.steps,
  unknowns: journey.unknowns.map(({ place, because }) => ({ rule: place, because })),
})

/** That the sender does not take the answer for one. */
function strayNote({ back, stray }: ConnectionJourney): string[] {
  if (back === null || stray === null) return []
  const { source, sourcePort, destination, destinationPort } = back.packet
  const from = formatEndpoint({ address: source, port: sourcePort })
  const to = formatEndpoint({ address: destination, port: destinationPort })
  return [
    `the answer comes from ${from} to ${to}, for which the sender does not wait: its own system refuses it, and the connection fails`,
  ]
}

/** All of it in one record. */
export function reportFirewall(
  told: Pick<FirewallReport, 'tool' | 'source' | 'exceptions' | 'offers' | 'keeps' | 'notes'>,
  asked: Asked,
  walked: ConnectionJourney,
): FirewallReport {
  const { there, back, onward } = walked
  const passes = there.verdict === 'accepted' || there.verdict === 'redirected'
  return {
    schema: 'rungs.firewall/1',
    ...told,
    packet: record(asked.packet),
    anySource: asked.anySource,
    anyDestination: asked.anyDestination,
    because: asked.because,
    there: outcome(there),
    sees: senderSees(walked, asked.start),
    reply: passes && back ? outcome(back) : null,
    onward: passes && onward ? outcome(onward) : null,
    notes: [...told.notes, ...strayNote(walked)],
  }
}
