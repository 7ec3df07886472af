import { expect, test } from 'vitest'
import { formatFirewallJson } from '../../src/report/firewall-json.ts'
import { dropped, hostile } from './firewall-reports.ts'

test('the answer reads back as it was, whatever came from outside', () => {
  expect(JSON.parse(formatFirewallJson(dropped))).toEqual(JSON.parse(JSON.stringify(dropped)))
  expect(formatFirewallJson(hostile)).toMatch(/^[\n\P{C}]*$/u)
})
