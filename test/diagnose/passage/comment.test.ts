import { expect, test } from 'vitest'
import type { Diagnosis } from '../../../src/diagnose/diagnosis.ts'
import { commentsOf } from '../../../src/diagnose/passage/comment.ts'
import { diagnose } from '../scene.ts'
import { scenario } from './capture.ts'

const diagnosis = (): Promise<Diagnosis> =>
  diagnose({ target: 'http://192.0.2.80', probes: { connect: { '192.0.2.80': 'timeout' } } })

test('what opens an attempt is told how it ended, the first also the verdict', async () => {
  const { client, r1, server } = scenario('server-drop')
  const said = await diagnosis()
  const comments = commentsOf({ points: [client, r1, server], blind: [], untilMs: 0 }, said)
  const [syn] = client.sightings
  expect(syn && comments.get(syn)?.[0]).toMatch(/^attempt from port \d+: timeout$/)
  expect(syn && comments.get(syn)?.at(-1)).toBe(said.verdict.summary)
  const arrived = server.sightings.find((one) => one.way === 'in' && one.flags === 2)
  expect(arrived && comments.get(arrived)).toEqual([expect.stringMatching(/timeout$/)])
})

test('without the client nothing is told', async () => {
  const { server } = scenario('server-drop')
  expect(commentsOf({ points: [server], blind: [], untilMs: 0 }, await diagnosis()).size).toBe(0)
})
