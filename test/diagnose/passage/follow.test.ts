import { expect, test } from 'vitest'
import { attemptsTo, isSyn } from '../../../src/diagnose/passage/follow.ts'
import { SERVER, scenario } from './capture.ts'

test('an attempt is known again behind a translation of its addresses', () => {
  const { client, r1, server } = scenario('masquerade')
  const attempts = attemptsTo(SERVER, 'tcp', client, [r1, server])
  expect(attempts).toHaveLength(2)
  for (const { others } of attempts) {
    const [router, far] = others
    expect(router?.there.in[0]).toMatchObject({ source: '10.0.0.2', way: 'in' })
    expect(router?.there.out[0]).toMatchObject({ source: '192.0.2.1', way: 'out' })
    expect(far?.there.in.filter(isSyn)).toHaveLength(1)
    expect(far?.back.out.length).toBeGreaterThan(2)
    expect(far?.there.out).toEqual([])
  }
})

test('a SYN that is sent again is the same attempt', () => {
  const { client, server } = scenario('client-drop-replies')
  const [first] = attemptsTo(SERVER, 'tcp', client, [server])
  expect(first?.client.there.out.filter(isSyn)).toHaveLength(2)
  expect(first?.others[0]?.there.in.filter(isSyn)).toHaveLength(2)
})

test('an ICMP error belongs to the attempt that it quotes', () => {
  const { client, r1, server } = scenario('router-reject')
  const [first] = attemptsTo(SERVER, 'tcp', client, [r1, server])
  expect(first?.client.errors[0]).toMatchObject({
    source: '10.0.0.1',
    quote: { type: 3, code: 13, destinationPort: 80 },
  })
  expect(first?.others[0]?.errors[0]).toMatchObject({ way: 'out' })
})

test('attempts to another port or of another protocol are none', () => {
  const { client } = scenario('healthy')
  expect(attemptsTo({ ...SERVER, port: 81 }, 'tcp', client, [])).toEqual([])
  expect(attemptsTo(SERVER, 'udp', client, [])).toEqual([])
})
