/**
 * Rung 7, on the server: a page is not there, or is not for this name. nginx says which of its
 * virtual hosts answers for the name, and whether by its name or for want of a better one.
 */
import { chooseServer, nginxServers } from '../../facts/nginx-config.ts'
import { type Check, pass, placeOn, skip } from '../check.ts'
import { configEvidence, directivesFrom, readFront } from '../front.ts'
import { speaksHttp } from '../visit.ts'

/** What a virtual host that was not meant answers; 403 says that this one was meant and denies. */
const MISPLACED: readonly number[] = [404, 410, 421]

export const virtualHost: Check = {
  id: 'application.virtual-host',
  layer: 7,
  question: 'Does a virtual host of the name answer?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target || !speaksHttp(witness.target.scheme)) return skip('no web target')
    const { last } = await witness.visits()
    if (!last || !MISPLACED.includes(last.code ?? 0)) return skip('no page is missed')
    const front = await readFront(witness, inquiry)
    if (front?.product !== 'nginx')
      return skip('the virtual hosts cannot be read: no nginx is seen')
    const { host, port } = last.errand
    const servers = nginxServers(directivesFrom(front))
    const chosen = chooseServer(servers, host, port)
    if (!chosen) return skip(`nginx has no virtual host on port ${port}`)
    const called = chosen.server.names.join(' ') || 'without a name'
    const evidence = [
      configEvidence(
        front,
        servers.map(
          ({ names, listens }) =>
            `listen ${listens.map((one) => one.port).join(' ')}; server_name ${names.join(' ')}`,
        ),
      ),
    ]
    if (chosen.byName) return pass(`the virtual host ${called} answers for ${host}`, evidence)
    const because = `no server_name of nginx is ${host}: its usual virtual host (${called}) answers ${last.code} on port ${port}`
    return {
      status: 'warn',
      summary: because,
      evidence,
      accuses: [
        {
          cause: 'http.not-found',
          side: 'server',
          weight: 'proven',
          because,
          place: placeOn('server'),
          partial: true,
        },
      ],
    }
  },
}
