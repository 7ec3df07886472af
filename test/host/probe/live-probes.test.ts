import { expect, test } from 'vitest'
import { liveProbes } from '../../../src/host/probe/live-probes.ts'

test("all probes are there, and the client's clock, environment and user", () => {
  const probes = liveProbes()
  expect(Math.abs(probes.now() - Date.now())).toBeLessThan(1000)
  expect(probes.environment.PATH).toBe(process.env.PATH)
  expect(probes.owner).toEqual({ user: process.geteuid?.(), group: process.getegid?.() })
})
