import { expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { takeAccount } from '../../../src/diagnose/passage/account.ts'
import type { Sighting } from '../../../src/diagnose/passage/sighting.ts'
import { dataOnTheWire } from '../../../src/diagnose/rung/wire-data.ts'
import type { Visit } from '../../../src/diagnose/visit.ts'
import { type Scenario, SERVER, scenario } from '../passage/capture.ts'

const rule = ({ client, r1, server }: Scenario): Ruling => {
  const tapped = { points: [client, r1, server], blind: [], untilMs: Number.POSITIVE_INFINITY }
  const account = takeAccount(tapped, SERVER, 'tcp', { server: true })
  if (!account) throw new Error('the client was watched')
  return dataOnTheWire(account, { stage: 'silent' } as Visit, true)
}

test('large answers that vanish are told by their sizes, and clear the server', () => {
  const ruling = rule(scenario('large-lost'))
  expect(ruling.summary).toMatch(
    /^\d+ of \d+ packets with data that left the server did not arrive at the client; of its packets with data none with more than 208 bytes arrived$/,
  )
  expect(ruling.confirms).toMatchObject([{ side: 'path' }])
  expect(ruling.acquits?.map(({ cause }) => cause)).toContain('tcp.frozen')
  expect(ruling.evidence?.map(({ host }) => host)).toEqual(['server'])
  expect(ruling.evidence?.[0]?.lines.join()).toMatch(/length 1448/)
})

test('where everything arrived the path is cleared, and silence is the server’s', () => {
  const ruling = rule(scenario('healthy'))
  expect(ruling).toMatchObject({ status: 'pass', confirms: [{ side: 'server' }] })
  expect(ruling.acquits?.map(({ cause, side }) => `${cause} ${side}`)).toEqual([
    'mtu.black-hole path',
    'tcp.stalled path',
  ])
})

/** The capture with the last FIN of the server turned into a reset, at the places given. */
function reset(name: string, ...hosts: readonly ('client' | 'server')[]): Scenario {
  const all = scenario(name)
  const turn = (one: Sighting): Sighting =>
    (one.flags & 1) !== 0 && one.source === SERVER.address ? { ...one, flags: 4 } : one
  const turned = (host: 'client' | 'server') =>
    hosts.includes(host) ? { ...all[host], sightings: all[host].sightings.map(turn) } : all[host]
  return { ...all, client: turned('client'), server: turned('server') }
}

test('a reset that the server sent is the server’s, one that it never sent is not', () => {
  const own = rule(reset('healthy', 'client', 'server'))
  expect(own.summary).toMatch(/^the server itself sent the reset/)
  expect(own.confirms).toMatchObject([{ side: 'server' }])
  expect(own.acquits).toMatchObject([{ cause: 'tcp.reset', side: 'path' }])
  const foreign = rule(reset('healthy', 'client'))
  expect(foreign.summary).toMatch(/got a reset \(TTL 63\) that the server never sent/)
  expect(foreign.confirms).toMatchObject([{ side: 'path' }])
})
