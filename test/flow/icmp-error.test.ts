import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Connection } from '../../src/flow/connection.ts'
import {
  describeIcmpError,
  icmpAuthor,
  icmpErrorKind,
  icmpSuspects,
  isRejection,
  noteIcmpError,
} from '../../src/flow/icmp-error.ts'
import { Headers } from '../../src/wire/headers.ts'
import { played } from './telling.ts'

const SYN = '0 > S 0'

const causes = (text: string): string[] =>
  played(text, (connection) =>
    icmpSuspects(connection).map(({ cause, side }) => `${cause} ${side}`),
  )

test('the kinds are those of the norms', () => {
  const kinds = (version: number, errors: readonly [number, number][]): (string | null)[] =>
    errors.map(([type, code]) => icmpErrorKind(version, type * 256 + code))
  expect(
    kinds(4, [
      [3, 1],
      [3, 4],
      [11, 0],
      [5, 1],
      [12, 0],
    ]),
  ).toEqual(['unreachable', 'too-big', 'expired', 'redirect', 'other'])
  expect(
    kinds(6, [
      [1, 4],
      [2, 0],
      [3, 0],
      [4, 0],
    ]),
  ).toEqual(['unreachable', 'too-big', 'expired', 'other'])
  expect(icmpErrorKind(4, -1)).toBeNull()
  expect([isRejection('expired'), isRejection('too-big'), isRejection(null)]).toEqual([
    true,
    false,
    false,
  ])
})

test('who sent it decides the side', () => {
  const author = (from: string): string => played(`${SYN}\n1 icmp 3/1 from ${from}`, icmpAuthor)
  expect(author('198.51.100.2')).toBe('server')
  expect(author('192.0.2.1')).toBe('client')
  expect(author('10.0.0.1')).toBe('between')
})

test('a router that refuses does so at once, one that looks for the host takes seconds', () => {
  expect(causes(`${SYN}\n4 icmp 3/1 from 10.0.0.1`)[0]).toBe('route.rejecting path')
  expect(causes(`${SYN}\n3060 icmp 3/1 from 10.0.0.1`)).toEqual([
    'link.neighbour-failed path',
    'route.dead-end path',
  ])
})

test('each code of each sender has its causes', () => {
  expect(causes(`${SYN}\n4 icmp 3/0 from 10.0.0.1`)).toEqual([
    'route.dead-end path',
    'route.none path',
    'route.rejecting path',
  ])
  expect(causes(`${SYN}\n4 icmp 3/3 from 10.0.0.1`)).toEqual([
    'firewall.path-reject path',
    'firewall.forward-reject path',
  ])
  expect(causes(`${SYN}\n4 icmp 3/10 from 198.51.100.2`)).toEqual([
    'firewall.ingress-reject server',
  ])
  expect(causes(`${SYN}\n3000 icmp 3/1 from 192.0.2.1`)[0]).toBe('link.neighbour-failed client')
  expect(causes(`${SYN}\n1 icmp 3/3 from 192.0.2.1`)[0]).toBe('firewall.egress-reject client')
  expect(causes(`${SYN}\n1 icmp 11/0 from 10.0.0.1`)[0]).toBe('route.loop path')
  expect(causes(`${SYN}\n1 icmp 3/4 from 10.0.0.1 mtu 1400`)).toEqual([])
})

test('an MTU is kept, and a rejection outranks it whatever came first', () => {
  const noted = (text: string): [number, number, number] =>
    played(text, ({ icmpError, icmpMtu, icmpFrame }): [number, number, number] => [
      icmpError,
      icmpMtu,
      icmpFrame,
    ])
  const [tooBig, refusal] = ['icmp 3/4 from 10.0.0.1 mtu 1400', 'icmp 3/13 from 10.0.0.1']
  expect(noted(`${SYN}\n1 ${tooBig}`)).toEqual([0x304, 1400, 2])
  expect(noted(`${SYN}\n1 ${tooBig}\n2 ${refusal}`)).toEqual([0x30d, 1400, 3])
  expect(noted(`${SYN}\n1 ${refusal}\n2 ${tooBig}`)).toEqual([0x30d, 1400, 2])
})

test('it is described with its sender', () => {
  expect(played(`${SYN}\n1 icmp 3/13 from 10.0.0.1`, describeIcmpError)).toBe(
    'ICMP communication administratively prohibited (3/13) from 10.0.0.1',
  )
})

test('any bytes are noted or left alone', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 20, maxLength: 60 }),
      fc.constantFrom(4, 6),
      (bytes, version) => {
        const headers = new Headers()
        headers.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
        headers.ipVersion = version as 4 | 6
        headers.sourceAddressAt = 0
        headers.transportAt = 20
        const connection = new Connection()
        connection.ipVersion = version
        noteIcmpError(connection, headers, 1, 0)
        expect(connection.icmpError >= 0).toBe(bytes.length >= 28)
        expect(icmpSuspects(connection).length).toBeLessThanOrEqual(4)
      },
    ),
  )
})
