import { describe, expect, test } from 'vitest'
import { findBehind, unreachedLayers } from '../../src/diagnose/behind.ts'
import type { Accusation, Weight } from '../../src/diagnose/check.ts'
import type { Verdict } from '../../src/diagnose/diagnosis.ts'
import type { Ruled } from '../../src/diagnose/finding.ts'
import type { Role } from '../../src/diagnose/host.ts'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { LADDER } from '../../src/diagnose/ladder.ts'
import { weigh } from '../../src/diagnose/verdict.ts'
import type { Visit } from '../../src/diagnose/visit.ts'
import { scriptedHost } from './scene.ts'

const accuse = (
  cause: Accusation['cause'],
  weight: Weight = 'proven',
  side: Accusation['side'] = 'server',
): Accusation => ({ cause, side, weight, because: `it is ${cause}` })

const ruled = (role: Role, ...accuses: readonly Accusation[]): Ruled => {
  const [check] = LADDER
  if (!check) throw new Error('the ladder is empty')
  const inquiry = inquire(scriptedHost({ name: role, role, outputs: {} }))
  return { check, inquiry, tookMs: 1, ruling: { status: 'fail', summary: '', accuses } }
}

const judge = (all: readonly Ruled[], state: Verdict['state'] = 'unreachable'): Verdict => {
  const verdict = weigh(
    state,
    all.flatMap(({ ruling }) => ruling.accuses ?? []),
    [],
    { name: 'http://h', broken: null, fails: 'cannot be reached' },
  )
  return { ...verdict, behind: findBehind(all, verdict) }
}

const named = ({ behind }: Verdict): string[] => behind.map(({ cause }) => cause)

describe('behind the cause stands', () => {
  test('another proven fault that it does not explain, in the order in which they are met', () => {
    const all = [
      ruled('server', accuse('tls.expired'), accuse('tcp.bound-to-loopback')),
      ruled('client', accuse('route.rejecting', 'proven', 'client')),
    ]
    const verdict = judge(all)
    expect(verdict.cause).toBe('route.rejecting')
    expect(named(verdict)).toEqual(['tcp.bound-to-loopback', 'tls.expired'])
    expect(verdict.candidates).toHaveLength(1)
  })

  test('what the server itself finds likely, and not what the client only suspects', () => {
    const drop = ruled('server', accuse('firewall.ingress-drop'))
    expect(named(judge([drop, ruled('server', accuse('tcp.no-listener', 'likely'))]))).toEqual([
      'tcp.no-listener',
    ])
    expect(named(judge([drop, ruled('client', accuse('tcp.no-listener', 'likely'))]))).toEqual([])
  })

  test('no consequence of it', () => {
    const all = [ruled('server', accuse('service.stopped'), accuse('tcp.no-listener'))]
    expect(named(judge(all))).toEqual([])
    const both = [...all, ruled('server', accuse('firewall.ingress-drop'))]
    expect(named(judge(both))).toEqual(['service.stopped'])
  })

  test('a missing listener behind a rule that looks the same from afar', () => {
    const all = [ruled('server', accuse('tcp.no-listener'), accuse('firewall.ingress-reset'))]
    expect(judge(all)).toMatchObject({ cause: 'firewall.ingress-reset' })
    expect(named(judge(all))).toEqual(['tcp.no-listener'])
  })

  test('nothing that a host only concludes of another one', () => {
    const all = [
      ruled('client', accuse('route.gateway-dead', 'proven', 'client')),
      ruled('client', accuse('route.loop', 'proven', 'path')),
      ruled('server', accuse('firewall.path-drop', 'proven', 'path')),
    ]
    expect(named(judge(all))).toEqual([])
  })

  test('nothing where the cause itself is only likely', () => {
    const all = [
      ruled('server', accuse('route.return-missing', 'likely'), accuse('tls.expired', 'likely')),
    ]
    expect(named(judge(all))).toEqual([])
  })
})

describe('not reached are', () => {
  const at = (stage: Visit['stage']) => unreachedLayers({ stage } as Visit, true)

  test('all rungs of the server where its name led nowhere', () => {
    expect(unreachedLayers(null, true)).toEqual([4, 5, 6, 7])
  })

  test('those above the one on which the visit ended', () => {
    expect(at('connect')).toEqual([5, 6, 7])
    expect(at('closed')).toEqual([6, 7])
    expect(at('tls')).toEqual([7])
    expect(at('failure')).toEqual([])
  })

  test('no presentation where the scheme has none', () => {
    expect(unreachedLayers({ stage: 'connect' } as Visit, false)).toEqual([5, 7])
  })
})
