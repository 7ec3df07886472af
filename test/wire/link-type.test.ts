import { expect, test } from 'vitest'
import { linkTypeName } from '../../src/wire/link-type.ts'

test('a link type has the name of its registry, an unknown one its number', () => {
  expect(linkTypeName(1)).toBe('ETHERNET')
  expect(linkTypeName(276)).toBe('LINUX_SLL2')
  expect(linkTypeName(189)).toBe('USB_LINUX')
  expect(linkTypeName(4000)).toBe('4000')
})
