import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FilterError } from '../../src/filter/filter-error.ts'
import { parseExpression } from '../../src/filter/grammar.ts'
import type { Expression } from '../../src/filter/tree.ts'
import { ExpressionMaker } from './expression-maker.ts'
import { circumstancesOf, ours, spentMs, theirs } from './front.ts'

const EXPRESSIONS = readFileSync(join(import.meta.dirname, 'data', 'expressions.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('# '))

/** The tree with brackets where it has joints. */
function shape(node: Expression | null): string {
  if (node === null) return ''
  if (node.kind === 'and' || node.kind === 'or')
    return `(${shape(node.left)} ${node.kind} ${shape(node.right)})`
  if (node.kind === 'not') return `!${shape(node.of)}`
  if (node.kind !== 'address') return node.kind === 'protocol' ? node.protocol : node.kind
  const { protocol, direction, kind } = node.qualifiers
  const value = 'text' in node.identifier ? node.identifier.text : node.identifier.value
  return [protocol, direction, kind, value].filter((word) => word !== null).join(' ')
}

test('“and” and “or” bind alike, from the left', () => {
  expect(shape(parseExpression('tcp or udp and icmp or arp'))).toBe(
    '(((tcp or udp) and icmp) or arp)',
  )
  expect(shape(parseExpression('tcp or (udp and not icmp)'))).toBe('(tcp or (udp and !icmp))')
})

test('an identifier inherits the qualifiers of the one before it', () => {
  expect(shape(parseExpression('tcp dst port ftp or 80 and ssh'))).toBe(
    '((tcp dst port ftp or tcp dst port 80) and tcp dst port ssh)',
  )
  expect(shape(parseExpression('host a and not (b or c)'))).toBe('(host a and !(host b or host c))')
  expect(shape(parseExpression('src net 10 and (tcp) and 11'))).toBe(
    '((src net 10 and tcp) and src net 11)',
  )
})

test('an empty expression is no tree', () => {
  expect(parseExpression('')).toBeNull()
  expect(parseExpression(' \n')).toBeNull()
})

test('what does not fit is told with its place and with what would fit', () => {
  const told = (text: string): FilterError => {
    try {
      parseExpression(text)
    } catch (error) {
      if (error instanceof FilterError) return error
    }
    throw new Error(`“${text}” is an expression`)
  }
  expect(told('tcp and')).toMatchObject({ at: 7, end: 7 })
  expect(told('tcp prt 80')).toMatchObject({ at: 4, end: 7, suggestion: 'port' })
  expect(told('ipv6 and tcp')).toMatchObject({ at: 0, end: 4, suggestion: 'ip6' })
  expect(told('10.0.0.1')).toMatchObject({ at: 0, end: 8, suggestion: 'host 10.0.0.1' })
  expect(told('len-14 > 46')).toMatchObject({ at: 0, end: 6, suggestion: 'len - 14' })
  expect(told('tcp http')).toMatchObject({ suggestion: 'and tcp port 80' })
  expect(told('tcp and 80')).toMatchObject({ at: 8, end: 10, suggestion: 'port 80' })
  expect(told('(tcp')).toMatchObject({ at: 4, end: 4 })
  expect(told('len >')).toMatchObject({ at: 5 })
})

test('of every expression of the list libpcap says the same: refused, or this graph', () => {
  for (const expression of EXPRESSIONS)
    expect(`${expression}\n${ours(expression, circumstancesOf(1))}`).toBe(
      `${expression}\n${theirs(expression, 1)}`,
    )
})

test('of words in any order and of combinations as well', () => {
  const maker = new ExpressionMaker(1, EXPRESSIONS)
  const made = Array.from({ length: 3000 }, (_, index) =>
    index % 2 === 0 ? maker.soup() : maker.expression(3),
  )
  for (const expression of made)
    expect(`${expression}\n${ours(expression, circumstancesOf(1))}`).toBe(
      `${expression}\n${theirs(expression, 1)}`,
    )
})

test('any text is a tree or a FilterError', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      try {
        parseExpression(text)
      } catch (error) {
        expect(error).toBeInstanceOf(FilterError)
      }
    }),
  )
})

/** An opening word, as often as fits into 64 KiB. */
const repeated = (text: string): string => text.repeat(Math.floor(65_536 / text.length))

test.for([
  repeated('('),
  repeated('not '),
  `${repeated('not ')}tcp`,
  repeated('tcp or '),
  `${repeated('tcp or ')}tcp`,
  `${repeated('port 80 and (')}`,
  `${repeated('ip[')}0`,
  `len = 1${repeated(' + 1')}`,
  `len = 1${repeated(' % 1')}`,
  `len = ${repeated('- ')}1`,
  repeated('1'),
  repeated('::'),
  repeated('a:'),
  repeated('1.'),
  `host ${repeated('a-')}`,
  `port (80${repeated(' or 80')})`,
])('64 KiB of words are read or refused within a second (%#)', (text) => {
  const start = process.cpuUsage()
  try {
    parseExpression(text)
  } catch (error) {
    expect(error).toBeInstanceOf(FilterError)
  }
  expect(spentMs(start)).toBeLessThan(1000)
})
