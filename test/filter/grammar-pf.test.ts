import { expect, test } from 'vitest'
import { expectSame, refusal } from './front.ts'

test('reasons and actions of pf are known by name', () => {
  const reasons =
    'match bad-offset fragment short normalize memory bad-timestamp congestion ip-option proto-cksum state-mismatch state-insert state-limit src-limit synproxy'
  const actions =
    'pass accept drop block scrub noscrub nat nonat binat nobinat rdr nordr synproxy-drop'
  expectSame(
    [117],
    [
      ...reasons.split(' ').map((each) => `reason ${each}`),
      ...actions.split(' ').map((each) => `action ${each}`),
    ],
  )
})

test('what is none is refused with what it may have been', () => {
  expectSame([117], ['reason nosuch', 'action nosuch', 'action 1', 'reason', 'rnr foo', 'ifname 5'])
  expect(refusal('action bloc', 117)).toMatchObject({ at: 7, end: 11, suggestion: 'block' })
})
