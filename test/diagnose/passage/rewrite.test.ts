import { expect, test } from 'vitest'
import { attemptsTo } from '../../../src/diagnose/passage/follow.ts'
import { describeRewrite, rewritesOf } from '../../../src/diagnose/passage/rewrite.ts'
import { SERVER, scenario } from './capture.ts'

test('a masquerade and a clamped segment size are found where they are made', () => {
  const { client, r1, server } = scenario('masquerade')
  const [first] = attemptsTo(SERVER, 'tcp', client, [r1, server])
  const lines = first ? rewritesOf(first).map(describeRewrite) : []
  expect(lines).toEqual([
    expect.stringMatching(/^the source 10\.0\.0\.2:\d+ is 192\.0\.2\.1:\d+ at r1$/),
    'the MSS 1460 is 1200 at r1',
    'the MSS 1460 is 1200 at client',
  ])
})

test('on a path that only forwards nothing is rewritten', () => {
  const { client, r1, server } = scenario('healthy')
  for (const one of attemptsTo(SERVER, 'tcp', client, [r1, server]))
    expect(rewritesOf(one)).toEqual([])
})
