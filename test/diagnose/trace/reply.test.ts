import { expect, test } from 'vitest'
import { arrival, judgeError } from '../../../src/diagnose/trace/reply.ts'

const TARGET = '192.0.2.7'

test.each([
  [4, 11, 0, 'router', false, 'expired', null],
  [6, 3, 0, 'router', true, 'expired', null],
  [4, 3, 3, TARGET, true, 'arrived', null],
  [6, 1, 4, TARGET, true, 'arrived', null],
  // From somebody else, or of an echo, it is no sign that the target is there.
  [4, 3, 3, 'router', true, 'refused', '!<3-3>'],
  [4, 3, 3, TARGET, false, 'refused', '!<3-3>'],
  [4, 3, 1, 'router', true, 'refused', '!H'],
  [4, 3, 0, 'router', false, 'refused', '!N'],
  [4, 3, 13, 'router', false, 'refused', '!X'],
  [6, 1, 0, 'router', false, 'refused', '!N'],
  [6, 1, 3, 'router', false, 'refused', '!H'],
  [4, 3, 4, 'router', false, 'too-big', '!F-1400'],
  [6, 2, 0, 'router', false, 'too-big', '!F-1400'],
  // Reassembly that took too long is not a hop.
  [4, 11, 1, 'router', false, 'refused', '!<11-1>'],
] as const)(
  'IPv%i %i/%i from %s (UDP: %s) means %s',
  (family, type, code, from, isUdp, kind, sign) => {
    const judged = judgeError({ family, type, code, from, mtuBytes: 1400 }, TARGET, isUdp)
    expect(judged).toMatchObject({ kind, sign, mtuBytes: kind === 'too-big' ? 1400 : null })
    expect(judged.says === null).toBe(kind !== 'refused' && kind !== 'too-big')
  },
)

test("a reply of the target's own says nothing but that it came", () => {
  expect(arrival(TARGET, 55)).toMatchObject({ kind: 'arrived', from: TARGET, ttl: 55, says: null })
})
