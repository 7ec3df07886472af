import { describe, expect, test } from 'vitest'
import type { Accusation, Ruling } from '../../src/diagnose/check.ts'
import type { Verdict } from '../../src/diagnose/diagnosis.ts'
import { type Ruled, tell } from '../../src/diagnose/finding.ts'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { LADDER } from '../../src/diagnose/ladder.ts'
import { weigh } from '../../src/diagnose/verdict.ts'
import { scriptedHost } from './scene.ts'

const accuse = (cause: Accusation['cause'], weight: Accusation['weight']): Accusation => ({
  cause,
  side: 'server',
  weight,
  because: cause,
})

const ruled = (ruling: Partial<Ruling>, id = 'transport.port'): Ruled => {
  const check = LADDER.find((one) => one.id === id)
  if (!check) throw new Error(id)
  const inquiry = inquire(scriptedHost({ name: 'client', role: 'client', outputs: {} }))
  return { check, inquiry, tookMs: 7, ruling: { status: 'fail', summary: 'it fails', ...ruling } }
}

const verdictOf = (...accusations: readonly Accusation[]): Verdict =>
  weigh('unreachable', accusations, [], {
    name: 'http://h',
    broken: null,
    fails: 'cannot be reached',
  })

describe('a finding', () => {
  test('tells what was asked, where, and what was found', () => {
    expect(tell(ruled({ status: 'pass', summary: 'well' }), null)).toEqual({
      id: 'transport.port',
      layer: 4,
      side: 'client',
      host: 'client',
      question: 'Does the server answer on the port, by every address?',
      status: 'pass',
      cause: null,
      summary: 'well',
      explainedBy: null,
      tookMs: 7,
      evidence: [],
    })
  })

  test('that passes stands for no cause, whatever it accuses', () => {
    const accuses = [accuse('link.down', 'proven')]
    expect(tell(ruled({ status: 'pass', accuses }), null).cause).toBeNull()
  })

  test('stands for the cause of the verdict where it made it, else for the surest', () => {
    const accuses = [accuse('tcp.no-listener', 'possible'), accuse('link.down', 'proven')]
    expect(tell(ruled({ accuses }), null).cause).toBe('link.down')
    const verdict = verdictOf(accuse('tcp.no-listener', 'proven'))
    expect(tell(ruled({ accuses }), verdict).cause).toBe('tcp.no-listener')
  })

  test('stands for nothing that the verdict has excluded', () => {
    const verdict = weigh(
      'unreachable',
      [accuse('service.stopped', 'proven')],
      [{ cause: 'firewall.path-drop', because: 'the packets arrived' }],
      { name: 'http://h', broken: null, fails: 'cannot be reached' },
    )
    const accuses = [accuse('firewall.path-drop', 'possible')]
    expect(tell(ruled({ accuses }), verdict).cause).toBeNull()
  })
})

describe('a failure', () => {
  test('that follows from the cause is explained by it', () => {
    const verdict = verdictOf(accuse('link.down', 'proven'))
    const accuses = [accuse('route.none', 'proven')]
    expect(tell(ruled({ accuses }), verdict).explainedBy).toBe('link.down')
  })

  test('without a cause of its own is explained by the cause', () => {
    const verdict = verdictOf(accuse('firewall.ingress-drop', 'proven'))
    expect(tell(ruled({}), verdict).explainedBy).toBe('firewall.ingress-drop')
  })

  test('that is the reason, or is proven by itself, is explained by nothing', () => {
    const verdict = verdictOf(accuse('link.down', 'proven'))
    expect(
      tell(ruled({ accuses: [accuse('link.down', 'proven')] }), verdict).explainedBy,
    ).toBeNull()
    const other = [accuse('tls.expired', 'proven')]
    expect(tell(ruled({ accuses: other }), verdict).explainedBy).toBeNull()
  })
})
