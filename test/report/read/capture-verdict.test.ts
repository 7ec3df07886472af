import { expect, test } from 'vitest'
import { CaptureVerdicts } from '../../../src/diagnose/capture-verdict.ts'
import { Connection } from '../../../src/flow/connection.ts'
import type { Story } from '../../../src/flow/story-word.ts'
import { paintLines } from '../../../src/report/line.ts'
import { captureVerdictLines } from '../../../src/report/read/capture-verdict.ts'
import { displayWidth } from '../../../src/report/width.ts'
import { pageOf } from './pages.ts'

function verdictOf(suspects: Story['suspects'], summary: string) {
  const verdicts = new CaptureVerdicts()
  const connection = new Connection()
  connection.id = 7
  connection.protocol = 6
  connection.client.address = Uint8Array.of(192, 0, 2, 1)
  connection.server.address = Uint8Array.of(192, 0, 2, 7)
  connection.server.port = 25
  verdicts.add(connection, {
    name: 'refused',
    fault: true,
    suspects,
    proven: false,
    summary,
    closing: { by: 'server', how: 'reset' },
    proof: [1, 2],
    remarks: [],
  })
  return verdicts.verdict()
}

const NO_LISTENER = { cause: 'tcp.no-listener', side: 'server' } as const

const shown = (columns: number, summary = 'the SYN was answered by an RST'): string =>
  paintLines(
    captureVerdictLines(verdictOf([NO_LISTENER], summary), pageOf(columns)),
    (_, text) => text,
  )

test('the cause stands in a frame, then who shows it and what tells whether it is so', () => {
  const text = shown(80)
  expect(text).toContain('✗ unreachable: tcp.no-listener')
  expect(text).toContain('the SYN was answered by an RST')
  expect(text).toMatch(/ seen in {3}connection 7; frames 1, 2/)
  expect(text).toContain('server$ ss -tln sport = :25')
})

test('it fits the page, and hostile text is harmless', () => {
  for (const columns of [40, 80, 200]) {
    const text = shown(columns, `\u001b[2J${'word '.repeat(60)}`)
    expect(text).not.toContain('\u001b')
    for (const line of text.split('\n').filter((one) => !one.includes('$ ')))
      expect(displayWidth(line)).toBeLessThanOrEqual(columns)
  }
})

test('a capture without connections says so', () => {
  const text = paintLines(
    captureVerdictLines(new CaptureVerdicts().verdict(), pageOf(80)),
    (_, one) => one,
  )
  expect(text).toContain('undetermined')
})
