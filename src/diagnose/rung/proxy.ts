/** Rung 5: the proxy that the environment names for the target. */
import { proxyFor } from '../../facts/proxy-environment.ts'
import { type Check, pass, placeOn, shown, skip } from '../check.ts'
import { speaksHttp } from '../visit.ts'

export const proxy: Check = {
  id: 'session.proxy',
  layer: 5,
  question: 'Does the environment name a proxy?',
  on: ['client'],
  rule: async (witness) => {
    const { target, probes } = witness
    if (!target || !speaksHttp(target.scheme)) return skip('no web target')
    const found = proxyFor(
      { scheme: target.scheme, host: target.host, port: target.port },
      probes.environment,
    )
    if (!found) return pass('none for this target')
    const url = URL.canParse(found.includes('://') ? found : `http://${found}`)
      ? new URL(found.includes('://') ? found : `http://${found}`)
      : null
    if (!url) return { status: 'warn', summary: `the proxy ${found} is no URL` }
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 3128)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const lookup = await probes.lookup(host, 1500)
    const [address] = lookup.addresses
    const connect = address ? await probes.connect({ ...address, port }, 1500) : null
    const works = connect?.outcome === 'connected'
    const direct = (await witness.failing()) === null
    if (works)
      return {
        status: direct ? 'pass' : 'warn',
        summary: `programs go by the proxy ${host}:${port}, which accepts; this check goes directly`,
        evidence: [shown('client', connect)],
      }
    const because = `programs here use the proxy ${host}:${port}, which ${connect ? `is ${connect.outcome}` : 'does not resolve'}${direct ? '; directly the server answers' : ''}`
    return {
      status: 'warn',
      summary: because,
      evidence: connect ? [shown('client', connect)] : [shown('client', lookup)],
      accuses: [
        {
          cause: 'proxy.broken',
          side: 'client',
          weight: direct ? 'proven' : 'likely',
          because,
          place: placeOn('client'),
          partial: true,
        },
      ],
    }
  },
}
