import { describe, expect, test } from 'vitest'
import { Connection } from '../../../src/flow/connection.ts'
import { MARK } from '../../../src/flow/mark.ts'
import { formatAsJson } from '../../../src/report/json.ts'
import {
  ChecksumCounts,
  describeChecksums,
  etherName,
  networkName,
  Statistics,
} from '../../../src/report/read/statistics.ts'
import { STATISTICS, statisticsSchema } from '../../../src/report/read/statistics-schema.ts'
import { readFrame } from '../../../src/wire/frame.ts'
import { Headers } from '../../../src/wire/headers.ts'
import { linkTypeName } from '../../../src/wire/link-type.ts'
import { validate } from '../validate.ts'

const noName = (): undefined => undefined
const ABOUT = { tool: 'rungs 0.1.0', files: ['a.pcap'], epochSeconds: 1_180_645_592 }

function connection(id: number, answerNs: number, retransmissions = 0): Connection {
  const one = new Connection()
  one.id = id
  one.protocol = 6
  one.client.address = Uint8Array.of(192, 0, 2, 1)
  one.server.address = Uint8Array.of(192, 0, 2, 7)
  one.client.port = 40_000 + id
  one.server.port = 443
  if (answerNs >= 0) {
    one.client.firstPayloadFrame = 1
    one.client.firstPayloadNs = 1000
    one.server.firstPayloadFrame = 2
    one.server.firstPayloadNs = 1000 + answerNs
  }
  one.server.retransmissions = retransmissions
  one.client.networkBytes = 100
  return one
}

test('nothing read is a report of nothing', () => {
  const report = new Statistics().report(ABOUT, linkTypeName)
  expect(report).toMatchObject({ packets: 0, firstAt: null, durationMs: 0, byProtocol: [] })
  expect(validate(statisticsSchema(), [report])).toEqual([[]])
})

describe('what is counted', () => {
  const statistics = new Statistics()
  statistics.packets = 12
  statistics.firstNs = 0
  statistics.lastNs = 60e9
  statistics.protocolPackets[6] = 10
  statistics.protocolBytes[6] = 1000
  statistics.withoutIp(0x0806, 42)
  statistics.withoutIp(0x0806, 42)
  statistics.unknownLink(231, 60)
  statistics.mark(MARK.retransmission | MARK.fastRetransmission)
  statistics.mark(MARK.retransmission)
  for (let id = 1; id <= 20; id++)
    statistics.connection(
      connection(id, id * 1e6, id % 5),
      id % 2 ? 'closed' : 'reset',
      'https',
      noName,
    )
  statistics.connection(connection(21, -1), 'refused', '', noName)
  const report = statistics.report(ABOUT, linkTypeName)

  test('is told by protocol, story, service and mark', () => {
    expect(report.byProtocol).toEqual([
      { name: 'tcp', packets: 10, bytes: 1000 },
      { name: 'arp', packets: 2, bytes: 84 },
      { name: 'not understood', packets: 1, bytes: 60 },
    ])
    expect(report.byStory).toEqual([
      { story: 'closed', connections: 10 },
      { story: 'reset', connections: 10 },
      { story: 'refused', connections: 1 },
    ])
    expect(report.byService).toEqual([
      { name: 'https', connections: 20, bytes: 2000 },
      { name: '', connections: 1, bytes: 100 },
    ])
    expect(report.marks).toEqual([
      { mark: 'retransmission', packets: 2 },
      { mark: 'fast-retransmission', packets: 1 },
    ])
    expect(report.notUnderstood).toMatchObject([{ linkType: 231, packets: 1 }])
  })

  test('names the ten slowest and the ten most repeated, the first of equal ones first', () => {
    expect(report.slowestAnswers.map(({ id }) => id)).toEqual([
      20, 19, 18, 17, 16, 15, 14, 13, 12, 11,
    ])
    expect(report.slowestAnswers[0]?.answerMs).toBe(20)
    expect(report.mostRetransmitted.map(({ id }) => id)).toEqual([4, 9, 14, 19, 3, 8, 13, 18, 2, 7])
    expect(report.mostRetransmitted[0]?.client).toBe('192.0.2.1:40004')
  })

  test('is what the schema allows', () => {
    expect(validate(statisticsSchema(), [JSON.parse(formatAsJson(STATISTICS, report))])).toEqual([
      [],
    ])
  })
})

test('protocols have names', () => {
  expect([6, 17, 58, 253].map(networkName)).toEqual(['tcp', 'udp', 'icmpv6', 'protocol 253'])
  expect([0x0806, 0x9000].map(etherName)).toEqual(['arp', 'ethertype 0x9000'])
})

describe('checksums', () => {
  /** 192.0.2.10:4660 > 192.0.2.1:80, SYN, without a checksum in TCP. */
  const bytes = Uint8Array.from(
    ('45000028000040004006b6c3c000020ac0000201' + '1234005000000001000000005002040000000000').match(
      /../g,
    ) ?? [],
    (digits) => Number.parseInt(digits, 16),
  )

  function counted(change: (bytes: Uint8Array) => void): ChecksumCounts {
    const own = bytes.slice()
    change(own)
    const headers = new Headers()
    readFrame(new DataView(own.buffer), 0, own.length, own.length, 101, headers)
    const counts = new ChecksumCounts()
    counts.packet(headers, 7)
    return counts
  }

  test('that are wrong are told with their frames', () => {
    const counts = counted((own) => {
      own[10] = 0x11
    })
    expect(counts).toMatchObject({ wrongFrames: [7] })
    expect(counts.wrong).toBeGreaterThan(0)
    expect(describeChecksums(counts)).toMatch(/wrong checksums? \(first in frame 7\)/)
  })

  test('that a card fills in are no fault, and where all hold nothing is told', () => {
    expect(
      describeChecksums({ ok: 2, wrong: 0, offloaded: 0, unknown: 1, wrongFrames: [] }),
    ).toBeNull()
    expect(describeChecksums({ ok: 0, wrong: 0, offloaded: 2, unknown: 0, wrongFrames: [] })).toBe(
      "2 checksums not filled in, which the sender's network card does later: no fault",
    )
  })
})
