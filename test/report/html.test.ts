import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import { formatHtml } from '../../src/report/html.ts'
import { HTML_STYLE } from '../../src/report/html-style.ts'
import * as written from './diagnoses.ts'

const { HOSTILE, ...diagnoses } = written
const all = Object.entries(diagnoses) as [string, Diagnosis][]

/** What libxml2's parser of HTML sees. */
const xpath = (html: string, expression: string): string =>
  execFileSync('xmllint', ['--html', '--nonet', '--xpath', expression, '-'], {
    input: html,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  }).trim()

/** Elements that have no end (HTML Living Standard §13.1.2). */
const VOID = new Set(['meta', 'br', 'link'])

test.for(all)('in %s every element that is opened is closed, in order', ([, diagnosis]) => {
  const open: string[] = []
  const body = formatHtml(diagnosis).replace(HTML_STYLE, '').replace('<!doctype html>', '')
  for (const [, end, name = ''] of body.matchAll(
    /<(\/?)([a-z0-9]+)(?:\s[a-z-]+(?:="[^"<>]*")?)*>/g,
  ))
    if (end) expect(open.pop()).toBe(name)
    else if (!VOID.has(name)) open.push(name)
  expect(open).toEqual([])
})

test.for(all)('%s loads nothing and runs nothing', ([, diagnosis]) => {
  const html = formatHtml(diagnosis)
  expect(
    xpath(html, 'count(//script | //link | //img | //iframe | //@src | //@href | //@style)'),
  ).toBe('0')
  expect(xpath(html, 'string(//meta[@http-equiv]/@content)')).toMatch(/^default-src 'none';/)
  expect(HTML_STYLE).not.toMatch(/url\(|@import|expression|<\//)
})

test('headings, the table and its heads are real ones', () => {
  const html = formatHtml(written.refused)
  expect(xpath(html, 'string(//h1)')).toBe('http://www.lab.example')
  expect(xpath(html, 'count(//h1)')).toBe('1')
  expect(xpath(html, 'string(//section[1]/h2)')).toBe('✗ unreachable: service.stopped')
  expect(xpath(html, 'count(//table/tbody/tr/th[@scope="row"])')).toBe('7')
  expect(xpath(html, 'count(//table/thead/tr/th[@scope="col"])')).toBe('3')
  expect(xpath(html, 'string(//table/caption)')).toBe('What was found on each rung of each host')
  expect(xpath(html, 'string(/html/@lang)')).toBe('en')
})

test('a status is told by a word beside its sign', () => {
  const html = formatHtml(written.degraded)
  expect(xpath(html, 'string((//span[@class="status warn"])[1])')).toBe('! warn')
})

test('a command keeps its lines apart from what it printed', () => {
  expect(xpath(formatHtml(written.refused), 'string((//section//pre)[2])')).toBe(
    'server$ systemctl show nginx\nActiveState=inactive\nSubState=dead',
  )
})

test('hostile text is text', () => {
  const input = '"><script>alert(1)</script>'
  const target = { input, scheme: 'http', host: HOSTILE, port: 80 }
  const html = formatHtml({ ...written.hostile, target })
  expect(xpath(html, 'string(//h1)')).toBe(input)
  expect(xpath(html, 'count(//script)')).toBe('0')
  expect(html).not.toContain(HOSTILE)
  expect(html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
})
