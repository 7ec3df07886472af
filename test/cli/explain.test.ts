import { expect, test } from 'vitest'
import { UsageError } from '../../src/cli/command.ts'
import { causesNamed } from '../../src/cli/explain.ts'
import { run } from '../../src/cli/run.ts'
import { CAUSE_CODES } from '../../src/diagnose/cause.ts'
import { surroundings } from './surroundings.ts'

async function told(...args: string[]): Promise<string> {
  const around = surroundings()
  expect(await run(['explain', ...args], around)).toBe(0)
  return around.written.out
}

test('a code is told in full', async () => {
  const text = await told('mtu.black-hole')
  expect(text).toMatch(/^ mtu\.black-hole\n layer 3 network, path\n Large packets vanish/)
  for (const heading of ['proof', 'mend it', 'unlike', 'explains', 'due to'])
    expect(text).toMatch(new RegExp(`^ ${heading} `, 'm'))
})

test('the beginning of a code lists those that begin so; of a single one it is told', async () => {
  expect((await told('tls.')).match(/^ {3}\S+/gm)).toHaveLength(8)
  expect(await told('firewall.bann')).toContain('fail2ban-client set JAIL')
  expect(await told('nat', '--all')).toContain('masquerade')
})

test('without a code all are listed, with --json as one object', async () => {
  expect((await told()).match(/^ {3}[a-z]\S+\./gm)).toHaveLength(CAUSE_CODES.length)
  expect(JSON.parse(await told('--json')).causes).toHaveLength(CAUSE_CODES.length)
  expect(await told('--all', '--json')).toBe(await told('--json'))
  expect(JSON.parse(await told('tcp.frozen', '--json')).causes).toHaveLength(1)
})

test.for([
  ['tcp.no-listner', 'tcp.no-listner is no cause; did you mean: rungs explain tcp.no-listener?'],
  ['no-listener', 'no-listener is no cause; did you mean: rungs explain tcp.no-listener?'],
  ['frobnicate', 'frobnicate is no cause; rungs explain lists them'],
  ['', ' is no cause; rungs explain lists them'],
  ['__proto__', '__proto__ is no cause; rungs explain lists them'],
] as const)('%j is refused with what to do', ([word, message]) => {
  expect(() => causesNamed(word)).toThrow(new UsageError(message))
})
