import { expect, test } from 'vitest'
import { parseInvocation, UsageError } from '../../src/cli/command.ts'
import { filter, readFilterRequest } from '../../src/cli/filter.ts'

const request = (...words: string[]) => readFilterRequest(parseInvocation(filter, words))

test('the words are one expression', () => {
  expect(request('tcp', 'port', '80')).toEqual({
    expression: 'tcp port 80',
    form: 'summary',
    linkType: 'EN10MB',
    live: false,
    optimise: true,
    snapBytes: 262_144,
  })
  expect(request('tcp[13] & 2 != 0', 'or', '!udp').expression).toBe('tcp[13] & 2 != 0 or !udp')
})

test("tcpdump's letters mean what they mean there", () => {
  expect(request('-d').form).toBe('listing')
  expect(request('-dd', 'tcp').form).toBe('structs')
  expect(request('-ddd', 'tcp').form).toBe('numbers')
  expect(request('-d', '-d', '-d', '-d', 'tcp').form).toBe('numbers')
  expect(request('-y', 'RAW', '-O', '-s', '96', 'tcp')).toMatchObject({
    linkType: 'RAW',
    optimise: false,
    snapBytes: 96,
  })
  expect(request('-s', '0').snapBytes).toBe(262_144)
})

test.for([
  ['-d --json', '-d and --json are different answers; ask for one of them'],
  ['-s much', '-s was much; it takes a number of bytes, up to 262144'],
])('%s is refused', ([words = '', message = '']) => {
  expect(() => request(...words.split(' '))).toThrow(new UsageError(message))
})
