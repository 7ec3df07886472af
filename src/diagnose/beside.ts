/** Gathers the contrasts of a climb from what its checks asked; asks little more, and only after a failure. */
import { amongAddresses, amongResolvers, besidePort, byProxy } from './contrast.ts'
import type { Contrast } from './diagnosis.ts'
import type { Ruled } from './finding.ts'
import type { Visit } from './visit.ts'
import type { Witness } from './witness.ts'

/** What works beside the connection that fails. */
async function besideFailing(witness: Witness, failing: Visit): Promise<Contrast[]> {
  const { outcome } = failing.exchange.connect
  if (failing.stage !== 'connect' || failing.errand.scheme === 'dns') return []
  const soundings = await witness.soundings(failing)
  if (outcome !== 'refused') return besidePort(failing, await witness.controls(failing), soundings)
  const [ports, echo] = await Promise.all([
    witness.otherPorts(failing),
    witness.echo(failing.endpoint.address),
  ])
  return besidePort(failing, { ports, echo }, soundings)
}

/** Where packets are lost at random, what became of a single one tells nothing. */
const seesLoss = ({ ruling }: Ruled): boolean =>
  ruling.accuses?.some(({ cause, weight }) => cause === 'path.loss' && weight !== 'possible') ??
  false

/** All contrasts, those of the checks included; empty where nothing fails. */
export async function gatherContrasts(
  witness: Witness,
  ruled: readonly Ruled[],
): Promise<Contrast[]> {
  const [visits, failing, names, detour] = await Promise.all([
    witness.visits(),
    witness.failing(),
    witness.names(),
    witness.detour(),
  ])
  // By now every check has ended: who has not answered yet is waited for by nobody.
  const resolvers = names ? await Promise.race([names.allResolvers, names.resolvers]) : []
  const isLossy = ruled.some(seesLoss)
  return [
    ...ruled.flatMap(({ ruling }) => ruling.contrasts ?? []),
    ...(isLossy ? [] : amongAddresses(visits.all)),
    ...(failing && !isLossy ? await besideFailing(witness, failing) : []),
    ...byProxy(visits.last, detour),
    ...(names ? amongResolvers(names, resolvers) : []),
  ]
}
