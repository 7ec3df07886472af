import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printed } from '../../../src/facts/source.ts'
import { readFrame, writeFrame } from '../../../src/host/run/ssh-frame.ts'

const MARKER = 'rungs-0123456789abcdef01234567'

const run = (argv: readonly string[], shell = ['sh'], before = '', timeoutMs = 5000) => {
  const [command = '', ...args] = shell
  const { stdout, stderr } = spawnSync(command, args, {
    input: before + writeFrame(argv, MARKER, timeoutMs),
    encoding: 'utf8',
  })
  return readFrame(argv, MARKER, printed(stdout, 0, stderr))
}

describe.each([[['sh']], [['bash']], [['busybox', 'sh']]])('under %j', (shell) => {
  test('a command gives its exact output, errors and status', () => {
    const output = run(['sh', '-c', 'printf "a\\n\\nb"; printf err >&2; exit 9'], shell)
    expect(output).toMatchObject({ stdout: 'a\n\nb', stderr: 'err', code: 9, failure: null })
  })

  test('nothing printed is nothing', () => {
    expect(run(['true'], shell)).toMatchObject({ stdout: '', stderr: '', code: 0 })
  })

  test("a greeting and a farewell are not the command's words", () => {
    const output = run(
      ['echo', 'x'],
      shell,
      'echo Welcome; echo Last login >&2; trap "echo bye" 0\n',
    )
    expect(output).toMatchObject({ stdout: 'x\n', stderr: '' })
  })

  test('a command does not eat the script', () => {
    expect(run(['cat'], shell)).toMatchObject({ stdout: '', code: 0 })
  })

  test('a missing program is missing, an unusable one denied', () => {
    expect(run(['no-such-tool'], shell)).toMatchObject({ failure: 'missing', code: null })
    expect(run(['/etc/passwd'], shell)).toMatchObject({ failure: 'denied', code: null })
  })

  test('the tools of the administrator are found, in English', () => {
    const output = run(['sh', '-c', 'echo "$PATH $LC_ALL"'], shell, 'PATH=/usr/bin:/bin\n')
    expect(output?.stdout).toBe('/usr/bin:/bin:/usr/sbin:/sbin C\n')
  })

  test('what hangs is killed over there', () => {
    expect(run(['sleep', '30'], shell, '', 900)).toMatchObject({ code: 137 })
  })
})

test('without a marker there was no shell', () => {
  expect(readFrame(['id'], MARKER, printed('This account is not available.\n', 1))).toBeNull()
})

test('a connection that breaks in the middle keeps what came', () => {
  const came = { ...printed(`motd\n${MARKER}\nhalf`, 255, 'Connection reset\n') }
  expect(readFrame(['id'], MARKER, came)).toMatchObject({
    stdout: 'half',
    stderr: 'Connection reset\n',
    failure: 'unreachable',
    code: null,
  })
})

test('no output throws', () => {
  const text = fc.array(fc.oneof(fc.string(), fc.constantFrom(MARKER, '\n', `${MARKER} 3`)))
  fc.assert(
    fc.property(text, text, (stdout, stderr) => {
      readFrame(['x'], MARKER, printed(stdout.join(''), 0, stderr.join('')))
    }),
  )
})
