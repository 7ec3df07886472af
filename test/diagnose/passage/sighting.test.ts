import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatSightings, SightingReader } from '../../../src/diagnose/passage/sighting.ts'
import { scenario } from './capture.ts'

test('a SYN is read with its way, its interface and its segment size', () => {
  const [syn, answer] = scenario('healthy').client.sightings
  expect(syn).toMatchObject({
    source: '10.0.0.2',
    destination: '192.0.2.80',
    destinationPort: 80,
    way: 'out',
    hopLimit: 64,
    maxSegmentBytes: 1460,
    sequence: 1_887_670_904,
    payloadBytes: 0,
  })
  expect(answer).toMatchObject({ way: 'in', hopLimit: 63, acknowledgment: 1_887_670_905 })
})

test('packets are printed as tcpdump prints them, with numbers relative to the first ones', () => {
  const { sightings } = scenario('healthy').client
  const [first, , , fourth] = sightings
  // `tcpdump -n -r healthy-client.pcap`, lines 1 and 4.
  expect(formatSightings(sightings, new Set(sightings.slice(0, 4)))).toHaveLength(4)
  expect(first && fourth && formatSightings(sightings, new Set([first, fourth]))).toEqual([
    expect.stringMatching(
      /^\d\d:28:55\.758601 Out .*IP 10\.0\.0\.2\.55880 > 192\.0\.2\.80\.80: Flags \[S\], seq 1887670904, win 64240, options \[mss 1460,sackOK,TS val 1176569814 ecr 0,nop,wscale 10\], length 0$/,
    ),
    expect.stringMatching(
      /^\d\d:28:55\.759160 Out .*IP 10\.0\.0\.2\.55880 > 192\.0\.2\.80\.80: Flags \[P\.\], seq 1:4002, ack 1, win 63, .*length 4001/,
    ),
  ])
})

test('no bytes make it throw, nor what is printed of them', () => {
  const reader = new SightingReader()
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 120 }),
      fc.constantFrom(1, 101, 113, 276, 0),
      fc.constantFrom(0x0800, 0x86dd, 0x0806),
      (bytes, linkType, protocol) => {
        if (linkType === 276 && bytes.length > 2) new DataView(bytes.buffer).setUint16(0, protocol)
        const view = new DataView(bytes.buffer)
        const one = reader.read(view, 0, bytes.length, bytes.length, linkType, 0)
        expect(one === null ? [] : formatSightings([one])).toHaveLength(one === null ? 0 : 1)
      },
    ),
  )
})
