/**
 * Rung 4: a rule that stops a connection which already stands, by what the packet says or by how
 * much has been said: no walk of a first packet meets it. Its counter grew while the dialog was held.
 */

import { findRule } from '../../policy/find-rule.ts'
import { matches } from '../../policy/match.ts'
import { mendCommands } from '../../policy/mend.ts'
import type { Packet } from '../../policy/packet.ts'
import { hooksOf } from '../../policy/reach.ts'
import { describeRule, listCommand } from '../accused-rule.ts'
import { type Accusation, count, sideOf } from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import { clientAddress } from '../relevant.ts'
import { mendRule } from '../remedy.ts'
import { packetsOf, readRules } from '../rules.ts'
import type { Change, GrownRule, Trial } from '../trial.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

/** What a rule was seen to do. */
export type Stopping = Required<Pick<Accusation, 'side' | 'because' | 'place' | 'remedies'>> & {
  readonly evidence: Evidence
}

/** Packets of the connection after its handshake, both ways. */
async function laterPackets(witness: Witness, visit: Visit): Promise<readonly Packet[]> {
  const { family } = visit.endpoint
  const client = (await clientAddress(witness, family)) ?? (family === 4 ? '0.0.0.0' : '::')
  const { there, back } = packetsOf(visit, client, 'tcp')
  return [{ ...there, state: 'established', syn: false }, back]
}

/** The rule of any host that took as many packets of the dialog as dialogs were held; null for none. */
export async function findStoppingRule(
  witness: Witness,
  visit: Visit,
  trial: Trial,
  verdict: 'drop' | 'reject',
): Promise<Stopping | null> {
  const packets = await laterPackets(witness, visit)
  const changes = [trial.client, ...(trial.server ? [trial.server] : []), ...trial.routers]
  const found = await Promise.all(
    changes.flatMap((change) =>
      change.rules
        .filter((grown) => grown.verdict.kind === verdict && !grown.place.policy)
        .filter((grown) => grown.packets >= trial.connects.length)
        .map((grown) => tell(change, grown, packets, trial)),
    ),
  )
  return found.find((one) => one !== null) ?? null
}

async function tell(
  { inquiry }: Change,
  grown: GrownRule,
  packets: readonly Packet[],
  trial: Trial,
): Promise<Stopping | null> {
  const { place } = grown
  const { name } = inquiry.host
  const { sets } = await readRules(inquiry.ask)
  const { rule, set } = findRule(sets, place)
  const [hook] = hooksOf(sets, place)
  const packet = rule && packets.find((one) => matches(rule, one).answer !== 'no')
  if (!rule || !packet || hook === undefined) return null
  const tried = count(trial.connects.length, 'dialog')
  const because = `${describeRule(place)} of ${name} took ${count(grown.packets, 'packet')} while ${tried} were held`
  return {
    side: sideOf(inquiry),
    because,
    place: { host: name, interface: null, hop: null, rule: place },
    remedies: [
      mendRule(
        name,
        place,
        mendCommands(place, rule, packet, hook, set),
        `${describeRule(place)} decides`,
        'transport.flow',
      ),
    ],
    evidence: {
      host: name,
      source: place.backend,
      command: listCommand(place),
      lines: [place.text],
      delta: {
        name: `packets of ${place.chain}`,
        before: grown.before,
        after: grown.after,
      },
    },
  }
}
