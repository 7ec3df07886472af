/**
 * A diagnosis as JUnit XML, for a build server: the verdict is a suite of one test, then there is a suite
 * for each host with a test for each check. A check that fails is a failure unless another cause explains
 * it; such a one and what could not be asked are skipped, with the reason; an undetermined verdict is an
 * error. Written to satisfy the schemas of Apache Ant and of Jenkins both.
 */
import type { Diagnosis, Finding } from '../diagnose/diagnosis.ts'
import { evidenceText } from './evidence.ts'
import { findingsByHost, LAYER_NAME } from './ladder.ts'
import { type Markup, markup, markupLines } from './markup.ts'
import { describeRounds } from './rounds.ts'
import { describeDiagnosis } from './short.ts'

type Outcome = 'passed' | 'failure' | 'error' | 'skipped'

type TestCase = {
  readonly classname: string
  readonly name: string
  readonly tookMs: number
  readonly outcome: Outcome
  /** The cause, or what kind of outcome it is. */
  readonly type: string
  readonly message: string
  readonly lines: readonly string[]
}

const outcomeOf = ({ status, explainedBy }: Finding): Outcome => {
  if (status === 'fail') return explainedBy === null ? 'failure' : 'skipped'
  return status === 'unknown' || status === 'skip' ? 'skipped' : 'passed'
}

const testOf = (finding: Finding): TestCase => {
  const { id, layer, host, question, status, cause, summary, explainedBy, tookMs } = finding
  return {
    classname: `rungs.${host}.${LAYER_NAME[layer]}`,
    name: `${id}: ${question}`,
    tookMs,
    outcome: outcomeOf(finding),
    type: cause ?? status,
    message: explainedBy ? `follows from ${explainedBy}: ${summary}` : `${status}: ${summary}`,
    lines: finding.evidence.flatMap(evidenceText),
  }
}

function verdictTest(diagnosis: Diagnosis): TestCase {
  const { verdict, target, durationMs } = diagnosis
  const remedies = verdict.remedies.map(({ host, command }) => `${host}$ ${command}`)
  return {
    classname: 'rungs.verdict',
    name: target?.input ?? 'this machine, up to its way out',
    tookMs: durationMs,
    outcome:
      verdict.state === 'unreachable'
        ? 'failure'
        : verdict.state === 'undetermined'
          ? 'error'
          : 'passed',
    type: verdict.cause ?? verdict.state,
    message: describeDiagnosis(diagnosis),
    lines: [
      ...describeRounds(diagnosis).map(({ what, when }) => `${what}, ${when}`),
      ...(remedies.length > 0 ? ['to mend it:', ...remedies] : []),
    ],
  }
}

const seconds = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(3)

function outcomeElement({ outcome, type, message, lines }: TestCase): Markup | null {
  const text = markupLines([message, ...lines])
  if (outcome === 'failure')
    return markup`<failure type="${type}" message="${message}">${text}</failure>`
  if (outcome === 'error') return markup`<error type="${type}" message="${message}">${text}</error>`
  return outcome === 'skipped' ? markup`<skipped message="${message}"/>` : null
}

const testElement = (test: TestCase): Markup => markup`
    <testcase classname="${test.classname}" name="${test.name}" time="${seconds(test.tookMs)}">${outcomeElement(test)}</testcase>`

function suiteElement(
  name: string,
  id: number,
  tests: readonly TestCase[],
  notes: readonly string[],
  { startedAt, tool }: Diagnosis,
): Markup {
  const count = (outcome: Outcome): number => tests.filter((one) => one.outcome === outcome).length
  const took = tests.reduce((most, { tookMs }) => Math.max(most, tookMs), 0)
  return markup`
  <testsuite name="${name}" package="rungs" id="${id}" hostname="${name}" timestamp="${startedAt.slice(0, 19)}" tests="${tests.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds(took)}">
    <properties><property name="tool" value="${tool}"/></properties>${tests.map(testElement)}
    <system-out>${markupLines(notes)}</system-out>
    <system-err></system-err>
  </testsuite>`
}

/** The whole document; `time` of a suite is that of its longest check, since they run side by side. */
export function formatJunit(diagnosis: Diagnosis): string {
  const hosts = findingsByHost(diagnosis.findings)
  const warnings = (findings: readonly Finding[]): string[] =>
    findings
      .filter(({ status }) => status === 'warn')
      .flatMap(({ summary, evidence }) => [`warn: ${summary}`, ...evidence.flatMap(evidenceText)])
  const suites = [
    suiteElement('verdict', 0, [verdictTest(diagnosis)], [describeDiagnosis(diagnosis)], diagnosis),
    ...hosts.map(([host, findings], index) =>
      suiteElement(host, index + 1, findings.map(testOf), warnings(findings), diagnosis),
    ),
  ]
  return `<?xml version="1.0" encoding="UTF-8"?>${
    markup`
<testsuites>${suites}
</testsuites>
`.markup
  }`
}
