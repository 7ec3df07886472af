/** Mail that leaves by eth0, for the tests of rulings on it. */
import type { Condition } from '../../../src/policy/ruling/condition.ts'

export const smtp: Condition = {
  family: 4,
  protocol: 'tcp',
  inputDevice: null,
  outputDevice: 'eth0',
  source: null,
  destination: null,
  sourcePort: null,
  destinationPort: 25,
  icmpType: null,
  state: null,
}
