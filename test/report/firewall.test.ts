import { expect, test } from 'vitest'
import { formatFirewall } from '../../src/report/firewall.ts'
import type { FirewallReport } from '../../src/report/firewall-report.ts'
import type { Page } from '../../src/report/page.ts'
import { displayWidth } from '../../src/report/width.ts'
import * as written from './firewall-reports.ts'

const page: Page = { columns: 80, unicode: true, verbose: false, paint: (_, text) => text }
const { hostile, ...reports } = written
const all = Object.entries(reports) as [string, FirewallReport][]

test.for(all)('%s reads well', async ([name, report]) => {
  await expect(formatFirewall(report, page)).toMatchFileSnapshot(`data/firewall-${name}.txt`)
})

test('its whole way, and that of the reply, is told when everything is asked for', async () => {
  const text = formatFirewall(written.redirected, { ...page, verbose: true })
  await expect(text).toMatchFileSnapshot('data/firewall-redirected-verbose.txt')
})

test('a terminal without UTF-8 gets ASCII only', () => {
  for (const [, report] of all)
    expect(formatFirewall(report, { ...page, unicode: false })).toMatch(/^[\n -~]*$/)
})

test.for(all)('of %s only commands are wider than the terminal', ([, report]) => {
  for (const columns of [40, 80, 100, 200])
    for (const line of formatFirewall(report, { ...page, columns }).split('\n'))
      if (!/^ {11}# | undo {2}/.test(line)) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
})

test('nothing that came from outside can steer the terminal', () => {
  for (const verbose of [false, true])
    expect(formatFirewall(hostile, { ...page, verbose })).toMatch(/^[\n\P{C}]*$/u)
})
