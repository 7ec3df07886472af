import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CAUSE_CODES,
  type CauseCode,
  causeLayer,
  causeSides,
  explainedBy,
} from '../../src/diagnose/cause.ts'
import type { Accusation, Acquittal, Weight } from '../../src/diagnose/check.ts'
import type { State, Verdict } from '../../src/diagnose/diagnosis.ts'
import { weigh } from '../../src/diagnose/verdict.ts'

const accuse = (
  cause: CauseCode,
  weight: Weight = 'proven',
  rest: Partial<Accusation> = {},
): Accusation => ({
  cause,
  weight,
  side: causeSides(cause)[0] ?? 'path',
  because: `it looks like ${cause}`,
  ...rest,
})

const judge = (
  accusations: readonly Accusation[],
  acquittals: readonly Acquittal[] = [],
  state: State = 'unreachable',
): Verdict =>
  weigh(state, accusations, acquittals, {
    name: 'http://h',
    broken: null,
    fails: 'cannot be reached',
    told: null,
  })

const causes = ({ candidates }: Verdict): CauseCode[] => candidates.map(({ cause }) => cause)
const excluded = (verdict: Verdict): CauseCode[] => verdict.excluded.map(({ cause }) => cause)

describe('where the expected answer came', () => {
  test('nothing is to blame, whatever was accused', () => {
    expect(judge([accuse('link.down'), accuse('tls.expired')], [], 'reachable')).toEqual({
      state: 'reachable',
      cause: null,
      layer: null,
      side: null,
      confidence: null,
      summary: 'http://h answers as expected',
      place: null,
      candidates: [],
      excluded: [],
      remedies: [],
      behind: [],
      unreached: [],
    })
  })
})

describe('the cause', () => {
  test('is the one that nothing else explains', () => {
    const verdict = judge([
      accuse('firewall.path-drop', 'likely'),
      accuse('tcp.no-listener', 'proven'),
      accuse('service.stopped', 'proven'),
    ])
    expect(verdict).toMatchObject({ cause: 'service.stopped', layer: 7, side: 'server' })
    expect(causes(verdict)).toEqual(['service.stopped'])
  })

  test('is proven rather than likely, though it lies on a higher rung', () => {
    expect(judge([accuse('route.none', 'likely'), accuse('tls.expired', 'proven')])).toMatchObject({
      cause: 'tls.expired',
      confidence: 'proven',
    })
  })

  test.for(['proven', 'likely'] as const)('is on the lower rung of two that are %s', (weight) => {
    const both = [accuse('tls.expired', weight), accuse('mtu.black-hole', weight)]
    expect(judge(both).cause).toBe('mtu.black-hole')
    expect(judge(both.toReversed()).cause).toBe('mtu.black-hole')
  })

  test('is likely at most where no discriminating observation was made', () => {
    for (const weight of ['likely', 'possible'] as const)
      expect(judge([accuse('route.none', weight)]).confidence).toBe('likely')
  })

  test('of several that are only possible is the one that was named first', () => {
    const first = [accuse('firewall.ingress-drop', 'possible'), accuse('route.loop', 'possible')]
    expect(judge(first).cause).toBe('firewall.ingress-drop')
  })

  test('brings its place, its remedies and the reason', () => {
    const place = { host: 'server', interface: 'eth0', hop: null, rule: null }
    const remedy = {
      host: 'server',
      command: 'true',
      why: '',
      risk: '',
      undo: null,
      persist: null,
      turnsGreen: 'transport.port',
    }
    const verdict = judge([accuse('tcp.frozen', 'proven', { place, remedies: [remedy] })])
    expect(verdict).toMatchObject({ place, remedies: [remedy] })
    expect(verdict.summary).toMatch(
      /^http:\/\/h cannot be reached: .+\. It looks like tcp\.frozen\.$/,
    )
  })

  test('of a service that answers in part is said so', () => {
    const { state, summary } = judge([accuse('address.ipv6-broken')], [], 'degraded')
    expect(state).toBe('degraded')
    expect(summary).toMatch(/^http:\/\/h answers, but IPv6 /)
  })

  test('is not claimed to be missing where nothing could be found out', () => {
    const { summary } = judge([], [], 'undetermined')
    expect(summary).not.toContain('does not answer as expected')
  })

  test('is none where nobody was accused, and that is said', () => {
    expect(judge([])).toMatchObject({ cause: null, side: null, confidence: null, candidates: [] })
    expect(judge([]).summary).toContain('no cause could be named')
    expect(judge([], [], 'degraded').summary).toContain('no cause could be named')
  })
})

describe('what explains what', () => {
  test('a possible reason explains nothing that is seen', () => {
    const verdict = judge([accuse('link.down', 'possible'), accuse('route.none', 'proven')])
    expect(verdict.cause).toBe('route.none')
  })

  test('a likely reason does not explain away what is proven', () => {
    const verdict = judge([
      accuse('service.stopped', 'likely'),
      accuse('tcp.no-listener', 'proven'),
    ])
    expect(verdict).toMatchObject({ cause: 'tcp.no-listener', confidence: 'proven' })
  })

  test('a stopped process is the reason of its full queue, not the other way round', () => {
    const verdict = judge([accuse('tcp.accept-queue-full'), accuse('tcp.frozen')])
    expect(causes(verdict)).toEqual(['tcp.frozen'])
  })

  test('of two that explain each other the lower rung is the reason', () => {
    const verdict = judge([accuse('service.network-down'), accuse('link.down')])
    expect(explainedBy('service.network-down')).toContain('link.down')
    expect(verdict.cause).toBe('link.down')
  })

  test('of two that explain each other the proven one is the reason', () => {
    const verdict = judge([accuse('service.network-down'), accuse('link.down', 'likely')])
    expect(verdict.cause).toBe('service.network-down')
    expect(causes(verdict)).toEqual(['service.network-down'])
  })

  test('all that follows from the cause is no candidate beside it', () => {
    const verdict = judge([accuse('link.down'), accuse('route.none'), accuse('dns.unreachable')])
    expect(causes(verdict)).toEqual(['link.down'])
  })
})

describe('the same accusation twice', () => {
  test('is one candidate, as strong as the stronger', () => {
    const twice = [accuse('tcp.no-listener', 'possible'), accuse('tcp.no-listener', 'proven')]
    for (const order of [twice, twice.toReversed()])
      expect(judge(order)).toMatchObject({
        confidence: 'proven',
        candidates: [{ cause: 'tcp.no-listener' }],
      })
  })

  test('keeps what the weaker one knew of telling apart and mending', () => {
    const tellApart = { host: 'server', command: 'ss -tln', shows: 'no line' }
    const verdict = judge([
      accuse('tcp.no-listener', 'possible', { tellApart }),
      accuse('tcp.no-listener', 'proven', { because: 'ss shows none' }),
    ])
    expect(verdict.candidates[0]?.tellApart).toEqual(tellApart)
    expect(verdict.summary).toContain('Ss shows none')
  })

  test('on two sides is two candidates', () => {
    const verdict = judge([
      accuse('dns.unreachable', 'likely', { side: 'client' }),
      accuse('dns.unreachable', 'possible', { side: 'path' }),
    ])
    expect(verdict.candidates.map(({ side }) => side)).toEqual(['client', 'path'])
  })
})

describe('an acquittal', () => {
  const because = 'the packets arrived at the server'

  test('takes a candidate away, and says why', () => {
    const verdict = judge(
      [accuse('firewall.path-drop', 'likely'), accuse('tcp.frozen', 'possible')],
      [{ cause: 'firewall.path-drop', because }],
    )
    expect(causes(verdict)).toEqual(['tcp.frozen'])
    expect(verdict.excluded).toEqual([{ cause: 'firewall.path-drop', because }])
  })

  test('of one side leaves the other side a candidate', () => {
    const sides = [
      accuse('firewall.ingress-drop', 'possible', { side: 'server' }),
      accuse('firewall.ingress-drop', 'possible', { side: 'client' }),
    ]
    const verdict = judge(sides, [{ cause: 'firewall.ingress-drop', side: 'server', because }])
    expect(verdict.candidates.map(({ side }) => side)).toEqual(['client'])
  })

  test('does not stand against what is proven', () => {
    const verdict = judge(
      [accuse('firewall.ingress-drop')],
      [{ cause: 'firewall.ingress-drop', because }],
    )
    expect(verdict.cause).toBe('firewall.ingress-drop')
    expect(verdict.excluded).toEqual([])
  })

  test('leaves no cause where it clears all, and the reasons are listed', () => {
    const verdict = judge(
      [accuse('route.loop', 'likely')],
      [
        { cause: 'route.loop', because },
        { cause: 'route.none', because: 'there is one' },
      ],
    )
    expect(verdict.cause).toBeNull()
    expect(excluded(verdict)).toEqual(['route.loop', 'route.none'])
  })

  test('takes a false reason away before it explains anything', () => {
    const verdict = judge(
      [accuse('link.neighbour-wrong', 'likely'), accuse('route.gateway-dead', 'likely')],
      [{ cause: 'link.neighbour-wrong', because }],
    )
    expect(verdict.cause).toBe('route.gateway-dead')
  })

  test('is not listed of a cause that is still a candidate', () => {
    const verdict = judge(
      [
        accuse('tcp.frozen', 'possible'),
        accuse('firewall.egress-drop', 'possible', { side: 'server' }),
      ],
      [{ cause: 'firewall.egress-drop', side: 'client', because: 'no rule of client drops' }],
    )
    expect(causes(verdict)).toContain('firewall.egress-drop')
    expect(excluded(verdict)).not.toContain('firewall.egress-drop')
  })
})

describe('candidates', () => {
  const many = [
    accuse('firewall.ingress-drop', 'possible'),
    accuse('firewall.path-drop', 'possible'),
    accuse('tcp.accept-queue-full', 'possible'),
    accuse('firewall.egress-drop', 'possible'),
    accuse('route.return-missing', 'possible'),
  ]

  test('are four at most, in the order of their weight', () => {
    expect(causes(judge(many))).toEqual(many.slice(0, 4).map(({ cause }) => cause))
    expect(causes(judge([...many, accuse('path.loss', 'likely')]))[0]).toBe('path.loss')
  })

  test('beside a proven cause there are none: what is proven as well is a fault of its own', () => {
    const verdict = judge([...many, accuse('tls.expired'), accuse('http.not-found')])
    expect(causes(verdict)).toEqual(['tls.expired'])
  })

  test('carry the command that tells them apart, or say that there is none', () => {
    const tellApart = { host: 'server', command: 'nft list ruleset', shows: 'a rule' }
    const verdict = judge([
      accuse('firewall.ingress-drop', 'possible', { tellApart }),
      accuse('tcp.frozen', 'possible'),
    ])
    expect(verdict.candidates.map((one) => one.tellApart)).toEqual([tellApart, null])
  })
})

describe('whatever is accused', () => {
  const code = fc.constantFrom(...CAUSE_CODES)
  const accusation = code.chain((cause) =>
    fc.record({
      cause: fc.constant(cause),
      weight: fc.constantFrom<Weight>('proven', 'likely', 'possible'),
      side: fc.constantFrom(...causeSides(cause)),
      because: fc.constant('so it seems'),
    }),
  )
  const acquittal = code.map((cause): Acquittal => ({ cause, because: 'it was looked at' }))
  const trial = fc.tuple(
    fc.array(accusation, { maxLength: 10 }),
    fc.array(acquittal, { maxLength: 5 }),
  )
  const holdsFor = (claim: (verdict: Verdict, all: Accusation[], free: Acquittal[]) => void) =>
    fc.assert(
      fc.property(trial, ([all, free]) => claim(judge(all, free), all, free)),
      { numRuns: 500 },
    )
  const strength = { proven: 2, likely: 1, possible: 0 }

  test('the cause is the first of at most four candidates', () => {
    holdsFor((verdict) => {
      expect(verdict.candidates.length).toBeLessThanOrEqual(4)
      expect(causes(verdict)[0] ?? null).toBe(verdict.cause)
      expect(verdict.layer).toBe(verdict.cause && causeLayer(verdict.cause))
      expect(verdict.candidates[0]?.side ?? null).toBe(verdict.side)
    })
  })

  test('only what was accused is a candidate, each cause and side once', () => {
    holdsFor(({ candidates }, all) => {
      const names = candidates.map(({ cause, side }) => `${cause} ${side}`)
      expect(new Set(names).size).toBe(names.length)
      for (const name of names)
        expect(all.some(({ cause, side }) => name === `${cause} ${side}`)).toBe(true)
    })
  })

  test('somebody is named as long as somebody is not acquitted', () => {
    holdsFor(({ cause }, all, free) => {
      const standing = all.filter(
        (one) => one.weight === 'proven' || !free.some((clear) => clear.cause === one.cause),
      )
      expect(cause === null).toBe(standing.length === 0)
    })
  })

  test('no candidate is a plain consequence of another that is known at least as well', () => {
    holdsFor((verdict, all) => {
      const weightOf = (cause: CauseCode) =>
        Math.max(...all.filter((one) => one.cause === cause).map((one) => strength[one.weight]))
      for (const one of causes(verdict))
        for (const other of causes(verdict))
          if (explainedBy(other).has(one) && !explainedBy(one).has(other))
            expect(weightOf(other) > 0 && weightOf(other) >= weightOf(one)).toBe(false)
    })
  })

  test('proven is said only of what is proven', () => {
    holdsFor(({ cause, confidence }, all) => {
      if (confidence === 'proven')
        expect(all.some((one) => one.cause === cause && one.weight === 'proven')).toBe(true)
    })
  })

  test('the order of those who accuse with proof does not matter', () => {
    fc.assert(
      fc.property(fc.uniqueArray(code, { maxLength: 8 }), (codes) => {
        const all = codes.map((cause) => accuse(cause))
        const layer = (verdict: Verdict) => verdict.layer
        expect(layer(judge(all))).toBe(layer(judge(all.toReversed())))
        expect(new Set(causes(judge(all)).slice(0, 1)).size).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('each cause is excluded once, with a reason', () => {
    holdsFor((verdict) => {
      const names = excluded(verdict)
      expect(new Set(names).size).toBe(names.length)
      expect(names).not.toContain(verdict.cause)
      for (const { because } of verdict.excluded) expect(because).not.toBe('')
    })
  })
})

describe('a fault whose place was seen', () => {
  const about = { name: 'http://h', broken: null, fails: 'cannot be reached', told: null }
  const seen = [{ side: 'path', because: 'it left and did not arrive' }] as const
  const weighed = (...all: readonly Accusation[]): Verdict =>
    weigh('unreachable', all, [], about, seen)

  test('proves the only likely cause that lies there', () => {
    const verdict = weighed(accuse('firewall.path-drop', 'likely', { side: 'path' }))
    expect(verdict).toMatchObject({ cause: 'firewall.path-drop', confidence: 'proven' })
    expect(verdict.summary).toMatch(/it left and did not arrive/)
    expect(causes(verdict)).toEqual(['firewall.path-drop'])
  })

  test('proves none of two that both lie there, none elsewhere, and none that is only possible', () => {
    const two = weighed(
      accuse('firewall.path-drop', 'likely', { side: 'path' }),
      accuse('firewall.path-reject', 'likely', { side: 'path' }),
    )
    expect(two.confidence).toBe('likely')
    expect(weighed(accuse('firewall.ingress-drop', 'likely', { side: 'server' })).confidence).toBe(
      'likely',
    )
    expect(weighed(accuse('firewall.path-drop', 'possible', { side: 'path' })).confidence).toBe(
      'likely',
    )
  })

  test('of given causes only proves those', () => {
    const only = [{ side: 'path', causes: ['path.loss'], because: 'half are lost' }] as const
    const drop = accuse('firewall.path-drop', 'likely', { side: 'path' })
    expect(weigh('unreachable', [drop], [], about, only).confidence).toBe('likely')
    const loss = accuse('path.loss', 'likely', { side: 'path' })
    expect(weigh('unreachable', [loss], [], about, only).confidence).toBe('proven')
  })
})
