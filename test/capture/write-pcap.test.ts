import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { PCAP } from '../../src/capture/pcap.ts'
import { writePcapHeader, writePcapRecord } from '../../src/capture/write-pcap.ts'
import { joinBytes } from '../../src/wire/bytes.ts'
import { readWhole } from './whole.ts'

/** A busy machine takes its time to start another program. */
vi.setConfig({ testTimeout: 60_000 })

const RAW = { linkType: 101, snapBytes: 65_535, checkBytes: 0 }
const bytes = Uint8Array.of(0x45, 0, 0, 20, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2)
const packet = { epochSeconds: 1_700_000_000, timeNs: 1_234_567_890, bytes, originalBytes: 40 }

test.each([
  ['microseconds', '1700000001.234567'],
  ['nanoseconds', '1700000001.234567890'],
] as const)('tcpdump reads what is written in %s', (unit, time) => {
  const file = joinBytes(writePcapHeader(RAW, unit), writePcapRecord(packet, unit))
  const flags = ['-nttr', '-', ...(unit === 'nanoseconds' ? ['--nano'] : [])]
  const stdio: ['pipe', 'pipe', 'ignore'] = ['pipe', 'pipe', 'ignore']
  const lines = execFileSync('tcpdump', flags, { input: file, encoding: 'utf8', stdio })
  expect(lines).toContain(`${time} IP`)
  expect(lines).toContain('192.0.2.1 > 192.0.2.2')
})

test('what is written reads back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(2 ** 31), fc.nat(1e12), (body, epochSeconds, timeNs) => {
      const written = { epochSeconds, timeNs, bytes: body, originalBytes: body.length + 5 }
      const record = writePcapRecord(written, 'nanoseconds')
      const header = writePcapHeader({ ...RAW, checkBytes: 4 }, 'nanoseconds')
      const { packets, reader } = readWhole(PCAP, joinBytes(header, record))
      expect(reader.interfaces).toEqual([{ ...RAW, checkBytes: 4, name: null, bigEndian: false }])
      expect(packets).toEqual([
        { bytes: body, originalBytes: body.length + 5, timeNs: timeNs % 1e9, interfaceIndex: 0 },
      ])
      expect(reader.epochSeconds).toBe(epochSeconds + Math.floor(timeNs / 1e9))
    }),
  )
})

test('a time before 1970 is written as its first moment', () => {
  const early = { ...packet, epochSeconds: 0, timeNs: -5 }
  const file = joinBytes(writePcapHeader(RAW, 'nanoseconds'), writePcapRecord(early, 'nanoseconds'))
  expect(readWhole(PCAP, file).packets[0]?.timeNs).toBe(0)
})
