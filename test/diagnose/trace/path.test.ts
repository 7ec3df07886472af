import { expect, test } from 'vitest'
import type { Attempt } from '../../../src/diagnose/trace/attempt.ts'
import { hopsOf } from '../../../src/diagnose/trace/hop.ts'
import { judgePath, markHops } from '../../../src/diagnose/trace/path.ts'
import type { PathMtu } from '../../../src/diagnose/trace/trace.ts'
import { attempt, replyFrom, rounds } from './attempts.ts'

const ENDS = { source: '198.51.100.1', target: '192.0.2.7' }
const T = ENDS.target

function judge(attempts: readonly Attempt[], mtu: PathMtu | null = null, ends = ENDS) {
  const hops = markHops(hopsOf(attempts), mtu)
  return { hops, marks: hops.map(({ marks }) => marks), ...judgePath(hops, mtu, ends, null) }
}

const texts = ({ notes }: { readonly notes: readonly { readonly text: string }[] }): string =>
  notes.map(({ text }) => text).join('\n')

test('a path that answers throughout is reached and has nothing to tell', () => {
  const path = judge(rounds([['a'], ['b'], [T]]))
  expect(path).toMatchObject({ state: 'reached', atFault: false, hop: 3, notes: [] })
  expect(path.summary).toBe('192.0.2.7 answers after 3 hops, 3.0 ms')
})

test('a silent hop before others that answer does not matter', () => {
  const path = judge(rounds([['a'], [null], [null], ['d'], [T]]))
  expect(path.marks).toEqual([[], ['silent'], ['silent'], [], []])
  expect(path).toMatchObject({ atFault: false })
  expect(texts(path)).toContain('hops 2 to 3 do not answer')
})

test('loss at a hop that the hops behind it have not is said not to matter', () => {
  const path = judge(
    rounds([
      ['a', 'a', 'a'],
      ['b', null, null],
      ['c', 'c', 'c'],
      [T, T, T],
    ]),
  )
  expect(path.marks[1]).toEqual(['limits-answers'])
  expect(path.atFault).toBe(false)
  expect(texts(path)).toContain('67 % of the probes unanswered')
  expect(texts(path)).toContain('does not matter')
})

test('loss that stays to the end matters, and begins where it begins', () => {
  const path = judge(
    rounds([
      ['a', 'a', 'a'],
      ['b', 'b', null],
      ['c', null, 'c'],
      [T, null, T],
    ]),
  )
  expect(path.marks).toEqual([[], ['loses'], [], []])
  expect(path).toMatchObject({ state: 'reached', atFault: true })
  expect(path.notes[0]).toMatchObject({ hop: 2, matters: true })
})

test('loss at the target alone is loss', () => {
  expect(
    judge(
      rounds([
        ['a', 'a'],
        ['b', 'b'],
        [T, null],
      ]),
    ).marks[2],
  ).toEqual(['loses'])
})

test('where nothing answers behind a hop, that is where it is', () => {
  const path = judge(rounds([['a'], ['b'], [null], [null]], true))
  expect(path).toMatchObject({ state: 'silent', hop: 2, atFault: true })
  expect(judge(rounds([[null]], true)).summary).toBe('nothing answers, not even the first hop')
})

test('who refuses is named with the reason', () => {
  const refusal = replyFrom('b', 'refused', { says: 'host unreachable', sign: '!H' })
  const path = judge([...rounds([['a']], true), attempt(2, refusal)])
  expect(path).toMatchObject({ state: 'refused', hop: 2, atFault: true })
  expect(path.summary).toBe('hop 2 (b) refuses: host unreachable')
})

test('a packet that is too large is refused by whoever has the narrow link', () => {
  const says = 'the packet is too large, 1400 bytes fit'
  const refusal = replyFrom('b', 'too-big', { says, sign: '!F-1400', mtuBytes: 1400 })
  const all = [2, 3, 4].map((hops) => attempt(hops, refusal))
  const path = judge([...rounds([['a']], true), ...all])
  expect(path.hops).toHaveLength(2)
  expect(path).toMatchObject({ state: 'refused', summary: `hop 2 (b) refuses: ${says}` })
})

test('this host itself refuses where nobody has the address of the next hop', () => {
  const refusal = replyFrom(ENDS.source, 'refused', { says: 'host unreachable', sign: '!H' })
  expect(judge([attempt(1, refusal)]).summary).toBe(
    'this host itself refuses: host unreachable; nobody answers for the next hop on its link',
  )
})

test('a circle is named with its members', () => {
  const path = judge(rounds([['a'], ['b'], ['c'], ['b'], ['c'], ['b'], ['c']], true))
  expect(path).toMatchObject({ state: 'loop', hop: 2 })
  expect(path.summary).toBe('packets go in a circle between b and c')
})

test('an address twice in a row is no circle: routers answer so for one another', () => {
  expect(judge(rounds([['a'], ['b'], ['b'], [null]], true)).state).toBe('silent')
})

test('several routers at one hop are told', () => {
  const path = judge(
    rounds([
      ['a', 'a'],
      ['b', 'c'],
      [T, T],
    ]),
  )
  expect(path.marks[1]).toEqual(['several'])
  expect(texts(path)).toContain('hop 2 answers from 2 addresses: b, c')
})

test('a change of the packet is told once, at the first hop that shows it', () => {
  const seen = { field: 'type of service', sent: '0', seen: '32' } as const
  const changed = (hops: number, from: string) =>
    attempt(hops, replyFrom(from, 'expired', { rewritten: [seen] }))
  const path = judge([
    ...[attempt(1, replyFrom('a')), changed(2, 'b'), changed(3, 'c')],
    attempt(4, replyFrom(T, 'arrived')),
  ])
  expect(path.marks).toEqual([[], ['rewritten'], [], []])
  expect(texts(path)).toBe('before hop 2 (b) the packet was changed: type of service 0, now 32')
})

test('a private source on a public path has been translated, and by whom is said', () => {
  const path = judge(rounds([['192.168.1.1'], ['100.64.0.1'], ['203.0.113.1'], [T]]), null, {
    source: '192.168.1.7',
    target: T,
  })
  expect(texts(path)).toContain(
    'hop 2 (100.64.0.1) or one next to it translates addresses: 192.168.1.7 is private, and from hop 3 on addresses are public',
  )
  expect(
    judge(rounds([['192.168.1.1'], ['10.0.0.1']]), null, {
      source: '192.168.1.7',
      target: '10.0.0.1',
    }).notes,
  ).toEqual([])
})

test("who passes packets on under the target's address translates for another", () => {
  const path = judge([
    ...[attempt(1, replyFrom('a')), attempt(2, replyFrom(T))],
    attempt(3, replyFrom(T, 'arrived')),
  ])
  expect(texts(path)).toContain(`hop 2 (${T}) has the target's address but passes packets on`)
})

test('a narrow link is told, and matters where nobody says so', () => {
  const told = {
    firstBytes: 1500,
    pathBytes: 1400,
    steps: [{ afterHop: 1, mtuBytes: 1400, saidBy: 'a' }],
  }
  const attempts = rounds([['a'], ['b'], [T]])
  expect(judge(attempts, told)).toMatchObject({ atFault: false, marks: [['narrows'], [], []] })
  const hole = { ...told, steps: [{ afterHop: 1, mtuBytes: 1400, saidBy: null }] }
  const path = judge(attempts, hole)
  expect(path.atFault).toBe(true)
  expect(texts(path)).toContain('larger packets than 1400 bytes vanish behind hop 1')
})

test('probes that could not be sent are the reason', () => {
  const unsent = [{ ...attempt(1, null), unsent: 'EPERM' }]
  const verdict = judgePath(hopsOf(unsent), null, ENDS, 'operation not permitted')
  expect(verdict).toMatchObject({ state: 'unsent', atFault: true })
  expect(verdict.summary).toBe('no probe left this host: operation not permitted')
})
