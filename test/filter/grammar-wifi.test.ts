import { expect, test } from 'vitest'
import { isLlcType, LLC_SUPERVISORY, LLC_UNNUMBERED } from '../../src/filter/grammar-wifi.ts'
import { expectSame, refusal } from './front.ts'

const OF_MANAGEMENT =
  'assocreq assoc-req assocresp assoc-resp reassocreq reassoc-req reassocresp reassoc-resp probereq probe-req proberesp probe-resp beacon atim disassoc disassociation auth authentication deauth deauthentication'
const OF_CONTROL = 'ps-poll rts cts ack cf-end cf-end-ack'
const OF_DATA =
  'data data-cf-ack data-cf-poll data-cf-ack-poll null cf-ack cf-poll cf-ack-poll qos-data qos-data-cf-ack qos-data-cf-poll qos-data-cf-ack-poll qos qos-cf-poll qos-cf-ack-poll'

test('each subtype is known, with its type and without', () => {
  for (const [type, subtypes] of [
    ['mgt', OF_MANAGEMENT],
    ['ctl', OF_CONTROL],
    ['data', OF_DATA],
  ] as const)
    expectSame(
      [105],
      subtypes
        .split(' ')
        .flatMap((each) => [
          `type ${type} subtype ${each}`,
          `subtype ${each}`,
          `subtype ${each.toUpperCase()}`,
        ]),
    )
})

test('types, subtypes and directions may be numbers within their bits', () => {
  expectSame(
    [127],
    [
      'type 0',
      'type 4',
      'type 0x0c',
      'type 1',
      'type data subtype 0x80',
      'type data subtype 8',
      'subtype 0x80',
      'dir 0',
      'dir 9',
      'type 0x0c subtype beacon',
      'type management',
      'type control',
      'direction fromds',
      'dir nods',
      'dir dstods',
      'dir TODS',
      'dir nosuch',
    ],
  )
})

test('a subtype of another type is refused with what it may have been', () => {
  expectSame([105], ['type data subtype beacon', 'type mgt subtype ack'])
  expect(refusal('type mgt subtype becon', 105)).toMatchObject({
    at: 17,
    end: 22,
    suggestion: 'beacon',
  })
})

test('kinds of LLC frames are known in any case', () => {
  for (const each of ['i', 'S', ...LLC_SUPERVISORY.keys(), ...LLC_UNNUMBERED.keys()])
    expect(isLlcType(each)).toBe(true)
  expect(isLlcType('x')).toBe(false)
})
