import { expect, test } from 'vitest'
import { splitOperands } from '../../../src/cli/reading/operand.ts'

/** Splits words where `a.pcap`, `b` and `tcp` are files. */
const split = (words: string, hasFile = false) => {
  const { files, expression } = splitOperands(words.split(' '), hasFile, (path) =>
    ['a.pcap', 'b', 'tcp'].includes(path),
  )
  return [files.join(' '), expression]
}

test.each([
  ['a.pcap', 'a.pcap', null],
  ['a.pcap b', 'a.pcap b', null],
  ['a.pcap tcp port 80', 'a.pcap', 'tcp port 80'],
  ['a.pcap b tcp', 'a.pcap b', 'tcp'],
  ['a.pcap port 80 b', 'a.pcap', 'port 80 b'],
  ['a.pcap 10.0.0.0/8', 'a.pcap', '10.0.0.0/8'],
  ['a.pcap ::/0', 'a.pcap', '::/0'],
  ['a.pcap fe80::/10 and tcp', 'a.pcap', 'fe80::/10 and tcp'],
  ['a.pcap tcp[2]/8=10', 'a.pcap', 'tcp[2]/8=10'],
  ['- tcp', '-', 'tcp'],
  ['tcp', 'tcp', null],
])('%s: the files are %s and the filter is %s', (words, files, expression) => {
  expect(split(words)).toEqual([files, expression])
})

test.each([
  ['nothing', 'nothing', null],
  ['a.pcap missing.pcapng', 'a.pcap missing.pcapng', null],
  ['a.pcap ./missing tcp', 'a.pcap ./missing', 'tcp'],
  ['a.pcap folder/missing', 'a.pcap folder/missing', null],
  ['a.pcap dump.pcap3', 'a.pcap dump.pcap3', null],
])('%s: a file that is missing is not taken for a filter', (words, files, expression) => {
  expect(split(words)).toEqual([files, expression])
})

test('after -r the words are a filter, and further files where they are no keywords', () => {
  expect(split('tcp port 80', true)).toEqual(['', 'tcp port 80'])
  expect(split('10.0.0.1', true)).toEqual(['', '10.0.0.1'])
  expect(split('b tcp', true)).toEqual(['b', 'tcp'])
})
