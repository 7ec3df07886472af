import { expect, test } from 'vitest'
import { type Command, UsageError } from '../../src/cli/command.ts'
import { find, formatGroup, type Group, isGroup } from '../../src/cli/group.ts'

const command = (name: string, verbatim = false): Command => ({
  name,
  operands: '',
  mostOperands: 0,
  help: '',
  examples: [],
  flags: [],
  notes: [],
  verbatim,
  run: async () => 0,
})

const inner: Group = {
  name: 'lab',
  help: 'A lab.',
  examples: ['rungs lab up'],
  commands: {
    up: { summary: 'build it', load: async () => command('lab up') },
    serve: { summary: null, load: async () => command('lab', true) },
  },
  notes: ['The end.'],
}

const root: Group = {
  ...inner,
  name: '',
  commands: {
    check: { summary: 'look', load: async () => command('check') },
    lab: { summary: 'a lab', load: () => inner },
  },
}

test.for([
  [['check', 'a', '-b'], 'check', ['a', '-b']],
  [['lab', 'up', '--fresh'], 'lab up', ['--fresh']],
  [['lab', 'serve', '--port', '1'], 'lab', ['serve', '--port', '1']],
] as const)('%j is a command and its words', async ([words, name, rest]) => {
  const { found, rest: left } = await find(root, words)
  expect(isGroup(found)).toBe(false)
  expect(found.name).toBe(name)
  expect(left).toEqual(rest)
})

test.for([
  [[], '', []],
  [['--help'], '', ['--help']],
  [['lab'], 'lab', []],
  [['lab', '-h'], 'lab', ['-h']],
] as const)('%j is a group', async ([words, name, rest]) => {
  const { found, rest: left } = await find(root, words)
  expect(isGroup(found)).toBe(true)
  expect(found.name).toBe(name)
  expect(left).toEqual(rest)
})

test.for([
  [['chek'], 'chek is not a command of rungs; did you mean: rungs check?'],
  [['lab', 'pu'], 'pu is not a command of rungs lab; did you mean: rungs lab up?'],
  [['lab', 'wreck'], 'wreck is not a command of rungs lab; it has up'],
  [['lab', 'example.org'], 'example.org is not a command of rungs lab; it has up'],
  [['toString'], 'toString is not a command of rungs; it has check, lab'],
] as const)('%j is refused with what there is', async ([words, message]) => {
  await expect(find(root, words)).rejects.toThrow(new UsageError(message))
})

test('the overview hides what only our own processes call', () => {
  expect(formatGroup(inner)).toBe(
    'A lab.\n\nexamples:\n  $ rungs lab up\n\nusage: rungs lab COMMAND [flags]\n\n  up  build it\n\nThe end.\n',
  )
})
