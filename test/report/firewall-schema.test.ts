import { expect, test } from 'vitest'
import type { FirewallReport } from '../../src/report/firewall-report.ts'
import { FIREWALL, firewallSchema } from '../../src/report/firewall-schema.ts'
import { formatAsJson } from '../../src/report/json.ts'
import * as written from './firewall-reports.ts'
import { validate } from './validate.ts'

const all = Object.values(written) as FirewallReport[]

test('everything that is printed is valid, with no key that the schema does not name', () => {
  const printed = all.map((report) => JSON.parse(formatAsJson(FIREWALL, report)) as unknown)
  expect(printed).toEqual(JSON.parse(JSON.stringify(all)))
  expect(validate(firewallSchema(), printed)).toEqual(all.map(() => []))
})

test('a mistake is found', () => {
  const broken = [
    { ...written.accepted, there: { ...written.accepted.there, verdict: 'maybe' } },
    { ...written.accepted, colour: 'red' },
  ]
  for (const errors of validate(firewallSchema(), JSON.parse(JSON.stringify(broken))))
    expect(errors).toHaveLength(1)
})
