import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteForShell } from '../../../src/host/run/quote.ts'

test('plain words stay readable', () => {
  expect(quoteForShell(['ip', '-j', 'addr', 'show', 'eth0.5@x'])).toBe('ip -j addr show eth0.5@x')
})

test.each([
  [['echo', "it's"], `echo 'it'\\''s'`],
  [['a', ''], `a ''`],
  [['$HOME', '`id`', '~'], `'$HOME' '\`id\`' '~'`],
  [['x\ny', 'A=b'], `'x\ny' 'A=b'`],
])('%j is written as %s', (argv, text) => {
  expect(quoteForShell(argv)).toBe(text)
})

const shells = [['sh'], ['bash', '--posix'], ['busybox', 'sh']] as const

test.each(shells)('a shell reads back the same words: %s', (command, ...args) => {
  const word = fc.string({
    unit: fc.constantFrom(...`'"\\$\`!*?~#&;|<>(){}[] \t\nàé😀x=-`),
    maxLength: 20,
  })
  const words = fc.array(word)
  fc.assert(
    fc.property(fc.array(words, { minLength: 20, maxLength: 20 }), (lists) => {
      const script = lists.map((list) => `printf '%s\\0' ${quoteForShell(['-', ...list])}`)
      const said = execFileSync(command, args as string[], { input: script.join('\n') }).toString(
        'utf8',
      )
      expect(said).toBe(lists.map((list) => `${['-', ...list].join('\0')}\0`).join(''))
    }),
    { numRuns: 20 },
  )
})
