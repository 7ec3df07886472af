import { beforeEach, expect, test, vi } from 'vitest'
import { parseInvocation, UsageError } from '../../src/cli/command.ts'
import { LAB_COMMANDS } from '../../src/cli/lab.ts'
import { surroundings } from './surroundings.ts'

const calls: unknown[][] = []

vi.mock('../../src/lab/lab.ts', () =>
  Object.fromEntries(
    ['labList', 'labUp', 'labBreak', 'labCheck', 'labScore', 'labDown'].map((name) => [
      name,
      async (_: unknown, ...rest: unknown[]) => {
        calls.push([name, ...rest])
        return 0
      },
    ]),
  ),
)

beforeEach(() => {
  calls.length = 0
})

const call = (word: keyof typeof LAB_COMMANDS, ...args: string[]) => {
  const command = LAB_COMMANDS[word]
  return command.run(parseInvocation(command, args), surroundings())
}

test.for([
  ['list', ['--json'], ['labList', { json: true }]],
  ['up', ['--fresh'], ['labUp', { fresh: true }]],
  ['up', [], ['labUp', { fresh: false }]],
  ['break', ['server-frozen'], ['labBreak', 'server-frozen']],
  ['check', [], ['labCheck', { target: null, clientOnly: false, flags: [] }]],
  [
    'check',
    ['ssh://h', '--client-only', '-v', '-4', '--timeout', '5'],
    [
      'labCheck',
      { target: 'ssh://h', clientOnly: true, flags: ['--verbose', '--ipv4', '--timeout=5'] },
    ],
  ],
  [
    'check',
    ['ssh://h', '--', '--short', '--timeout=5'],
    ['labCheck', { target: 'ssh://h', clientOnly: false, flags: ['--short', '--timeout=5'] }],
  ],
  [
    'score',
    ['a', 'b', '--parallel', '2', '--json'],
    ['labScore', { names: ['a', 'b'], parallel: 2, oracle: false, json: true, markdown: null }],
  ],
  ['down', [], ['labDown']],
] as const)('lab %s %j', async ([word, args, expected]) => {
  expect(await call(word, ...args)).toBe(0)
  expect(calls).toEqual([expected])
})

test('a fault must be named', async () => {
  await expect(call('break')).rejects.toThrow(
    new UsageError('which fault? rungs lab list names them'),
  )
})

test.for(['0', '100', 'many', '-1'])('--parallel=%s is refused', async (text) => {
  await expect(call('score', `--parallel=${text}`)).rejects.toThrow(/from 1 to 99/)
})
