import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scoreAll, scoreExit } from '../../src/lab/score.ts'
import { keeping } from './around.ts'
import { type Bundle, bundleLab, tell } from './bundle.ts'

let bundle: Bundle
beforeAll(() => {
  bundle = bundleLab()
})
afterAll(() => bundle.remove())

/** Answers every broken network with this verdict. */
function fakeVerdict(verdict: object): Record<string, string> {
  const file = join(bundle.directory, 'fake.json')
  writeFileSync(file, JSON.stringify(verdict))
  return { RUNGS_FAKE_DIAGNOSIS: file }
}

const FROZEN = { state: 'unreachable', cause: 'tcp.frozen', side: 'server' }
const options = (...names: string[]) => ({ names, parallel: 2, oracle: false, json: false })

test('a right answer is exact, its remedy is run as it stands, and the mend is seen', async () => {
  const command = 'pkill -CONT -f "serve http --port 443"'
  const remedies = [{ host: 'server', command, turnsGreen: 'transport.port' }]
  const around = keeping(bundle.program, fakeVerdict({ ...FROZEN, remedies }))
  const results = await scoreAll(around, options('server-frozen', 'healthy'), () => {})
  expect(results).toMatchObject([
    { withServer: 'exact', clientOnly: 'exact', mended: true, fault: { name: 'server-frozen' } },
    { withServer: 'exact', clientOnly: 'exact', mended: null, fault: { name: 'healthy' } },
  ])
  expect(results[0]?.trial.remedies).toEqual([{ command, code: 0 }])
  expect(scoreExit(results)).toBe(0)
})

test('a wrong answer is wrong, and a remedy that mends nothing is none', async () => {
  const remedies = [{ host: 'server', command: 'false', turnsGreen: 'transport.port' }]
  const around = keeping(bundle.program, fakeVerdict({ ...FROZEN, remedies }))
  const faults = ['client-blackhole', 'server-frozen']
  const results = await scoreAll(around, options(...faults), () => {})
  expect(results).toMatchObject([{ withServer: 'wrong' }, { withServer: 'exact', mended: false }])
  expect(scoreExit(results)).toBe(1)
})

test('a check that answers nothing is a crash', async () => {
  const around = keeping(bundle.program, { RUNGS_FAKE_DIAGNOSIS: '/nonexistent' })
  const [graded] = await scoreAll(around, options('server-stopped'), () => {})
  expect(graded).toMatchObject({ withServer: 'crash', clientOnly: 'crash' })
  expect(graded?.trial.clientOnly?.crash).toMatch(/^exit 2, no JSON: .*nonexistent/)
})

test('an unknown name is told before anything is built', async () => {
  await expect(scoreAll(keeping(bundle.program), options('frosen'), () => {})).rejects.toThrow(
    /no fault or oddity frosen/,
  )
})

test('an interrupt leaves nothing', async () => {
  const signal = AbortSignal.timeout(1500)
  const around = keeping(bundle.program, fakeVerdict(FROZEN), signal)
  await expect(scoreAll(around, options('server-frozen'), () => {})).rejects.toThrow()
  // The kernel needs a moment to end all of a process namespace.
  await expect
    .poll(() => tell(['pgrep', '-f', bundle.directory]).stdout, { timeout: 2000 })
    .toBe('')
})
