import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DetailNode, detailTree } from '../../src/wire/detail.ts'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { detailedFrames, flatten } from './detailed-frames.ts'
import { linedFrames } from './packet-lines.ts'

const namesOf = (tree: readonly DetailNode[]): string => tree.map(({ name }) => name).join(' ')

/** The headers of the first frame whose line tcpdump writes so. */
function headersOf(pattern: RegExp): string {
  const found = linedFrames.find(({ theirs }) => pattern.test(theirs))
  if (found === undefined) throw new Error(`no frame for ${pattern}`)
  const { view, originalBytes, linkType } = found
  return namesOf(detailTree(view, 0, view.byteLength, originalBytes, linkType))
}

test('the headers of a frame stand in their order, also within tunnels', () => {
  expect(headersOf(/Flags \[S\]/)).toBe('eth ip tcp')
  expect(headersOf(/A\? www/)).toBe('eth ip udp dns')
  expect(headersOf(/VXLAN.*\nIP \S+ > \S+: Flags/)).toBe('eth ip udp vxlan eth ip tcp')
  expect(headersOf(/key=0x9/)).toBe('eth ip gre eth ip tcp')
  expect(headersOf(/MPLS/)).toBe('eth mpls mpls ip tcp')
  expect(headersOf(/PPPoE/)).toBe('eth pppoes ip tcp')
  expect(headersOf(/ARP/)).toBe('eth arp')
  expect(headersOf(/udp port 53 unreachable/)).toBe('eth ip icmp quoted')
  expect(headersOf(/^IP6 \S+ > \S+: HBH/)).toBe('eth ipv6 ipv6.hopopts icmpv6 data')
})

test('each field lies within its header, and each header within the frame', () => {
  for (const { frame, tree } of detailedFrames) {
    for (const { at, end, children } of flatten(tree)) {
      expect(end).toBeGreaterThanOrEqual(at)
      expect(end).toBeLessThanOrEqual(frame.view.byteLength)
      for (const child of children) expect(child.at).toBeGreaterThanOrEqual(at)
    }
  }
})

test('what is cut off is a node of its own', () => {
  const frame = linedFrames.find(({ theirs }) => /Flags \[S\]/.test(theirs))
  const tree = detailTree(frame?.view ?? new DataView(new ArrayBuffer(0)), 0, 50, 74, 1)
  expect(namesOf(tree)).toBe('eth ip tcp _ws.malformed')
  expect(tree.at(-1)?.text).toBe('tcp: cut off or impossible')
})

test('no bytes make it throw or read past their end', () => {
  const change = fc.array(fc.tuple(fc.nat(140), fc.nat(255)), { maxLength: 6 })
  const keep = fc.oneof(fc.nat(150), fc.constant(2000))
  fc.assert(
    fc.property(fc.constantFrom(...linedFrames), change, keep, (frame, changes, length) => {
      const bytes = new Uint8Array(frame.view.buffer).slice(0, length)
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      const view = new DataView(bytes.buffer)
      detailTree(view, 0, bytes.length, frame.originalBytes, frame.linkType)
    }),
    { numRuns: 4000 },
  )
  const linkType = fc.constantFrom(...Object.values(LINK_TYPE))
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), linkType, (bytes, type) => {
      detailTree(new DataView(bytes.slice().buffer), 0, bytes.length, bytes.length, type)
    }),
    { numRuns: 2000 },
  )
})
