import { expect, test } from 'vitest'
import { readPacket } from '../../src/wire/frame.ts'
import { LinePart } from '../../src/wire/packet-line-part.ts'
import { TextSink } from '../../src/wire/text-sink.ts'
import { SYN_4 } from './header-of.ts'
import { hex } from './hex.ts'

test('both ends are written with ports, or without, or ports alone', () => {
  const part = new LinePart(new TextSink())
  const view = hex(SYN_4)
  part.writeEnds()
  expect(part.sink.slice(0)).toBe('')
  readPacket(view, 0, view.byteLength, view.byteLength, part.headers)
  part.writeEnds()
  part.writeAddresses()
  part.portsOnly = true
  part.writeEnds()
  part.writeAddresses()
  expect(part.sink.slice(0)).toBe(
    '192.0.2.10.4660 > 192.0.2.1.80: 192.0.2.10 > 192.0.2.1: 4660 > 80: ',
  )
  expect(part.writeAddress(view.byteLength - 3, 4)).toBe(false)
})
