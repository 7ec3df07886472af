import { expect, test } from 'vitest'
import { IPV4, IPV6, over, subjectOf, valueFrom } from '../../src/facts/nft-field.ts'
import { fieldIs, one } from '../../src/facts/rule-set.ts'

test('a header implies its family or its protocol', () => {
  expect(subjectOf({ payload: { protocol: 'ip', field: 'saddr' } })?.implied).toEqual([IPV4])
  expect(subjectOf({ payload: { protocol: 'ip6', field: 'dscp' } })?.implied).toEqual([IPV6])
  expect(subjectOf({ payload: { protocol: 'udp', field: 'dport' } })?.implied).toEqual([
    over('udp'),
  ])
  expect(over('udp')).toEqual(fieldIs('protocol', [one('udp')]))
})

test('the bare header at the place of a port is that port, elsewhere nothing', () => {
  expect(subjectOf({ payload: { base: 'th', offset: 16, len: 16 } })?.field).toBe('destinationPort')
  expect(subjectOf({ payload: { base: 'th', offset: 8, len: 16 } })).toBeNull()
})

test('a mask goes with every value that is compared', () => {
  const subject = subjectOf({ '&': [{ meta: { key: 'mark' } }, 255] })
  expect(subject).toMatchObject({ field: 'mark', mask: '255' })
  expect(subject && valueFrom(1, subject)).toEqual({ kind: 'masked', value: '1', mask: '255' })
  expect(subjectOf({ '&': [{ '&': [{ meta: { key: 'mark' } }, 255] }, 15] })).toBeNull()
})

test('values that have no order as names are no range', () => {
  const subject = subjectOf({ payload: { protocol: 'icmp', field: 'type' } })
  expect(subject && valueFrom({ range: ['echo-reply', 'redirect'] }, subject)).toBeNull()
})
