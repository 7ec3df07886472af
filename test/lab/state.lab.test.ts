import { afterAll, beforeAll, expect, test } from 'vitest'
import { isForgotten, isWhole, type LabState } from '../../src/lab/state.ts'
import { inNewWorld } from '../../src/lab/world.ts'
import { type Bundle, bundleLab, tell } from './bundle.ts'

let bundle: Bundle
beforeAll(() => {
  bundle = bundleLab()
})
afterAll(() => bundle.remove())

test('the nodes, the services with their processes, and the break are remembered', () => {
  const lab = `${bundle.program.join(' ')} lab`
  const script = `${lab} up >/dev/null; ${lab} break dns-stopped >/dev/null; cat /run/rungs-lab/state.json`
  const { stdout } = tell(inNewWorld(true, ['sh', '-c', script]))
  const state = JSON.parse(stdout) as LabState
  expect(state.nodes).toContain('client')
  expect(state.broken).toBe('dns-stopped')
  expect(Object.keys(state.services)).toContain('server/https')
  expect(Object.keys(state.services)).not.toContain('ns/dns')
  expect(state.services['server/http']).toMatchObject({ pid: expect.any(Number), words: ['http'] })
})

test('a lab without one of its namespaces is not whole', () => {
  const state = { topology: 'standard', nodes: ['never-made'], services: {}, broken: null }
  expect(isWhole(state)).toBe(false)
  expect(isWhole({ ...state, nodes: [] })).toBe(true)
})

test('a node that never was is forgotten', () => {
  expect(isForgotten('never-made')).toBe(true)
})
