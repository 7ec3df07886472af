import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { PacketLines } from '../../src/wire/packet-line.ts'
import { linedFrames } from './packet-lines.ts'

const captures = [...new Set(linedFrames.map(({ capture }) => capture))].filter(
  (capture) => capture !== 'apart',
)

test.each(captures)('%s: each line is what tcpdump prints', (capture) => {
  const frames = linedFrames.filter((frame) => frame.capture === capture)
  expect(frames.map(({ ours }) => ours)).toEqual(frames.map(({ theirs }) => theirs))
})

/**
 * What is told apart from tcpdump: routing and management protocols whose content is not read, and
 * what a broken packet is called. The addresses are the same, and something is said.
 */
test('a line that differs from that of tcpdump names the same addresses', () => {
  const apart = linedFrames.filter(({ capture }) => capture === 'apart')
  expect(apart.length).toBeLessThan(80)
  for (const { ours, theirs } of apart) {
    expect(ours).not.toBe('')
    const ends = /^IP6? \S+ > \S+: /.exec(theirs)?.[0]
    if (ends !== undefined && !/(?:\[\|udp\]|VXLAN)/.test(theirs)) expect(ours).toContain(ends)
  }
})

test('a link type that is not read is named with its length', () => {
  const view = new DataView(new ArrayBuffer(20))
  expect(new PacketLines().line(view, 0, 20, 30, 189)).toBe('USB_LINUX, length 30')
})

test('no bytes make it throw or read past their end', () => {
  const lines = new PacketLines()
  const change = fc.array(fc.tuple(fc.nat(140), fc.nat(255)), { maxLength: 6 })
  const keep = fc.oneof(fc.nat(150), fc.constant(2000))
  fc.assert(
    fc.property(fc.constantFrom(...linedFrames), change, keep, (frame, changes, length) => {
      const bytes = new Uint8Array(frame.view.buffer).slice(0, length)
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      const view = new DataView(bytes.buffer)
      lines.line(view, 0, bytes.length, frame.originalBytes, frame.linkType)
    }),
    { numRuns: 5000 },
  )
  const linkType = fc.constantFrom(...Object.values(LINK_TYPE))
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), linkType, (bytes, type) => {
      lines.line(new DataView(bytes.slice().buffer), 0, bytes.length, bytes.length, type)
    }),
    { numRuns: 2000 },
  )
})
