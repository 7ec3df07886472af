/** Visits that failed, and what works beside them: what the suspects are told by. */
import type { Accusation } from '../../../src/diagnose/check.ts'
import type { Controls, Hop } from '../../../src/diagnose/controls.ts'
import type { Connect, Segment } from '../../../src/diagnose/probes.ts'
import { type Visit, visit } from '../../../src/diagnose/visit.ts'
import { inFakeTime, target } from '../scene.ts'
import { scriptedProbes } from '../scripted-probes.ts'

const MANNER = { userAgent: 'rungs/0.0.0', token: 'token', timeoutMs: 9000 } as const

/** A visit that came no further than its connection. */
export const failed = (connect: Partial<Connect>, address = '10.77.2.2'): Promise<Visit> => {
  const endpoint = { address, family: address.includes(':') ? 6 : 4, port: 443 } as const
  const probes = scriptedProbes({ connect: { [address]: connect } })
  return inFakeTime(() => visit(target('https://h'), endpoint, probes, MANNER))
}
export const refused = { outcome: 'refused', errno: 'ECONNREFUSED', tookMs: 0.3 } as const
export const silent = { outcome: 'timeout', errno: null, tookMs: 3400 } as const
export const unreachable = { outcome: 'unreachable', errno: 'EHOSTUNREACH', tookMs: 900 } as const

export const echo = (received: number): Controls['echo'] => ({
  command: 'ping -c 1 10.77.2.2',
  lines: [],
  address: '10.77.2.2',
  sent: 1,
  received,
  rttMs: null,
  ttl: null,
  errors: [],
  possible: true,
  because: null,
})
export const controls = (alive: boolean, hops: readonly Partial<Hop>[] = []): Controls => ({
  gatewayAnswers: null,
  echo: echo(alive ? 1 : 0),
  ports: [],
  alive,
  aliveBy: alive ? 'it answers ping' : null,
  hops: hops.map((hop, index) => ({
    ttl: index + 1,
    from: null,
    error: null,
    arrived: false,
    ...hop,
  })),
})
export const sounding = (
  flags: Segment['flags'],
  port: number,
  answer: Segment['answer'],
): Segment => ({
  command: 'nping --tcp',
  lines: [],
  endpoint: { address: '10.77.2.2', family: 4, port },
  flags,
  answer,
  errors: [],
  possible: true,
})
export const path = (...from: readonly (string | null)[]): Controls =>
  controls(
    false,
    from.map((one) => ({ from: one })),
  )

export const told = (accusations: readonly Accusation[]): string[] =>
  accusations.map(({ cause, side, weight }) => `${cause} ${side} ${weight}`)
