import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isStopped } from '../../src/base/stopped.ts'
import { TextDns } from '../../src/capture/tcpdump-dns.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { type DnsMessage, readDns } from '../../src/wire/dns.ts'

function read(dns: TextDns, said: string, bytes: number): DnsMessage {
  const message = dns.message(said, 'client', bytes)
  if (message === null) throw new Error(said)
  const read = readDns(viewOf(message), 0, message.length)
  if (isStopped(read)) throw new Error('stopped')
  return read
}

test('a question is asked again, and its answer told beside it', () => {
  const dns = new TextDns()
  const query = read(dns, '8152+ [1au] A? www.lab.example. (56)', 56)
  expect(query).toMatchObject({ id: 8152, qr: false, rd: true, rcode: 0 })
  expect(query.questions).toEqual([{ name: 'www.lab.example', type: 1, class: 1 }])
  const answer = read(dns, '8152* 2/0/1 CNAME lab.example., A 192.0.2.80 (90)', 90)
  expect(answer).toMatchObject({ id: 8152, qr: true, aa: true, ra: true })
  expect(answer.questions).toEqual(query.questions)
  expect(answer.answers.map(({ name, data }) => [name, data])).toEqual([
    ['www.lab.example', { kind: 'CNAME', name: 'lab.example' }],
    ['lab.example', { kind: 'A', address: '192.0.2.80' }],
  ])
})

test.each([
  ['7 NXDomain* 0/1/0 (95)', { rcode: 3, aa: true, ra: true }],
  ['7 ServFail- 0/0/0 (30)', { rcode: 2, ra: false }],
  ['7 Refused-| 0/0/0 (30)', { rcode: 5, tc: true }],
  ['[udp sum ok] 7$ q: AAAA? a.example. 1/0/0 a.example. [5m] AAAA 2001:db8::1 (60)', { ad: true }],
])('“%s” has the flags and the code that it tells', (said, fields) => {
  expect(read(new TextDns(), said, 95)).toMatchObject(fields)
})

test('what has no room in the length that was told is left out', () => {
  const dns = new TextDns()
  dns.message('7+ A? a.example. (27)', 'client', 27)
  expect(dns.message('7 1/0/0 A 192.0.2.1 (43)', 'client', 43)).toHaveLength(43)
  expect(dns.message('7 1/0/0 A 192.0.2.1 (42)', 'client', 42)).toHaveLength(27)
})

test('other text is none, and no text makes it throw', () => {
  expect(new TextDns().message('UDP, length 7', 'client', 7)).toBeNull()
  fc.assert(
    fc.property(fc.string(), fc.nat(100), (text, bytes) => {
      new TextDns().message(`7+ A? ${text}`, 'client', bytes)
      new TextDns().message(`7 q: A? a. 1/0/0 A ${text}`, 'client', bytes)
    }),
  )
})
