import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CAUSE_CODES } from '../../src/diagnose/cause.ts'
import { formatCataloguePage, formatCauseRecords } from '../../src/report/catalogue.ts'

test('docs/causes.md is what npm run docs makes', () => {
  expect(readFileSync('docs/causes.md', 'utf8')).toBe(formatCataloguePage())
})

test('every link of the page leads to a heading', () => {
  const page = formatCataloguePage()
  const anchors = [...page.matchAll(/^#{1,3} (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(' ', '-')
      .replace(/[^a-z0-9-]/g, ''),
  )
  expect(new Set(anchors).size).toBe(anchors.length)
  for (const [, anchor = ''] of page.matchAll(/\]\(#([^)]*)\)/g)) expect(anchors).toContain(anchor)
})

test('the catalogue as JSON holds every field of every cause', () => {
  const read = JSON.parse(formatCauseRecords(CAUSE_CODES, 'rungs 0'))
  expect([read.schema, read.tool]).toEqual(['rungs.catalogue/1', 'rungs 0'])
  expect(read.causes.map(({ code }: { code: string }) => code)).toEqual(CAUSE_CODES)
  const stopped = read.causes.find(({ code }: { code: string }) => code === 'service.stopped')
  expect(stopped).toMatchObject({
    layer: 7,
    sides: ['server'],
    title: 'the service is stopped',
    remedy: { commands: ['systemctl start UNIT'] },
    explains: expect.arrayContaining(['tcp.no-listener']),
    explainedBy: expect.arrayContaining(['service.crash-loop']),
  })
  for (const cause of read.causes)
    expect(Object.keys(cause)).toEqual(
      'code layer sides title meaning proof remedy unlike explains explainedBy'.split(' '),
    )
})
