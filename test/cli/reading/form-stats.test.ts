import { expect, test } from 'vitest'
import { statisticsSchema } from '../../../src/report/read/statistics-schema.ts'
import { validate } from '../../report/validate.ts'
import { capture, HTTP, REFUSED } from './made-capture.ts'
import { linesOf } from './reading.ts'

test('totals are told to people and to programs', async () => {
  const path = capture('stats.pcap', [...HTTP, ...REFUSED])
  const text = (await linesOf(path, '--stats')).join('\n')
  expect(text).toContain('10 packets, 470 B')
  expect(text).toMatch(/closed +1 +50\.0 %/)
  const report: unknown = JSON.parse((await linesOf(path, '--stats', '--json')).join('\n'))
  expect(validate(statisticsSchema(), [report])).toEqual([[]])
  expect(report).toMatchObject({
    files: [path],
    packets: 10,
    bytes: 470,
    durationMs: 101,
    connections: 2,
    byProtocol: [{ name: 'tcp', packets: 10 }],
    byService: [{ name: 'http' }, { name: 'smtp' }],
    slowestAnswers: [{ id: 1, answerMs: 10 }],
  })
})

test('statistics of some stories count only their packets', async () => {
  const path = capture('some.pcap', [...HTTP, ...REFUSED])
  const lines = await linesOf(path, '--stats', '--json', '--story', 'refused')
  expect(JSON.parse(lines.join('\n'))).toMatchObject({ packets: 2, connections: 1 })
})
