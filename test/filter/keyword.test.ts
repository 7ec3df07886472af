import { expect, test } from 'vitest'
import { KEYWORDS, NUMBERS } from '../../src/filter/keyword.ts'
import { libpcapCompile } from './libpcap.ts'

test('a keyword is one for libpcap as well: it is no name of a host', () => {
  for (const word of KEYWORDS.keys())
    expect(String(libpcapCompile(`host ${word}`, 1, false)), word).toMatch(/syntax error/)
})

test('spellings of one keyword have one name', () => {
  expect(KEYWORDS.get('ether')).toBe('link')
  expect(KEYWORDS.get('wlan')).toBe('link')
  expect(KEYWORDS.get('length')).toBe('len')
  expect(KEYWORDS.get('not')).toBe('!')
})

test('a name of a number is that number for libpcap as well', () => {
  for (const [name, value] of NUMBERS)
    expect(libpcapCompile(`len = ${name}`, 1, false), name).toEqual(
      libpcapCompile(`len = ${value}`, 1, false),
    )
})
