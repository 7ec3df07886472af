/** Rung 5: does the network itself answer, and want a login first? */
import { type Check, pass, placeOn, skip } from '../check.ts'
import { findPortal } from '../portal.ts'
import { speaksHttp } from '../visit.ts'
import { dialogEvidence } from './session.ts'

export const portal: Check = {
  id: 'session.portal',
  layer: 5,
  question: 'Does the network let through, or does a portal answer?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target || !speaksHttp(witness.target.scheme)) return skip('no web target')
    const found = await findPortal(witness)
    if (!found) return pass('no portal answers in place of the server')
    const { instead, nobody, login } = found
    const by = nobody
      ? `${nobody.endpoint.address}, which nobody has, answers ${nobody.code}`
      : `${instead.errand.host} answers 511: the network wants a login`
    const because = `${by}${login ? `; the login is at ${login}` : ''}`
    return {
      status: 'fail',
      summary: because,
      evidence: [instead, ...(nobody ? [nobody] : [])].map(dialogEvidence),
      accuses: [
        {
          cause: 'portal.captive',
          side: 'path',
          weight: 'proven',
          because,
          place: placeOn('path'),
          blocks: true,
          tellApart: {
            host: 'client',
            command: `curl -v http://${nobody?.endpoint.family === 6 ? '[100::1]' : '192.0.0.8'}/`,
            shows: 'an answer, where nobody can give one',
          },
        },
      ],
    }
  },
}
