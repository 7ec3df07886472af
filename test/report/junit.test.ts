import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import { formatJunit } from '../../src/report/junit.ts'
import * as written from './diagnoses.ts'

const { HOSTILE, ...diagnoses } = written
const all = Object.entries(diagnoses) as [string, Diagnosis][]
const schema = join(import.meta.dirname, 'data', 'junit.xsd')

/** What libxml2's parser says of the document: what `xpath` selects in it. */
const xmllint = (xml: string, ...args: string[]): string =>
  execFileSync('xmllint', ['--nonet', ...args, '-'], {
    input: xml,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  }).trim()

test.for(all)('of %s the document is valid', ([, diagnosis]) => {
  xmllint(formatJunit(diagnosis), '--noout', '--schema', schema)
})

test('the validator would find a mistake', () => {
  const broken = formatJunit(written.refused).replace('classname=', 'class=')
  expect(() => xmllint(broken, '--noout', '--schema', schema)).toThrow(/classname/)
})

test('the counts are those of the tests', () => {
  const xml = formatJunit(written.long)
  for (const [attribute, element] of [
    ['failures', 'failure'],
    ['errors', 'error'],
    ['skipped', 'skipped'],
    ['tests', '.'],
  ] as const)
    expect(xmllint(xml, '--xpath', `sum(//testsuite/@${attribute})`)).toBe(
      xmllint(
        xml,
        '--xpath',
        element === '.' ? 'count(//testcase)' : `count(//testcase/${element})`,
      ),
    )
})

test('there is a suite for the verdict and one for each host', () => {
  const names = xmllint(formatJunit(written.long), '--xpath', '//testsuite/@name')
  expect(names.match(/"[^"]*"/g)).toEqual(['"verdict"', '"client"', '"server"', '"edge"'])
})

test('the reason fails, what follows from it is skipped, and so is what is unknown', () => {
  const xml = formatJunit(written.refused)
  const failed = xmllint(
    xml,
    '--xpath',
    'string(//testcase[failure and @classname!="rungs.verdict"]/@name)',
  )
  expect(failed).toBe('service.unit: Does the service run?')
  expect(
    xmllint(
      xml,
      '--xpath',
      'string(//testcase[contains(@name,"transport.port")]/skipped/@message)',
    ),
  ).toMatch(/^follows from service\.stopped: /)
  expect(
    xmllint(formatJunit(written.undetermined), '--xpath', 'string(//testcase/skipped/@message)'),
  ).toMatch(/^unknown: /)
})

test.for([
  ['healthy', 'count(//failure | //error)', '0'],
  ['degraded', 'count(//failure | //error)', '0'],
  ['refused', 'string(//testsuite[1]//failure/@type)', 'service.stopped'],
  ['undetermined', 'string(//testsuite[1]//error/@type)', 'undetermined'],
] as const)('of %s, %s is %s', ([name, xpath, told]) => {
  expect(xmllint(formatJunit(diagnoses[name]), '--xpath', xpath)).toBe(told)
})

test('hostile text is text', () => {
  const hostile = {
    ...written.hostile,
    verdict: { ...written.hostile.verdict, summary: ']]><failure/>&amp;"\ufffe' },
  }
  const xml = formatJunit(hostile)
  expect(xml).not.toContain(HOSTILE)
  expect(xmllint(xml, '--xpath', 'string(//testsuite[1]/system-out)')).toContain(
    ']]><failure/>&amp;"\ufffd',
  )
})
