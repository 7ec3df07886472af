import { describe, expect, test } from 'vitest'
import { formatTable, type Row } from '../../../src/report/read/table.ts'
import { displayWidth } from '../../../src/report/width.ts'
import { pageOf, stylePage } from './pages.ts'

const CLOSED: Row = {
  number: '1',
  start: '20:06:32.845',
  client: '192.168.2.10:1249',
  server: '192.168.2.165:23',
  service: 'telnet',
  story: 'closed',
  duration: '60.1 s',
  bytes: '203 B',
  sentence: 'The server closed first.',
  status: 'pass',
}

const REFUSED: Row = {
  ...CLOSED,
  number: '12',
  story: 'refused',
  bytes: '0 B',
  sentence: 'The server answered each of 3 SYNs by a reset: nothing listens on port 23.',
  status: 'fail',
}

const lines = (rows: readonly Row[], columns: number): string[] =>
  formatTable(rows, pageOf(columns)).trimEnd().split('\n')

describe('a wide page', () => {
  test('has what happened beside the columns, each sentence under itself', () => {
    expect(lines([CLOSED, REFUSED], 130)).toEqual([
      ' #  start         client             server            service  story      lasted  bytes  what happened',
      ' 1  20:06:32.845  192.168.2.10:1249  192.168.2.165:23  telnet   ✓ closed   60.1 s  203 B  The server closed first.',
      '12  20:06:32.845  192.168.2.10:1249  192.168.2.165:23  telnet   ✗ refused  60.1 s    0 B  The server answered each of 3 SYNs by a',
      '                                                                                          reset: nothing listens on port 23.',
    ])
  })
})

describe('a narrow page', () => {
  test('has what happened below the columns', () => {
    expect(lines([CLOSED, REFUSED], 80)).toEqual([
      ' #  start         client             server            service  lasted  bytes',
      ' 1  20:06:32.845  192.168.2.10:1249  192.168.2.165:23  telnet   60.1 s  203 B',
      '      ✓ closed: The server closed first.',
      '12  20:06:32.845  192.168.2.10:1249  192.168.2.165:23  telnet   60.1 s    0 B',
      '      ✗ refused: The server answered each of 3 SYNs by a reset: nothing listens',
      '        on port 23.',
    ])
  })

  test('gives long addresses lines of their own, and the others what they need', () => {
    const client = '[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:54321'
    expect(lines([CLOSED, { ...CLOSED, client, server: client }], 80)).toEqual([
      '#  start         client               server              service  lasted  bytes',
      '1  20:06:32.845  192.168.2.10:1249    192.168.2.165:23    telnet   60.1 s  203 B',
      '      ✓ closed: The server closed first.',
      '1  20:06:32.845  telnet, 60.1 s, 203 B',
      '      [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:54321 →',
      '      [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:54321',
      '      ✓ closed: The server closed first.',
    ])
  })
})

test.for([40, 60, 80, 100, 120, 160, 250])(
  'nothing is wider than a page of %d columns',
  (columns) => {
    const long = { ...REFUSED, client: '[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:54321' }
    for (const line of lines([CLOSED, REFUSED, long], columns))
      expect(displayWidth(line)).toBeLessThanOrEqual(columns)
  },
)

test('a fault is told by a sign and a word, not by colour alone', () => {
  for (const columns of [80, 160]) {
    const text = formatTable([REFUSED], stylePage(columns))
    expect(text).toMatch(/<fail>✗ (?:<\/><fail>)?refused/)
  }
  expect(formatTable([REFUSED], pageOf(80, false))).toContain('x refused: ')
})

test('hostile names cannot steer the terminal', () => {
  const text = formatTable(
    [{ ...REFUSED, service: '\u001b[2J', sentence: 'a\u202eb\r\n' }],
    pageOf(80),
  )
  expect(text).not.toMatch(/[\u001b\u202e\r]/)
  expect(text).toContain('\\x1b[2J')
})
