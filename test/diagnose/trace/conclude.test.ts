import { expect, test } from 'vitest'
import { attempt, rounds } from './attempts.ts'
import { FRAME, traceOf } from './traces.ts'

test('a trace has what was asked, its hops with their names, and the verdict', () => {
  const trace = traceOf(
    rounds([
      ['a', 'a'],
      ['192.0.2.7', '192.0.2.7'],
    ]),
    {
      fill: (hops) =>
        hops.map((hop) => ({
          ...hop,
          addresses: hop.addresses.map((one) => ({ ...one, name: `name of ${one.address}` })),
        })),
    },
  )
  expect(trace).toMatchObject({ ...FRAME, schema: 'rungs.trace/1', rounds: 2, durationMs: 12.5 })
  expect(trace.hops.map(({ addresses }) => addresses[0]?.name)).toEqual([
    'name of a',
    'name of 192.0.2.7',
  ])
  expect(trace.verdict.state).toBe('reached')
})

test('each hop that answers has the largest packet that comes to it', () => {
  const mtu = {
    firstBytes: 1500,
    pathBytes: 1400,
    steps: [{ afterHop: 2, mtuBytes: 1400, saidBy: 'b' }],
  }
  const trace = traceOf(rounds([['a'], ['b'], [null], ['192.0.2.7']]), { mtu })
  expect(trace.hops.map(({ mtuBytes }) => mtuBytes)).toEqual([1500, 1500, null, 1400])
  expect(trace.hops[1]?.marks).toEqual(['narrows'])
})

test('why nothing could be sent is told in words', () => {
  const trace = traceOf([{ ...attempt(1, null), unsent: 'EPERM' }])
  expect(trace.verdict).toMatchObject({
    state: 'unsent',
    summary: 'no probe left this host: error EPERM',
  })
})
