import { expect, test } from 'vitest'
import { parseOptions } from '../../src/capture/tcpdump-option.ts'
import { formatHex } from '../../src/wire/bytes.ts'

test.each([
  ['mss 1460,sackOK,TS val 1 ecr 2,nop,wscale 7', '020405b40402080a000000010000000201030307'],
  ['mss 1460,nop,nop,sackOK', '020405b401010402'],
  ['nop,nop,timestamp 3 4', '0101080a0000000300000004'],
  ['nop,nop,sack 1 {10:20}', '0101050a0000000a00000014'],
  ['nop,nop,sack sack 2 {1:2}{3:4} ', '0101051200000001000000020000000300000004'],
  ['wscale 7', '03030700'],
  ['mss 1460, [|tcp', '020405b4'],
  ['unknown-30 0x0001', ''],
  ['', ''],
])('“%s” is %s', (text, bytes) => {
  expect(formatHex(parseOptions(text, (edge) => edge))).toBe(bytes)
})

test('a header has room for forty bytes of them', () => {
  const bytes = parseOptions('TS val 1 ecr 1,'.repeat(9), (edge) => edge)
  expect(bytes).toHaveLength(40)
})
