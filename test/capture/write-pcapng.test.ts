import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test, vi } from 'vitest'
import { PCAPNG } from '../../src/capture/pcapng.ts'
import {
  writeInterface,
  writeNames,
  writePacket,
  writeSection,
} from '../../src/capture/write-pcapng.ts'
import { joinBytes } from '../../src/wire/bytes.ts'
import { readWhole } from './whole.ts'

/** A busy machine takes its time to start another program. */
vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'rungs-written-'))
afterAll(() => rmSync(folder, { recursive: true }))

const RAW = { linkType: 101, snapBytes: 65_535, name: 'eth0', checkBytes: 0 }
const bytes = Uint8Array.of(0x45, 0, 0, 21, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 7)
const packet = { epochSeconds: 1_700_000_000, timeNs: 1_234_567_890, bytes, originalBytes: 40 }

test('tshark reads interfaces, times, lengths, names and comments of what is written', () => {
  const file = joinBytes(
    writeSection('rungs'),
    writeInterface(RAW),
    writeInterface({ ...RAW, name: 'wlan0' }),
    writeNames(new Map([['192.0.2.1', 'client.example']])),
    writePacket(packet, 1, ['refused', 'the port is closed: é']),
    writePacket({ ...packet, timeNs: 0 }, 0),
  )
  const fields =
    'frame.time_epoch frame.len frame.cap_len frame.interface_name frame.comment ip.src_host'
  const path = join(folder, 'written.pcapng')
  writeFileSync(path, file)
  const flags = ['-r', path, '-N', 'n', '-T', 'fields', '-E', 'aggregator=;']
  for (const field of fields.split(' ')) flags.push('-e', field)
  const lines = execFileSync('tshark', flags, { encoding: 'utf8', stdio: 'pipe' })
  expect(lines.split('\n')).toEqual([
    '1700000001.234567890\t40\t21\twlan0\trefused;the port is closed: é\tclient.example',
    '1700000000.000000000\t40\t21\teth0\t\tclient.example',
    '',
  ])
})

test('what is written reads back', () => {
  const comments = fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\0/g, '')))
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(2 ** 32), fc.nat(1e12), comments, (...row) => {
      const [body, epochSeconds, timeNs, texts] = row
      const written = { epochSeconds, timeNs, bytes: body, originalBytes: 7 }
      const { packets, reader } = readWhole(
        PCAPNG,
        joinBytes(
          writeSection('rungs'),
          writeInterface({ ...RAW, checkBytes: 4 }),
          writeNames(new Map([['2001:db8::1', 'host']])),
          writePacket(written, 0, texts),
        ),
      )
      expect(reader.damages).toEqual([])
      expect(reader.interfaces).toEqual([{ ...RAW, checkBytes: 4, bigEndian: false }])
      expect(reader.names.get('2001:db8::1')).toBe('host')
      expect(reader.comments).toEqual(texts.map((text) => ({ packet: 0, text })))
      expect(packets).toEqual([
        { bytes: body, originalBytes: 7, timeNs: timeNs % 1e9, interfaceIndex: 0 },
      ])
      expect(reader.epochSeconds).toBe(epochSeconds + Math.floor(timeNs / 1e9))
    }),
  )
})
