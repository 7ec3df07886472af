import { test } from 'vitest'
import { expectSame } from './front.ts'

test('frames of LLC are told by their control field', () => {
  expectSame(
    [1, 6, 10, 100, 105, 127, 101, 113],
    [
      'llc',
      'llc i',
      'llc s',
      'llc u',
      'llc rr',
      'llc rnr',
      'llc rej',
      'llc ui',
      'llc ua',
      'llc disc',
      'llc dm',
      'llc sabme',
      'llc test',
      'llc xid',
      'llc frmr',
      'llc UI',
      'llc nosuch',
      'not llc',
    ],
  )
})
