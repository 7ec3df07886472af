import { expect, test } from 'vitest'
import { type CaptureVerdict, CaptureVerdicts } from '../../src/diagnose/capture-verdict.ts'
import { tellStory } from '../../src/flow/story.ts'
import { OPEN, played } from '../flow/telling.ts'

/** The verdict on these connections, the one after the other. */
function verdictOn(...texts: readonly string[]): CaptureVerdict {
  const verdicts = new CaptureVerdicts()
  for (const [index, text] of texts.entries())
    played(text, (connection) => {
      connection.id = index + 1
      verdicts.add(connection, tellStory(connection))
      return true
    })
  return verdicts.verdict()
}

const GOOD = `${OPEN}\n30 > P. 1 ack 1 len 9\n50 < P. 1 ack 10 len 9\n60 > F. 10 ack 10\n80 < F. 10 ack 11`
const REFUSED = '0 > S 0\n1 < R. 0 ack 1'
const SILENT = '0 > S 0\n3000 > S 0\n9000 > S 0'

test('an empty capture is undetermined and not healthy', () => {
  const { state, cause, summary } = verdictOn()
  expect([state, cause, summary]).toEqual(['undetermined', null, 'no connection is in the capture'])
})

test('connections that only began show no answer', () => {
  expect(verdictOn(OPEN).state).toBe('undetermined')
})

test('connections that went their way are reachable, with nobody to blame', () => {
  const { state, cause, side, candidates, connections } = verdictOn(GOOD, GOOD)
  expect([state, cause, side, candidates, connections]).toEqual(['reachable', null, null, [], 2])
})

test('a refused connection names the cause, what else would look the same, and what tells', () => {
  const verdict = verdictOn(REFUSED)
  expect([verdict.state, verdict.cause, verdict.side, verdict.confidence, verdict.layer]).toEqual([
    'unreachable',
    'tcp.no-listener',
    'server',
    'likely',
    4,
  ])
  expect(verdict.candidates.map(({ cause }) => cause)).toEqual([
    'tcp.no-listener',
    'firewall.ingress-reset',
    'firewall.path-reset',
  ])
  expect(verdict.candidates[0]?.tellApart?.command).toBe('ss -tln sport = :80')
  expect(verdict.proof).toEqual([1, 2])
  expect(verdict.summary).toMatch(/^refused: 198\.51\.100\.2:80: the SYN was answered by an RST/)
})

test('what most faults say is named, the others stand behind it', () => {
  const verdict = verdictOn(REFUSED, SILENT, REFUSED, REFUSED)
  expect([verdict.cause, verdict.agreeing, verdict.ids, verdict.faults]).toEqual([
    'tcp.no-listener',
    3,
    [1, 3, 4],
    4,
  ])
  expect(verdict.behind.map(({ cause }) => cause)).toEqual(['firewall.path-drop'])
  expect(verdict.summary).toMatch(/, and 2 more of the 4 connections say the same$/)
})

test('beside connections that work the state is degraded', () => {
  expect(verdictOn(REFUSED, GOOD).state).toBe('degraded')
})

test('a server that answers elsewhere is there: its own filter is the first to be thought of', () => {
  const alone = verdictOn(SILENT)
  expect([alone.cause, alone.excluded]).toEqual(['firewall.path-drop', []])
  const beside = verdictOn(SILENT, GOOD)
  expect(beside.cause).toBe('firewall.ingress-drop')
  expect(beside.excluded.map(({ cause }) => cause)).toEqual(
    expect.arrayContaining(['route.return-missing', 'route.dead-end']),
  )
  expect(beside.candidates.map(({ cause }) => cause)).toEqual([
    'firewall.ingress-drop',
    'firewall.path-drop',
  ])
})

test('what is proven of one connection is proven', () => {
  const verdict = verdictOn(
    `${OPEN}\n30 > P. 1 ack 1 len 1000\n50 < . 1 ack 1001 win 0\n5000 > . 1000 ack 1\n5001 < . 1 ack 1001 win 0`,
  )
  expect([verdict.cause, verdict.confidence]).toEqual(['tcp.zero-window', 'proven'])
  expect(verdict.candidates).toHaveLength(1)
})

test('many ids are not all kept', () => {
  const { ids, agreeing } = verdictOn(...Array.from({ length: 30 }, () => REFUSED))
  expect([ids.length, agreeing]).toEqual([10, 30])
})

test.for([
  ['http.not-found', 'degraded'],
  ['smtp.refused', 'degraded'],
  ['http.server-error', 'unreachable'],
] as const)('%s, said by the server itself, is %s', ([cause, state]) => {
  const verdicts = new CaptureVerdicts()
  played(GOOD, (connection) => {
    connection.application = { finding: () => ({ cause, sentence: 'it said no', frames: [6] }) }
    verdicts.add(connection, tellStory(connection))
    return true
  })
  expect(verdicts.verdict()).toMatchObject({ state, cause, faults: 1 })
})
