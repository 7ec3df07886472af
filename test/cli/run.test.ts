import { describe, expect, test } from 'vitest'
import { VERSION } from '../../src/base/version.ts'
import { run } from '../../src/cli/run.ts'
import { surroundings } from './surroundings.ts'

async function told(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const around = surroundings()
  return { code: await run(args, around), ...around.written }
}

test('the version is one line on stdout', async () => {
  for (const flag of ['--version', '-V'])
    expect(await told(flag)).toEqual({ code: 0, out: `${VERSION}\n`, err: '' })
})

test('without a word, with --help and with help, the overview is shown', async () => {
  const overview = await told()
  expect(overview.out).toMatch(/examples:\n[\s\S]*usage: rungs COMMAND[\s\S]*\n {2}check /)
  expect(overview.out).toMatch(/Exit\s+codes: 0 all held/)
  expect(await told('--help')).toEqual(overview)
  expect(await told('-h')).toEqual(overview)
  expect(await told('help')).toEqual(overview)
})

test('the help of a command is the same by both ways', async () => {
  const help = await told('check', '--help')
  expect(help.out).toMatch(/^Say why .*\n[\s\S]*examples:\n[\s\S]*--server HOST/)
  expect(help.code).toBe(0)
  expect(await told('help', 'check')).toEqual(help)
})

test('every line of help but a long example fits into 80 columns', async () => {
  for (const words of [
    [],
    ['check', '--help'],
    ['lab'],
    ['help', 'lab', 'score'],
    ['lab', 'check', '-h'],
    ['demo', '-h'],
    ['explain', '-h'],
    ['schema', '-h'],
    ['completion', '-h'],
  ])
    for (const line of (await told(...words)).out.split('\n'))
      if (!line.startsWith('  $ ')) expect(line.length, line).toBeLessThanOrEqual(80)
})

describe('a word that is no command', () => {
  test.for([
    ['chekc', 'rungs: chekc is not a command of rungs; did you mean: rungs check?\n'],
    [
      'example.org',
      'rungs: example.org is not a command of rungs; did you mean: rungs check example.org?\n',
    ],
    [
      'https://h',
      'rungs: https://h is not a command of rungs; did you mean: rungs check https://h?\n',
    ],
    ['--json', 'rungs: --json comes too early: a command first, then its flags\n'],
  ] as const)('%s gets a suggestion and the exit code 2', async ([word, err]) => {
    expect(await told(word)).toEqual({ code: 2, out: '', err })
  })

  test.for(['constructor', '__proto__', 'frobnicate', ''])(
    '%j is told what there is',
    async (word) => {
      const { code, err } = await told(word)
      expect(code).toBe(2)
      expect(err).toContain('it has check, firewall, read, trace, capture, filter, explain, ')
    },
  )

  test('cannot steer the terminal', async () => {
    expect((await told('\u001b[2J')).err).toContain('\\x1b[2J is not a command of')
  })
})

test('a failure inside is one line and the exit code 2; the stack comes only when asked for', async () => {
  const broken = {
    write: () => {
      throw new Error('no more\nroom')
    },
    isTerminal: false,
    columns: null,
  }
  const quiet = surroundings({ out: broken })
  expect(await run(['--version'], quiet)).toBe(2)
  expect(quiet.written.err).toBe(
    'rungs: this went wrong inside rungs: no more\\x0aroom (RUNGS_DEBUG=1 shows where)\n',
  )
  const debugging = surroundings({ out: broken, environment: { RUNGS_DEBUG: '1' } })
  expect(await run(['--version'], debugging)).toBe(2)
  expect(debugging.written.err).toMatch(/\n +at /)
})

test('what fails because the user wanted to stop is an interrupt', async () => {
  const broken = surroundings({
    out: {
      write: () => {
        throw new Error('gone')
      },
      isTerminal: false,
      columns: null,
    },
  })
  broken.controller.abort()
  expect(await run(['--version'], broken)).toBe(130)
  expect(broken.written.err).toBe('rungs: interrupted; what had been set up was undone\n')
})
