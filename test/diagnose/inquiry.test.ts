import { describe, expect, test } from 'vitest'
import { explainFailure, inquire } from '../../src/diagnose/inquiry.ts'
import { interfaces } from '../../src/facts/ip-address.ts'
import { type Output, printed, type Question } from '../../src/facts/source.ts'
import { listeners } from '../../src/facts/ss.ts'
import { type Given, type Outputs, recorded, scriptedHost } from './scene.ts'

/** A question with two sources: `best`, then `plain`; an answer is a line that begins with `=`. */
const question: Question<string> = {
  name: 'the answer',
  sources: ['best', 'plain'].map((program) => ({
    argv: [program, 'it'],
    package: `${program}-tools`,
    parse: ({ stdout }) => (stdout.startsWith('=') ? stdout.slice(1) : null),
  })),
}

const host = (best?: Given | readonly Given[], plain?: Given) =>
  scriptedHost({
    outputs: { ...(best && { 'best it': best }), ...(plain && { 'plain it': plain }) } as Outputs,
  })

const reason = async (best?: Given, plain?: Given) => {
  const answer = await inquire(host(best, plain)).ask(question)
  if (answer.known) throw new Error('there was an answer')
  return answer
}

describe('sources', () => {
  test('are tried in their order, and no more of them than are needed', async () => {
    const one = host('=yes', '=no')
    expect(await inquire(one).ask(question)).toMatchObject({ known: true, value: 'yes' })
    expect(one.ran).toEqual(['best it'])
  })

  test('that print something else are passed over', async () => {
    const one = host('usage: best', '=yes')
    expect(await inquire(one).ask(question)).toMatchObject({ known: true, value: 'yes' })
    expect(one.ran).toEqual(['best it', 'plain it'])
  })

  test('that are missing are passed over', async () => {
    const answer = await inquire(host(undefined, '=yes')).ask(question)
    expect(answer).toMatchObject({ known: true, value: 'yes', output: { argv: ['plain', 'it'] } })
  })

  test('that did not end properly are not understood, whatever they printed', async () => {
    for (const failure of ['timeout', 'too-large', 'denied'] as const)
      expect(await reason({ stdout: '=half', failure, code: null })).toMatchObject({ known: false })
  })

  test('of a real host are understood', async () => {
    const server = inquire(scriptedHost({ outputs: recorded('healthy-server') }))
    const [links, sockets] = await Promise.all([server.ask(interfaces), server.ask(listeners)])
    expect(links.known && links.value.map(({ name }) => name)).toEqual(['lo', 'eth0'])
    expect(sockets.known && sockets.value[0]?.local.port).toBe(80)
  })
})

describe('without an answer', () => {
  test('every reason is told once, and the package of the best source', async () => {
    expect(await reason()).toMatchObject({
      because: 'best is not installed; plain is not installed',
      needs: 'best-tools',
    })
    expect(await reason('nonsense', { code: 2, stderr: 'plain: no permission\nmore' })).toEqual({
      known: false,
      because: 'the output of best could not be understood; plain failed: plain: no permission',
      needs: null,
    })
  })

  test('a host out of reach is not asked again by another source', async () => {
    const lost = {
      failure: 'unreachable',
      code: null,
      stderr: 'ssh: connect: timed out\n',
    } as const
    const one = host(lost, '=yes')
    expect(await inquire(one).ask(question)).toMatchObject({
      known: false,
      because: expect.stringContaining('ssh: connect: timed out'),
    })
    expect(one.ran).toEqual(['best it'])
  })

  test('a package is needed only where a program is missing', async () => {
    expect((await reason({ failure: 'denied', code: null }, 'nonsense')).needs).toBeNull()
    expect((await reason('nonsense', undefined)).needs).toBe('plain-tools')
  })
})

describe('what is remembered', () => {
  test('a question is put once, also to those who ask at the same time', async () => {
    const one = host('=yes')
    const inquiry = inquire(one)
    const answers = await Promise.all([inquiry.ask(question), inquiry.ask(question)])
    expect(answers[0]).toBe(answers[1])
    await inquiry.ask(question)
    expect(one.ran).toEqual(['best it'])
  })

  test('a failure as well', async () => {
    const one = host()
    const inquiry = inquire(one)
    await inquiry.ask(question)
    await inquiry.ask(question)
    expect(one.ran).toEqual(['best it', 'plain it'])
  })

  test('two questions share the command that both want', async () => {
    const one = host('=yes')
    const inquiry = inquire(one)
    await inquiry.ask(question)
    await inquiry.ask({ ...question, name: 'another' })
    await inquiry.run(['best', 'it'])
    expect(one.ran).toEqual(['best it'])
  })

  test('words are not confused with the spaces between them', async () => {
    const one = scriptedHost({ outputs: { 'echo a b': 'x' } })
    const inquiry = inquire(one)
    await inquiry.run(['echo', 'a b'])
    await inquiry.run(['echo', 'a', 'b'])
    expect(one.ran).toHaveLength(2)
  })

  test('what changes is asked again, and the first answer stays what it was', async () => {
    const one = host(['=1', '=2', '=3'])
    const inquiry = inquire(one)
    const ask = async (again: boolean) => {
      const answer = await (again ? inquiry.askAgain(question) : inquiry.ask(question))
      return answer.known ? answer.value : null
    }
    expect([await ask(false), await ask(true), await ask(true), await ask(false)]).toEqual([
      '1',
      '2',
      '3',
      '1',
    ])
  })
})

describe('why an output is no answer', () => {
  const output = (part: Partial<Output>): Output => ({
    ...printed(''),
    argv: ['ss', '-t'],
    ...part,
  })

  test.for([
    [{ failure: 'missing', code: null }, 'ss is not installed'],
    [{ failure: 'denied', code: null }, 'ss may not be run'],
    [{ failure: 'timeout', code: null }, 'ss did not end in time'],
    [{ failure: 'too-large', code: null }, 'ss printed more than can be read'],
    [{ failure: 'unreachable', code: null, stderr: 'ssh: no route\n' }, '(ssh: no route)'],
    [{ code: 1, stderr: 'Cannot open netlink socket\n' }, 'ss failed: Cannot open netlink socket'],
    [{ code: 3 }, 'ss failed: exit status 3'],
    [{ stdout: 'x' }, 'the output of ss could not be understood'],
  ] as const)('%j', ([part, words]) => {
    expect(explainFailure(output(part))).toContain(words)
  })

  test('is one short line, however much was said', () => {
    const said = explainFailure(output({ code: 1, stderr: `${'x'.repeat(10_000)}\nmore` }))
    expect(said.length).toBeLessThan(250)
    expect(said).not.toContain('\n')
  })
})
