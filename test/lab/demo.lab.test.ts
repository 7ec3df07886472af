import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bundle, bundleLab, tell } from './bundle.ts'

let bundle: Bundle
beforeAll(() => {
  bundle = bundleLab()
})
afterAll(() => bundle.remove())

test('nobody is shown three breaks and three mends, and nothing is left', () => {
  const fake = join(bundle.directory, 'fake.json')
  // One command that mends whichever of the three is in place.
  const command = [
    'pkill -CONT -f "serve http --port 443"',
    'ip route add default via 203.0.113.1; ip -6 route add default via 2001:db8:0:80::1',
    'nft delete table inet lab',
    'true',
  ].join('; ')
  const remedies = [{ host: 'server', command, turnsGreen: 'transport.port' }]
  writeFileSync(fake, JSON.stringify({ state: 'unreachable', cause: 'tcp.frozen', remedies }))
  const environment = { RUNGS_FAKE_DIAGNOSIS: fake }
  const { stdout, code } = tell([...bundle.program, 'demo'], 'nobody', environment)
  expect(stdout.match(/^--- \d of 3: .* ---$/gm)).toHaveLength(3)
  expect(stdout.match(/^\$ rungs check https:.*netns:\/\/rungs-server$/gm)).toHaveLength(4)
  expect(stdout.match(/^on server \$ pkill/gm)).toHaveLength(3)
  expect(stdout.match(/^mended: /gm)).toHaveLength(3)
  expect(stdout).toMatch(/The network is gone again/)
  expect(code).toBe(0)
  expect(tell(['pgrep', '-f', bundle.directory]).stdout).toBe('')
})
