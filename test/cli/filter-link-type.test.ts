import { expect, test } from 'vitest'
import { UsageError } from '../../src/cli/command.ts'
import { FILTER_LINK_NAMES, filterLinkName, readLinkType } from '../../src/cli/filter-link-type.ts'
import { libpcapLinkType } from '../filter/libpcap.ts'

test('the names are those of tcpdump -y', () => {
  for (const name of FILTER_LINK_NAMES) {
    // libpcap numbers two of them otherwise in a file than in memory.
    const number = { RAW: 12, ATM_RFC1483: 11 }[name] ?? readLinkType(name)
    expect(libpcapLinkType(name), name).toBe(number)
  }
})

test('case, a prefix and the name in captures do not matter; a number is one as well', () => {
  expect(['en10mb', 'DLT_EN10MB', 'ETHERNET', 'LINKTYPE_ETHERNET', '1'].map(readLinkType)).toEqual([
    1, 1, 1, 1, 1,
  ])
  expect(filterLinkName(1)).toBe('EN10MB')
  expect(filterLinkName(9999)).toBe('9999')
})

test('what is none is refused with the nearest', () => {
  expect(() => readLinkType('LINUX_SSL2')).toThrow(
    new UsageError('--link-type was LINUX_SSL2, which is no link type: did you mean LINUX_SLL2?'),
  )
  expect(() => readLinkType('xyz')).toThrow(/there are NULL, EN10MB/)
})
