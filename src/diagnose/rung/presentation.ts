/** Rung 6: the TLS handshake, the certificate, its names and dates. */
import { type Check, pass, placeOn, shown, skip } from '../check.ts'
import { isOpportunistic } from '../speech.ts'
import { distrust } from './certificate.ts'
import { broken } from './handshake.ts'

const DAY_MS = 86_400_000
/** A certificate that ends sooner is warned of. */
const SOON_DAYS = 14

export const session: Check = {
  id: 'tls.session',
  layer: 6,
  question: 'Does the TLS handshake succeed, and does the certificate hold?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target) return skip('there is no target')
    const { used, redirects } = await witness.visits()
    const failing = await witness.failing()
    const visit = [failing, ...redirects, used].find((one) => one?.exchange.tls) ?? null
    const tls = visit?.exchange.tls
    if (!visit || !tls) return skip('no TLS here')
    const evidence = [shown('client', tls)]
    const fault =
      tls.outcome === 'established' ? await distrust(witness, visit, tls) : broken(visit, tls)
    const [first] = fault?.accuses ?? []
    if (first && isOpportunistic(visit.errand))
      return {
        status: 'warn',
        summary: `${first.because}; usual clients of ${visit.errand.scheme} go on all the same`,
        evidence,
      }
    if (fault && first)
      return {
        status: 'fail',
        summary: first.because,
        evidence,
        ...fault,
        accuses: fault.accuses.map((one) => ({
          place: placeOn(one.side),
          tellApart: { host: 'client', command: tls.command, shows: 'the certificate as served' },
          ...one,
        })),
      }
    if (tls.outcome !== 'established') return skip('the handshake did not come to an end')
    const [leaf] = tls.chain
    const days = leaf
      ? Math.floor((Date.parse(leaf.notAfter) - witness.probes.now()) / DAY_MS)
      : null
    const text = `${tls.protocol ?? 'TLS'}, ${leaf?.subject ?? 'no certificate'}, issued by ${leaf?.issuer ?? '?'}${days === null ? '' : `, ${days} days left`}`
    return days !== null && days < SOON_DAYS
      ? { status: 'warn', summary: text, evidence }
      : pass(text, evidence)
  },
}
