import { expect, test } from 'vitest'
import { commandTree } from '../../src/cli/command-tree.ts'
import { ROOT } from '../../src/cli/root.ts'
import { CAUSE_CODES } from '../../src/diagnose/cause.ts'

const tree = await commandTree(ROOT, 'the program')
const at = (words: string) => tree.find((branch) => branch.words === words)

test('every command is there once, groups before their commands, and none that is internal', () => {
  const words = tree.map((branch) => branch.words)
  expect(words.slice(0, 3)).toEqual(['', 'check', 'firewall'])
  expect(words.indexOf('lab')).toBeLessThan(words.indexOf('lab break'))
  expect(new Set(words).size).toBe(words.length)
  expect(words).not.toContain('lab serve')
})

test('of a group come its commands, of a command its known operands', () => {
  expect(at('')?.next).toContainEqual(['check', 'say why this machine cannot talk to that server'])
  expect(at('explain')?.next.map(([word]) => word)).toEqual(CAUSE_CODES)
  expect(at('lab break')?.next).toContainEqual(['server-frozen', null])
  expect(at('check')?.next).toEqual([])
})

test('help is a flag everywhere, the version only of the program', () => {
  for (const { flags } of tree) expect(flags.map(({ name }) => name)).toContain('help')
  expect(tree.filter(({ flags }) => flags.some(({ name }) => name === 'version'))).toEqual([at('')])
})
