import { expect, test } from 'vitest'
import { articleOf } from '../../src/diagnose/article.ts'
import { CAUSE_CODES, isCauseCode } from '../../src/diagnose/cause.ts'

test.for(CAUSE_CODES)('the article on %s is made of whole sentences', (code) => {
  const { meaning, proof, advice, apart } = articleOf(code)
  for (const sentence of [...meaning, proof, advice])
    expect(sentence).toMatch(/^[^a-z\s][\s\S]*[.)]$/)
  // These follow a code and a colon.
  for (const difference of Object.values(apart)) expect(difference).toMatch(/^[a-z][^\n]*[^.]$/)
})

test.for(CAUSE_CODES)('the article on %s closes every command that it opens', (code) => {
  const { meaning, proof, advice, apart } = articleOf(code)
  for (const text of [...meaning, proof, advice, ...Object.values(apart)])
    expect(text?.split('`').length ?? 1, text).toSatisfy((parts: number) => parts % 2 === 1)
})

test.for(CAUSE_CODES)('the article on %s tells it apart from another cause', (code) => {
  const others = Object.keys(articleOf(code).apart)
  expect(others.length).toBeGreaterThan(0)
  expect(others).not.toContain(code)
  for (const other of others) expect(isCauseCode(other)).toBe(true)
})

test('every cause has a command to mend it or to look closer, but where only a person can act', () => {
  const without = CAUSE_CODES.filter((code) => articleOf(code).commands.length === 0)
  expect(without).toEqual([
    'wifi.weak-signal',
    'link.neighbour-failed',
    'session.login-refused',
    'portal.captive',
    'service.rate-limited',
  ])
})

test('a command is one line, without a quote left open', () => {
  for (const code of CAUSE_CODES)
    for (const command of articleOf(code).commands) {
      expect(command).toMatch(/^[^\s`][^\n`]*[^\s`]$/)
      expect(command.split("'").length % 2, command).toBe(1)
    }
})
