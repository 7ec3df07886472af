/** A trace with everything that can be shown, hostile names included. */

import type { Trace } from '../../../src/diagnose/trace/trace.ts'
import { attempt, replyFrom } from '../../diagnose/trace/attempts.ts'
import { traceOf } from '../../diagnose/trace/traces.ts'

export const HOSTILE = 'evil\u001b[2J\u202egw.example'

const labels = [{ label: 24_015, trafficClass: 0, ttl: 1 }]
const rewritten = [{ field: 'type of service', sent: '0', seen: '32' }] as const

export const example = (): Trace =>
  traceOf(
    [1, 2, 3].flatMap((round) => [
      attempt(1, replyFrom('198.51.100.254'), 0.3 * round, round),
      attempt(2, round === 1 ? replyFrom('203.0.113.1') : null, 4, round),
      attempt(3, null, 0, round),
      attempt(
        4,
        replyFrom(round === 1 ? '203.0.113.5' : '203.0.113.6', 'expired', { labels, rewritten }),
        12.3,
        round,
      ),
      attempt(5, replyFrom('192.0.2.7', 'arrived'), 120.4 + round, round),
    ]),
    {
      mtu: {
        firstBytes: 1500,
        pathBytes: 1400,
        steps: [{ afterHop: 4, mtuBytes: 1400, saidBy: null }],
      },
      frame: { unknowns: [{ what: 'something was not seen', needs: 'CAP_NET_RAW' }] },
      fill: (hops) =>
        hops.map((hop) => ({
          ...hop,
          addresses: hop.addresses.map((one) => ({
            ...one,
            name: one.address === '198.51.100.254' ? HOSTILE : null,
            asn:
              one.address === '203.0.113.1'
                ? {
                    number: 64_500,
                    name: 'EXAMPLE - \u001b]0;x\u0007An example',
                    prefix: '203.0.113.0/24',
                  }
                : null,
          })),
        })),
    },
  )
