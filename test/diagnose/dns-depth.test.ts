import { expect, test } from 'vitest'
import { probeDepth } from '../../src/diagnose/dns-depth.ts'
import type { DnsQuery, DnsReply } from '../../src/diagnose/probes.ts'
import { inFakeTime } from './scene.ts'
import { scriptedProbes } from './scripted-probes.ts'

const query: DnsQuery = { server: '10.0.0.1', port: 53, name: 'a.example', type: 'A', timeoutMs: 9 }
const silent: DnsReply = {
  query,
  command: 'dig',
  lines: [],
  outcome: 'timeout',
  errno: null,
  message: null,
  transport: 'udp',
  tookMs: 9,
}
const ask = (answers: (query: DnsQuery) => boolean, reply: Partial<DnsReply> = {}) => {
  const dns = {
    '10.0.0.1': (one: DnsQuery) => (answers(one) ? {} : { outcome: 'timeout' as const }),
  }
  return inFakeTime(() => probeDepth(scriptedProbes({ dns }), { ...silent, ...reply }))
}

test('what comes in another way tells what is lost', async () => {
  expect((await ask(({ tcp }) => tcp === true)).lost).toContain('not over UDP')
  expect((await ask(({ udpPayloadBytes }) => udpPayloadBytes === null)).lost).toContain('EDNS')
  expect((await ask(({ udpPayloadBytes }) => udpPayloadBytes === 512)).lost).toContain('512 bytes')
})

test('where nothing comes in any way nothing is known', async () => {
  const { asked, lost } = await ask(() => false)
  expect(lost).toBeNull()
  expect(asked).toHaveLength(3)
})

test('an answer that was cut and does not come over TCP needs no more questions', async () => {
  const { asked, lost } = await ask(() => true, { truncated: true, outcome: 'refused' })
  expect(asked).toEqual([])
  expect(lost).toContain('over TCP port 53 is refused')
})
