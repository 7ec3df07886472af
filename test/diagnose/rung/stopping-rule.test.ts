import { expect, test } from 'vitest'
import { flow } from '../../../src/diagnose/rung/flow.ts'
import { reset } from '../../../src/diagnose/rung/reset.ts'
import { recorded } from '../scene.ts'
import { ask, only } from './ask.ts'

const save = (packets: number, rule: string): string =>
  `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n[${packets}:${packets * 60}] ${rule}\nCOMMIT\n`

/** A router whose one rule has taken so many packets before the dialogs were tried again, and after. */
const counts = (rule: string, before: number, after: number) => ({
  router: {
    ...recorded('no-way-back-router'),
    'nft -j list ruleset': { failure: 'missing', code: null } as const,
    'iptables-save -c': [save(before, rule), save(before, rule), save(after, rule)],
  },
})

const STALLED = {
  reply: null,
  told: null,
  silent: true,
  standing: { unacknowledgedBytes: 80, waitsFor: 'acknowledgment', retransmissions: 4 },
} as const
const stalled = (rule: string, before: number, after: number) =>
  ask(flow, {
    routers: counts(rule, before, after),
    probes: { exchange: { '10.77.2.2': STALLED } },
  })

const DROP =
  '-A FORWARD -p tcp -m tcp --dport 80 -m connbytes --connbytes 9: --connbytes-mode packets --connbytes-dir both -j DROP'

test('a rule that took as many packets as dialogs were held stops them, and is deleted', async () => {
  const accusation = only(await stalled(DROP, 5, 14))
  expect(accusation).toMatchObject({
    cause: 'tcp.stalled',
    side: 'path',
    weight: 'proven',
    because: expect.stringContaining('took 9 packets while 3 dialogs were held'),
    place: { host: 'router', rule: { chain: 'FORWARD' } },
  })
  expect(accusation.remedies?.[0]?.command).toContain('iptables -D FORWARD')
})

test.for([
  ['that took fewer', DROP, 2],
  ['of another port', DROP.replace('80', '25'), 9],
  ['that rejects', `${DROP.replace('DROP', 'REJECT')} --reject-with tcp-reset`, 9],
] as const)('a rule %s swallows nothing', async ([, rule, after]) => {
  expect(only(await stalled(rule, 0, after))).toMatchObject({ weight: 'likely', side: 'path' })
})

test('a rule that rejects is who resets', async () => {
  const told = {
    reply: null,
    told: null,
    silent: false,
    ending: { how: 'reset', afterMs: 2, bytes: 0 },
  } as const
  const rule = `${DROP.replace('DROP', 'REJECT')} --reject-with tcp-reset`
  const ruling = await ask(reset, {
    routers: counts(rule, 0, 3),
    probes: { exchange: { '10.77.2.2': told } },
  })
  expect(only(ruling)).toMatchObject({
    cause: 'tcp.reset',
    side: 'path',
    weight: 'proven',
    place: { rule: { chain: 'FORWARD' } },
  })
})
