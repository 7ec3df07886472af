import { afterAll, beforeAll, expect, test } from 'vitest'
import { scoreAll, scoreExit } from '../../src/lab/score.ts'
import { keeping } from './around.ts'
import { type Bundle, bundleLab } from './bundle.ts'

let bundle: Bundle
beforeAll(() => {
  bundle = bundleLab()
})
afterAll(() => bundle.remove())

const options = { names: ['healthy'], parallel: 1, oracle: false, json: false }

/** What a check would do that does not keep its word, and what must be told of it. */
const MISDEEDS: readonly (readonly [deed: string, told: RegExp])[] = [
  ['ip link add eth9 type veth peer name eth8', /client interfaces: \+ .*eth9/],
  ['ip address add 192.0.2.33/26 dev eth0', /client addresses: \+ .*192\.0\.2\.33/],
  ['ip route add 198.18.0.0/15 via 192.0.2.1', /client routes: \+ 198\.18\.0\.0\/15/],
  [
    'ip neigh replace 192.0.2.7 lladdr 02:00:00:00:00:01 dev eth0 nud permanent',
    /client neighbours: \+ 192\.0\.2\.7/,
  ],
  ['nft add table inet left', /client rule sets: \+ table inet left/],
  ['echo 1 >/proc/sys/net/ipv4/conf/eth0/rp_filter', /client settings: \+ .*eth0\/rp_filter:1/],
  ['ip -n rungs-server link set lo mtu 9000', /server interfaces: \+ .*mtu 9000/],
  ['nc -l -p 4444 >/dev/null 2>&1 &', /client sockets: \+ .*:4444/],
  ['sleep 321 >/dev/null 2>&1 &', /machine processes: \+ \d+ sleep 321/],
  ['echo >/etc/netns/rungs-server/left', /machine files: \+ .*\/etc\/netns\/rungs-server\/left/],
  ['echo >/run/rungs-left', /machine files: \+ .*\/run\/rungs-left/],
  ['echo >/tmp/rungs-left', /machine files: \+ \/tmp\/rungs-left/],
  ['echo >/var/tmp/rungs-left', /machine files: \+ \/var\/tmp\/rungs-left/],
]

test('whatever a check changes on a host is found, and is no good score', async () => {
  const RUNGS_FAKE_TRACES = MISDEEDS.map(([deed]) => deed).join('\n')
  const around = keeping(bundle.program, { RUNGS_FAKE_TRACES })
  const results = await scoreAll(around, options, () => {})
  const traces = results[0]?.trial.traces?.join('\n') ?? ''
  for (const [deed, told] of MISDEEDS) expect(traces, deed).toMatch(told)
  expect(scoreExit(results)).toBe(1)
})

test('a check that only reads leaves nothing', async () => {
  const results = await scoreAll(keeping(bundle.program), options, () => {})
  expect(results[0]?.trial.traces).toEqual([])
})
