import { expect, test } from 'vitest'
import { pageFor, speaksUtf8, wantsColour } from '../../src/cli/terminal.ts'
import { surroundings } from './surroundings.ts'

test.for([
  [{}, true, false, true],
  [{}, false, false, false],
  [{ NO_COLOR: '1' }, true, false, false],
  [{ NO_COLOR: '' }, true, false, true],
  [{ FORCE_COLOR: '1' }, false, false, true],
  [{ FORCE_COLOR: '0' }, true, false, false],
  [{ FORCE_COLOR: '1' }, true, true, false],
  [{ TERM: 'dumb' }, true, false, false],
] as const)(
  '%j, terminal %j, --no-color %j: colours %j',
  ([environment, isTerminal, never, colours]) => {
    expect(wantsColour(environment, isTerminal, never)).toBe(colours)
  },
)

test.for([
  [{ LANG: 'C.UTF-8' }, true],
  [{ LANG: 'ca_ES.utf8' }, true],
  [{ LC_ALL: 'C', LANG: 'C.UTF-8' }, false],
  [{ LC_ALL: '', LC_CTYPE: 'en_US.UTF-8', LANG: 'C' }, true],
  [{}, false],
] as const)('%j speaks UTF-8: %j', ([environment, utf8]) => {
  expect(speaksUtf8(environment)).toBe(utf8)
})

test('a page without a terminal has 80 columns and no colours', () => {
  const page = pageFor(surroundings(), { noColour: false, verbose: true })
  expect(page).toMatchObject({ columns: 80, unicode: true, verbose: true })
  expect(page.paint('fail', 'x')).toBe('x')
})

test('on a terminal a failure is red and bold, and plain text stays as it is', () => {
  const { paint } = pageFor(surroundings({ terminal: true }), { noColour: false, verbose: false })
  expect(paint('fail', 'x')).toBe('\u001b[1m\u001b[31mx\u001b[39m\u001b[22m')
  expect(paint('plain', 'x')).toBe('x')
})
