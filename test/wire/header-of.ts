import { readFrame } from '../../src/wire/frame.ts'
import { Headers } from '../../src/wire/headers.ts'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { hex } from './hex.ts'

/** The headers of a whole frame given as hexadecimal digits. */
export function headersOf(digits: string, linkType: number = LINK_TYPE.ethernet): Headers {
  const view = hex(digits)
  const headers = new Headers()
  readFrame(view, 0, view.byteLength, view.byteLength, linkType, headers)
  return headers
}

/** 192.0.2.10:4660 > 192.0.2.1:80, SYN, sequence 1. */
export const SYN_4 =
  '45000028000040004006000 0c000020ac0000201 12340050 00000001 00000000 50020400 00000000'

/** 2001:db8::a:4660 > 2001:db8::1:80, SYN, sequence 1. */
export const SYN_6 = `6000000000140640 20010db800000000000000000000000a 20010db8000000000000000000000001
  12340050 00000001 00000000 50020400 00000000`

/** What the headers of `SYN_4` and `SYN_6` say, wherever they stand. */
export const SYN: Partial<Headers> = {
  protocol: 6,
  sourcePort: 4660,
  destinationPort: 80,
  sequence: 1,
  flags: 2,
  window: 1024,
  payloadBytes: 0,
}
