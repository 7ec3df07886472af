import { afterAll, beforeAll, expect, test } from 'vitest'
import { onNode } from '../../src/lab/service.ts'
import { inNewWorld } from '../../src/lab/world.ts'
import { type Bundle, bundleLab, tell } from './bundle.ts'

let bundle: Bundle
beforeAll(() => {
  bundle = bundleLab()
})
afterAll(() => bundle.remove())

/** Breaks a fresh lab, then runs a script in it. */
function after(fault: string, script: string): string {
  const lab = `${bundle.program.join(' ')} lab`
  const up = `PATH=$PATH:/usr/sbin:/sbin; ${lab} up >/dev/null; ${lab} break ${fault} >/dev/null\n`
  return tell(inNewWorld(true, ['sh', '-c', `${up}${script}`])).stdout
}

const LISTENING = 'ip netns exec rungs-server ss -Htln sport = :443'

test('a command on a node runs in its namespace', () => {
  expect(onNode('r1', ['ip', 'link'])).toEqual(['ip', 'netns', 'exec', 'rungs-r1', 'ip', 'link'])
})

test('a stopped service listens no more, and only that one', () => {
  expect(after('server-stopped', LISTENING)).toBe('')
  expect(after('server-stopped', LISTENING.replace('443', '80'))).toContain('*:80')
})

test('a frozen service listens in state T', () => {
  const state = `ps -e -o stat=,args= | grep 'serve http --port 443 --certificate good$'`
  const told = after('server-frozen', `${LISTENING}; ${state}`)
  expect(told).toContain('*:443')
  expect(told).toMatch(/^T.* serve http --port 443/m)
})

test('a replaced service listens where it was told to', () => {
  const told = after('server-loopback-only', LISTENING)
  expect(told).toContain('127.0.0.1:443')
  expect(told).not.toContain('*:443')
})

test('a full queue shows as more waiting than may wait', () => {
  const [, waiting, most] = after('server-queue-full', LISTENING).split(/\s+/).map(Number)
  expect(most).toBe(1)
  expect(waiting).toBeGreaterThan(1)
})
