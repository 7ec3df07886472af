import { expect, test } from 'vitest'
import type { StatisticsReport } from '../../../src/report/read/statistics.ts'
import { formatStatistics } from '../../../src/report/read/statistics-text.ts'
import { displayWidth } from '../../../src/report/width.ts'
import { pageOf } from './pages.ts'

const REPORT: StatisticsReport = {
  schema: 'rungs.statistics/1',
  tool: 'rungs 0.1.0',
  files: ['a.pcap'],
  packets: 602_113,
  bytes: 404_000_000,
  capturedBytes: 393_000_000,
  firstAt: '2007-05-31T21:06:32.845356Z',
  lastAt: '2007-05-31T21:07:32.845356Z',
  durationMs: 60_000,
  connections: 50_012,
  byProtocol: [
    { name: 'tcp', packets: 602_000, bytes: 404_000_000 },
    { name: 'arp', packets: 113, bytes: 4746 },
  ],
  byService: [{ name: '', connections: 50_012, bytes: 1 }],
  byStory: [{ story: 'closed', connections: 50_012 }],
  marks: [{ mark: 'retransmission', packets: 12 }],
  slowestAnswers: [
    { id: 7, client: '192.0.2.1:40000', server: '192.0.2.7:443', service: 'https', answerMs: 1234 },
  ],
  mostRetransmitted: [],
  notUnderstood: [{ linkType: 231, name: 'DBUS', packets: 3 }],
  damagedPackets: 1,
  checksums: { ok: 1000, wrong: 2, offloaded: 0, unknown: 3, wrongFrames: [4, 9] },
}

test('totals come first, then the tables, and what has nothing in it is left out', () => {
  expect(formatStatistics(REPORT, pageOf(80)).split('\n')).toEqual([
    ' in all    602,113 packets, 404 MB, 393 MB of them captured',
    '           60.0 s from 2007-05-31T21:06:32.845356Z on, 6.7 MB/s',
    '           50,012 connections',
    ' protocol  tcp  602,000  100.0 %  404 MB',
    '           arp      113    0.0 %  4.7 kB',
    ' story     closed  50,012  100.0 %',
    ' service   not known  50,012  100.0 %  1 B',
    ' marks     retransmission  12  0.0 %',
    ' slowest   7  192.0.2.1:40000 → 192.0.2.7:443 (https)  1.23 s',
    ' checksums 1,000 hold, 3 could not be verified; 2 wrong checksums (first in',
    '           frames 4, 9)',
    ' unread    3 packets of link type 231 (DBUS)',
    '           1 packet with damaged headers',
    '',
  ])
})

test.for([60, 80, 200])('it fits %d columns, and hostile names do no harm', (columns) => {
  const byService = Array.from({ length: 40 }, (_, index) => ({
    name: `\u001b[2J${'long'.repeat(40)}${index}`,
    connections: 1,
    bytes: 1,
  }))
  const text = formatStatistics({ ...REPORT, byService }, pageOf(columns, columns !== 60))
  expect(text).not.toContain('\u001b')
  expect(text).toContain('and 28 more services (--json has them)')
  for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
})
