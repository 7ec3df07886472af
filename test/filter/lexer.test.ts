import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FilterError } from '../../src/filter/filter-error.ts'
import { readTokens } from '../../src/filter/lexer.ts'

/** Kind and text of each word. */
const words = (text: string): string[] =>
  readTokens(text).map((token) => `${token.kind}:${token.text}`)

test('the longest match counts, and of two equally long the first of the scanner’s rules', () => {
  expect(words('tcp port 80-90')).toEqual(['word:tcp', 'word:port', 'name:80-90', 'end:'])
  expect(words('len-1')).toEqual(['name:len-1', 'end:'])
  expect(words('1.2.3.4 1.2 1.2.3.4.5')).toEqual([
    'ipv4:1.2.3.4',
    'ipv4:1.2',
    'name:1.2.3.4.5',
    'end:',
  ])
  expect(words('1.2.3.4.5.6 0200.0000.0001 020000000001')).toEqual([
    'ether:1.2.3.4.5.6',
    'ether:0200.0000.0001',
    'ether:020000000001',
    'end:',
  ])
  expect(words('::1 fe80::2:3 1:2:3:4:5:6:7:8 ::ffff:1.2.3.4 1:2:3:4:5:6')).toEqual([
    'ipv6:::1',
    'ipv6:fe80::2:3',
    'ipv6:1:2:3:4:5:6:7:8',
    'ipv6:::ffff:1.2.3.4',
    'ether:1:2:3:4:5:6',
    'end:',
  ])
  expect(words('ip[0:2]')).toEqual([
    'word:ip',
    'word:[',
    'number:0',
    'word::',
    'number:2',
    'word:]',
    'end:',
  ])
})

test('signs have one name each, and a backslash makes a name of a keyword', () => {
  const named = readTokens('&& || == != ! not << \\tcp').map((token) =>
    token.kind === 'word' ? token.word : token.kind === 'name' ? token.name : token.kind,
  )
  expect(named).toEqual(['and', 'or', '=', '!=', '!', '!', '<<', 'tcp', 'end'])
})

test('numbers are decimal, octal, hexadecimal or have a name', () => {
  const values = readTokens('80 017 0x1F 0XfF tcp-syn icmp6-neighborsolicit 0').map((token) =>
    token.kind === 'number' ? token.value : null,
  )
  expect(values).toEqual([80, 15, 31, 255, 2, 135, 0, null])
})

test('what is no word says so, and where', () => {
  for (const [text, at, end] of [
    ['tcp @ udp', 4, 5],
    ['port 089', 5, 8],
    ['ip[0] = 4294967296', 8, 18],
    ['ether host 1:2:3:4:5:', 11, 21],
    ['host “a”', 5, 6],
  ] as const) {
    const error = fc.sample(fc.constant(text), 1).map((each) => {
      try {
        readTokens(each)
        return null
      } catch (thrown) {
        return thrown
      }
    })[0]
    expect(error).toBeInstanceOf(FilterError)
    expect(error).toMatchObject({ at, end })
  }
})

test('any text is words or a FilterError, and the words are its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      try {
        for (const token of readTokens(text))
          expect(text.slice(token.at, token.end)).toBe(token.text)
      } catch (error) {
        expect(error).toBeInstanceOf(FilterError)
      }
    }),
  )
})
