import { expect, test } from 'vitest'
import { datedMs, otherClocks } from '../../src/diagnose/clocks.ts'
import { MACHINE } from '../../src/diagnose/host.ts'
import { inFakeTime, scriptedHost, witnessOf } from './scene.ts'

const page = (date: string): string => `HTTP/1.1 200 OK\r\n${date}\r\n`
const LATER = 'Date: Sat, 20 Nov 2027 12:00:00 GMT\r\n'
const YEAR_MS = 365 * 86_400_000

async function clocks(date: string, machine: boolean) {
  // The client's clock is noon of 20 November 2026.
  const outputs = { 'date +%s %z': `${Date.UTC(2026, 10, 20, 13) / 1000} +0000\n` }
  const limits = machine ? { limits: MACHINE } : {}
  const server = scriptedHost({ name: 'server', role: 'server', outputs, ...limits })
  const probes = { exchange: { '10.77.2.2': page(date) } }
  return inFakeTime(async () => {
    const scene = { target: 'http://10.77.2.2', client: {}, server: {}, probes }
    const witness = witnessOf(scene, { server })
    const { used } = await witness.visits()
    if (!used) throw new Error('it was visited')
    return { dated: datedMs(used), others: await otherClocks(witness, used) }
  })
}

test('an answer has a date, and a server that is a machine of its own has a clock', async () => {
  const { dated, others } = await clocks(LATER, true)
  expect(dated).toBe(Date.UTC(2027, 10, 20, 12))
  expect(others.map(({ who, side }) => [who, side])).toEqual([
    ["the date of the server's answer", 'server'],
    ['the clock of server', 'server'],
  ])
  expect(others[0]?.aheadMs).toBeGreaterThan(YEAR_MS - 60_000)
})

test('what shares the machine shares its clock, and is no witness', async () => {
  expect((await clocks(LATER, false)).others).toHaveLength(1)
})

test('a date that is none says nothing', async () => {
  expect((await clocks('Date: tomorrow\r\n', false)).others).toEqual([])
})
