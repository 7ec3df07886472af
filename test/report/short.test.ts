import { expect, test } from 'vitest'
import { describeDiagnosis } from '../../src/report/short.ts'
import { healthy, hostile, refused, undetermined } from './diagnoses.ts'

test.for([
  [healthy, 'reachable: www.lab.example answered as expected over HTTP in 9 ms.'],
  [
    refused,
    'unreachable: service.stopped (on the server, layer 7 application, proven): nginx is stopped on the server, so nothing listens on port 80.',
  ],
  [
    undetermined,
    'undetermined: The name could be resolved, but no connection could be tried before the time was up.',
  ],
] as const)('one line for %#', ([diagnosis, line]) => {
  expect(describeDiagnosis(diagnosis)).toBe(line)
})

test('it stays one line, whatever is in it', () => {
  expect(describeDiagnosis(hostile)).not.toMatch(/[\p{Cc}\u202e]/u)
})
